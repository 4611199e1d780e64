package grapevine.node.transport;

import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a node, from the first byte to the last word about them, in order of age.
 * Confined to the loop's thread.
 *
 * <p>What always holds: at most {@code pendingMax} inbound ones are in their handshake or closing;
 * those that are open are the core's to count. One more displaces the oldest of the address that
 * holds most of these places. To refuse the newcomer instead would let {@code pendingMax} silent
 * connections shut everybody else out; so they have to come faster than a handshake lasts, and from
 * many addresses.
 */
final class Connections {
  private final int pendingMax;
  private final Map<PeerId, PeerChannel> byId = new LinkedHashMap<>();
  private long lastId;

  Connections(int pendingMax) {
    this.pendingMax = pendingMax;
  }

  PeerId nextId() {
    return new PeerId(++lastId);
  }

  /** Adds a connection; for an inbound one another may have to go. */
  void add(PeerChannel connection) {
    if (connection.direction() == Direction.INBOUND) {
      makeRoom();
    }
    byId.put(connection.id(), connection);
  }

  void remove(PeerChannel connection) {
    byId.remove(connection.id());
  }

  @Nullable PeerChannel find(PeerId id) {
    return byId.get(id);
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }

  /** A copy: what is done to them may change this. */
  List<PeerChannel> all() {
    return List.copyOf(byId.values());
  }

  private void makeRoom() {
    List<PeerChannel> pending = new ArrayList<>();
    Map<NodeAddress, Integer> held = new HashMap<>();
    for (PeerChannel connection : byId.values()) {
      if (connection.isPending() && connection.direction() == Direction.INBOUND) {
        pending.add(connection);
        held.merge(host(connection), 1, Integer::sum);
      }
    }
    if (pending.size() < pendingMax) {
      return;
    }
    PeerChannel displaced = pending.getFirst();
    for (PeerChannel connection : pending) {
      if (held.getOrDefault(host(connection), 0) > held.getOrDefault(host(displaced), 0)) {
        displaced = connection;
      }
    }
    displaced.close(DisconnectReason.EVICTED, pending.size() + " connections were not open yet");
  }

  private static NodeAddress host(PeerChannel connection) {
    return NodeAddress.ip(connection.remote().host(), 0);
  }
}
