package grapevine.node.protocol;

import grapevine.crypto.Ed25519;
import grapevine.crypto.KeyPair;
import grapevine.node.model.Network;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Validity;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.protocol.relay.RelayKind;
import grapevine.node.wire.Message;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Several cores in virtual time, without sockets or threads; invariants checked at each input. */
final class VirtualNetwork {
  static final long MILLIS = 1_000_000;
  static final long SECONDS = 1_000 * MILLIS;
  static final long WALL_MILLIS = 1_800_000_030_000L;

  private record Event(long nanos, long sequence, Runnable action) {}

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::nanos).thenComparingLong(Event::sequence));
  private final Map<NodeAddress, Node> listening = new LinkedHashMap<>();
  private final Network network;
  private final SplittableRandom random;
  private final long latencyNanos;
  private long sequence;
  private int ports = 10_000;
  long nowNanos;

  /** What nodes that are added from now on run. */
  RelayKind relay = RelayKind.ANNOUNCE;

  /** The bounds of nodes that are added from now on. */
  Limits limits = Limits.defaults();

  /** Messages of which this holds are lost. */
  Predicate<Message> lost = message -> false;

  VirtualNetwork(Network network, long latencyNanos, long seed) {
    this.network = network;
    this.latencyNanos = latencyNanos;
    random = new SplittableRandom(seed);
  }

  long wallMillis() {
    return WALL_MILLIS + nowNanos / MILLIS;
  }

  /** Starts a node that keeps dialling these others. */
  Node add(KeyPair key, ItemStore store, NodeEvents events, Node... dials) {
    Node node = new Node(key, store, events, dials);
    listening.put(node.address, node);
    node.input(() -> node.core.start(List.of(), nowNanos));
    return node;
  }

  /** Runs until the condition holds, at most so long; whether it holds. */
  boolean runUntil(BooleanSupplier condition, long nanos) {
    long end = nowNanos + nanos;
    while (!condition.getAsBoolean()) {
      if (queue.isEmpty() || queue.peek().nanos > end) {
        nowNanos = end;
        return false;
      }
      Event next = queue.poll();
      nowNanos = next.nanos;
      next.action.run();
    }
    return true;
  }

  private void after(long nanos, Runnable action) {
    queue.add(new Event(nowNanos + nanos, sequence++, action));
  }

  /** One core and its driver. A link has the same number at both ends. */
  final class Node implements Outbox {
    final KeyPair key;
    final ItemStore store;
    final NodeAddress address = NodeAddress.ip(new byte[] {127, 0, 0, 1}, ports++);
    final NodeCore core;
    private final Map<PeerId, Node> links = new LinkedHashMap<>();
    private long armedNanos = Long.MAX_VALUE;

    private Node(KeyPair key, ItemStore store, NodeEvents events, Node... dials) {
      this.key = key;
      this.store = store;
      NodeRecord self = NodeRecord.sign(key, 1, wallMillis(), List.of(address), 0);
      List<NodeAddress> peers = Arrays.stream(dials).map(node -> node.address).toList();
      core =
          new NodeCore(
              new Validity(network),
              new Settings(self, "virtual/1", peers, peers.size(), relay),
              limits,
              new Environment(this, events, store, random.split()),
              wallMillis(),
              nowNanos);
    }

    /** Gives the core an input, then arms its timer anew. */
    void input(Runnable input) {
      input.run();
      core.checkInvariants();
      long deadline = core.nextDeadlineNanos();
      if (deadline < armedNanos) {
        armedNanos = deadline;
        after(Math.max(0, deadline - nowNanos), () -> onTimer(deadline));
      }
    }

    private void onTimer(long deadline) {
      if (armedNanos == deadline && listening.containsValue(this)) {
        armedNanos = Long.MAX_VALUE;
        input(() -> core.onTimer(nowNanos));
      }
    }

    /** Ends the node as a power cut would. */
    void kill() {
      listening.remove(address);
      List.copyOf(links.keySet())
          .forEach(link -> close(link, DisconnectReason.REMOTE_CLOSED, "killed"));
    }

    @Override
    public void send(PeerId to, Message message) {
      if (links.containsKey(to) && !lost.test(message)) {
        Node other = links.get(to);
        after(latencyNanos, () -> other.receive(to, message));
      }
    }

    private void receive(PeerId from, Message message) {
      if (links.containsKey(from)) {
        input(() -> core.onMessage(from, message, nowNanos));
      }
    }

    @Override
    public long queuedBytes(PeerId peer) {
      return 0;
    }

    @Override
    public void dial(NodeAddress target) {
      after(2 * latencyNanos, () -> connect(target, listening.get(target)));
    }

    private void connect(NodeAddress target, Node other) {
      if (other == null) {
        input(() -> core.onDialFailed(target, nowNanos));
        return;
      }
      PeerId link = new PeerId(++sequence);
      links.put(link, other);
      other.links.put(link, this);
      other.accept(link, key, Direction.INBOUND, address);
      accept(link, other.key, Direction.OUTBOUND, target);
    }

    private void accept(PeerId link, KeyPair peer, Direction direction, NodeAddress remote) {
      input(() -> core.onConnected(link, peer.publicKey(), direction, remote, nowNanos));
    }

    @Override
    public void disconnect(PeerId link, DisconnectReason reason, String detail) {
      close(link, reason, detail);
    }

    private void close(PeerId link, DisconnectReason reason, String detail) {
      Node other = links.remove(link);
      if (other != null) {
        after(0, () -> input(() -> core.onDisconnected(link, reason, detail, nowNanos)));
        after(latencyNanos, () -> other.close(link, DisconnectReason.REMOTE_CLOSED, "closed"));
      }
    }

    @Override
    public void verify(Ticket ticket, List<SignatureCheck> checks) {
      int firstInvalid =
          IntStream.range(0, checks.size())
              .filter(i -> !holds(checks.get(i)))
              .findFirst()
              .orElse(-1);
      after(MILLIS, () -> input(() -> core.onVerified(ticket, firstInvalid, nowNanos)));
    }

    private static boolean holds(SignatureCheck check) {
      return Ed25519.verify(check.key(), check.message(), check.signature());
    }
  }
}
