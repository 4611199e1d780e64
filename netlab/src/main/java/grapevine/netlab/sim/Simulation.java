package grapevine.netlab.sim;

import grapevine.netlab.scenario.Wires;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.WireWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: one clock, one queue, and all that is due in the order of time and number. The
 * nodes are the production cores; this is their world. Confined to one thread.
 *
 * <p>What always holds: time never goes back; nothing here depends on the machine's clock, on
 * threads, or on the order of a hash table, so that equal seeds give equal runs, whoever watches.
 */
final class Simulation {
  /** What every node's wall clock reads at the beginning: the start of a minute. */
  static final long WALL_MILLIS = 1_800_000_000_000L;

  /** How often a run asks whether it should go on, in events: not half a millisecond. */
  private static final int CHECK_EVENTS = 1 << 8;

  private final EventQueue queue = new EventQueue(new Lookahead());
  private final TraceHash hash = new TraceHash();
  private final Verdicts verdicts = new Verdicts();
  private final SimNetwork network;
  private final boolean checksInvariants;
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<NodeAddress, SimNode> byAddress = new HashMap<>(); // never iterated
  private final List<@Nullable LinkEnd> ends = new ArrayList<>();
  private final List<LinkEnd> toFlush = new ArrayList<>();
  private final WireWriter measuring = WireWriter.measuring();
  private long nowNanos;
  private long inputs;
  private long readyEnds;

  /**
   * @param checksInvariants whether every node recomputes what it promises after each input
   */
  Simulation(Wires wires, long seed, boolean checksInvariants) {
    network = new SimNetwork(this, wires, new SplittableRandom(seed));
    this.checksInvariants = checksInvariants;
  }

  void add(SimNode node) {
    nodes.add(node);
    byAddress.put(node.address(), node);
  }

  int nodes() {
    return nodes.size();
  }

  SimNode node(int number) {
    return nodes.get(number);
  }

  SimNetwork network() {
    return network;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  TraceHash hash() {
    return hash;
  }

  long nowNanos() {
    return nowNanos;
  }

  /** Inputs that cores have been given. */
  long inputs() {
    return inputs;
  }

  boolean checksInvariants() {
    return checksInvariants;
  }

  /** Ends of connections whose hello has been accepted, as many as there are now. */
  long readyEnds() {
    return readyEnds;
  }

  void addReadyEnds(int change) {
    readyEnds += change;
  }

  /** Lets something happen at a time that has not passed. */
  void at(long nanos, Happening happening) {
    if (nanos < nowNanos) {
      throw new IllegalArgumentException("%d ns have passed: it is %d".formatted(nanos, nowNanos));
    }
    queue.add(nanos, happening);
  }

  /** A core is given an input: part of the run's identity. */
  void onInput(int node, int what, long detail) {
    inputs++;
    hash.add(nowNanos);
    hash.add((long) node << 32 | what);
    hash.add(detail);
  }

  /**
   * Runs until a time, or until it is told to stop.
   *
   * @param goesOn asked now and then
   * @return whether the time was reached
   */
  boolean runUntil(long endNanos, BooleanSupplier goesOn) {
    int untilCheck = CHECK_EVENTS;
    while (queue.nextNanos() <= endNanos) {
      nowNanos = queue.nextNanos();
      queue.poll().happen(nowNanos);
      if (--untilCheck == 0) {
        untilCheck = CHECK_EVENTS;
        if (!goesOn.getAsBoolean()) {
          return false;
        }
      }
    }
    nowNanos = endNanos;
    return true;
  }

  /** The node that listens at an address. */
  SimNode listener(NodeAddress address) {
    SimNode node = byAddress.get(address);
    if (node == null) {
      throw new IllegalArgumentException("nobody has ever listened at " + address);
    }
    return node;
  }

  /** A new connection; the end of the one who dialled. */
  LinkEnd link(SimNode from, SimNode to) {
    LinkEnd outbound = newEnd(from, to, Direction.OUTBOUND);
    LinkEnd inbound = newEnd(to, from, Direction.INBOUND);
    LinkEnd.join(outbound, inbound);
    return outbound;
  }

  private LinkEnd newEnd(SimNode node, SimNode peer, Direction direction) {
    LinkEnd end = new LinkEnd(node, peer, new PeerId(ends.size() + 1L), direction);
    ends.add(end);
    return end;
  }

  /** Null when that end is no more. */
  @Nullable LinkEnd end(PeerId id) {
    return ends.get((int) id.value() - 1);
  }

  /** An end that nobody will ask for any more. */
  void forget(LinkEnd end) {
    ends.set((int) end.id().value() - 1, null);
  }

  /** Counts the bytes of messages. */
  WireWriter measuring() {
    return measuring;
  }

  /** Something was sent in this turn. */
  void flushLater(LinkEnd end) {
    toFlush.add(end);
  }

  /** The turn is over. */
  void flush(long atNanos) {
    for (LinkEnd end : toFlush) {
      end.node().flush(end, atNanos);
    }
    toFlush.clear();
  }
}
