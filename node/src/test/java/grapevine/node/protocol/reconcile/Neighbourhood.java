package grapevine.node.protocol.reconcile;

import grapevine.crypto.Hash256;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Reconcilers wired to each other in virtual time. What one of them lacks is fetched from the
 * neighbour that listed it, as the rest of a node would do, into a pool that holds two of a slot.
 * Invariants are checked after every step. Node i is peer i to all others.
 */
final class Neighbourhood {
  static final long LIFETIME_SECONDS = 600;
  private static final long LATENCY_NANOS = 10_000_000;

  private record Event(long atNanos, long sequence, Runnable action) {}

  final class Node {
    final PeerId id;
    final RecordingOutbox outbox = new RecordingOutbox();
    final Reconciler reconciler;
    private final Map<Hash256, Transaction> held = new LinkedHashMap<>();
    private final Map<Transaction.Slot, List<Transaction>> slots = new LinkedHashMap<>();

    Node(int number, SplittableRandom random) {
      id = new PeerId(number);
      reconciler =
          new Reconciler(
              Reconciler.Limits.defaults(),
              LIFETIME_SECONDS,
              new NodeTime(Signed.WALL_MILLIS, 0),
              outbox,
              NodeEvents.NONE,
              random);
    }

    /** Takes a transaction as a pool does: a third of a slot is refused. */
    void take(Transaction tx) {
      List<Transaction> slot = slots.computeIfAbsent(tx.slot(), key -> new ArrayList<>());
      if (slot.size() == 2 || held.putIfAbsent(tx.hash(), tx) != null) {
        return;
      }
      slot.add(tx);
      reconciler.onAdded(tx);
      if (slot.size() == 2) {
        reconciler.onConflict(slot.get(0), slot.get(1));
      }
    }

    void drop(Transaction tx) {
      if (held.remove(tx.hash()) != null) {
        slots.getOrDefault(tx.slot(), new ArrayList<>()).remove(tx);
        reconciler.onRemoved(tx);
      }
    }

    int size() {
      return held.size();
    }

    private void receive(Node from, Message message) {
      switch (message) {
        case Message.GetDigests m -> reconciler.onGetDigests(from.id, m, List.of(), nowNanos);
        case Message.Digests m -> reconciler.onDigests(from.id, m, nowNanos);
        case Message.GetIds m -> reconciler.onGetIds(from.id, m, nowNanos);
        case Message.Ids m -> fetch(from, reconciler.onIds(from.id, m, nowNanos));
        default -> throw new IllegalStateException("unexpected " + message);
      }
    }

    private void fetch(Node from, List<Message.Inv.Entry> missing) {
      fetched += missing.size();
      for (Message.Inv.Entry entry : missing) {
        Transaction tx = from.held.get(entry.id().hash());
        if (tx != null) {
          later(2 * LATENCY_NANOS, () -> take(tx));
        }
      }
    }
  }

  final List<Node> nodes = new ArrayList<>();
  final Map<String, Integer> messages = new TreeMap<>();
  int fetched;
  long nowNanos;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNanos != b.atNanos
                  ? Long.compare(a.atNanos, b.atNanos)
                  : Long.compare(a.sequence, b.sequence));
  private long sequence;

  Neighbourhood(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < size; i++) {
      nodes.add(new Node(i, random.split()));
    }
  }

  void connect(int a, int b) {
    ready(nodes.get(a), nodes.get(b));
    ready(nodes.get(b), nodes.get(a));
    deliver();
  }

  private void ready(Node node, Node peer) {
    node.reconciler.onPeerReady(
        new PeerInfo(peer.id, null, Direction.OUTBOUND, null, 1, 0, null), nowNanos);
  }

  void disconnect(int a, int b) {
    nodes.get(a).reconciler.onPeerGone(nodes.get(b).id, nowNanos);
    nodes.get(b).reconciler.onPeerGone(nodes.get(a).id, nowNanos);
  }

  void run(long nanos) {
    long untilNanos = nowNanos + nanos;
    while (true) {
      long next = events.isEmpty() ? Long.MAX_VALUE : events.peek().atNanos;
      Node due = null;
      for (Node node : nodes) {
        if (node.reconciler.nextDeadlineNanos() < next) {
          next = node.reconciler.nextDeadlineNanos();
          due = node;
        }
      }
      if (next > untilNanos) {
        nowNanos = untilNanos;
        return;
      }
      nowNanos = Math.max(nowNanos, next);
      if (due == null) {
        events.poll().action.run();
      } else {
        due.reconciler.onTimer(nowNanos);
      }
      deliver();
      nodes.forEach(node -> node.reconciler.checkInvariants());
    }
  }

  private void deliver() {
    for (Node node : nodes) {
      for (RecordingOutbox.Sent sent : node.outbox.takeSent()) {
        messages.merge(sent.message().type().label(), 1, Integer::sum);
        Node to = nodes.get((int) sent.to().value());
        later(LATENCY_NANOS, () -> to.receive(node, sent.message()));
      }
    }
  }

  private void later(long nanos, Runnable action) {
    events.add(new Event(nowNanos + nanos, sequence++, action));
  }

  boolean isEqual() {
    return nodes.stream().map(node -> node.reconciler.liveDigest()).distinct().count() == 1
        && nodes.stream().map(node -> node.reconciler.liveElements()).distinct().count() == 1;
  }
}
