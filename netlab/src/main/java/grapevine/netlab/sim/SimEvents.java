package grapevine.netlab.sim;

import grapevine.netlab.trace.CostCounter;
import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one simulated node tells its observers: a counter of costs, and the recorder of the run,
 * which is told by number who gave what. Confined to the simulation's thread.
 */
final class SimEvents implements NodeEvents {
  private final Simulation simulation;
  private final int node;
  private final TraceRecorder recorder;
  private final CostCounter costs = new CostCounter();
  private int bans;
  private int ready;
  private int verifiedTwice;

  /** What this life has verified; kept while invariants are checked. */
  private final Set<ItemId> verified = new HashSet<>(0); // never iterated

  SimEvents(Simulation simulation, int node, TraceRecorder recorder) {
    this.simulation = simulation;
    this.node = node;
    this.recorder = recorder;
  }

  CostCounter costs() {
    return costs;
  }

  /** Peers that this node has found to be dishonest. */
  int bans() {
    return bans;
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    bans += reason.bans() ? 1 : 0;
    if (info != null) {
      ready--;
      simulation.addReadyEnds(-1);
    }
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    ready++;
    simulation.addReadyEnds(1);
  }

  /** The node is gone, and with it its connections and what it remembered. */
  void onKilled() {
    simulation.addReadyEnds(-ready);
    ready = 0;
    verified.clear();
  }

  /** Items that one life of the node verified more than once. */
  int verifiedTwice() {
    return verifiedTwice;
  }

  @Override
  public void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {
    costs.onMessageSent(to, type, bytes, nowNanos);
  }

  @Override
  public void onMessageReceived(PeerId from, MessageType type, int bytes, long nowNanos) {
    costs.onMessageReceived(from, type, bytes, nowNanos);
  }

  @Override
  public void onSocketBytes(Direction direction, long bytes, long nowNanos) {
    costs.onSocketBytes(direction, bytes, nowNanos);
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    costs.onAnnounced(from, entry, result, nowNanos);
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    costs.onRequested(to, id, waitedNanos, nowNanos);
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    costs.onReceived(from, id, bytes, result, nowNanos);
  }

  @Override
  public void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {
    costs.onVerified(id, valid, tookNanos, nowNanos);
    if (simulation.checksInvariants() && !verified.add(id)) {
      verifiedTwice++;
    }
  }

  @Override
  public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
    costs.onRelayed(to, id, sinceAcceptedNanos, nowNanos);
  }

  @Override
  public void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
    costs.onAccepted(id, bytes, from, ageMillis, nowNanos);
    recorder.onAccepted(node, id, bytes, parent(from), nowNanos);
  }

  private int parent(@Nullable PeerId from) {
    if (from == null) {
      return Trace.OWN;
    }
    LinkEnd end = simulation.end(from);
    return end == null ? Trace.UNKNOWN : end.other().node().number();
  }
}
