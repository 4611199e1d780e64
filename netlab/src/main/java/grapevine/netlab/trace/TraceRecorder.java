package grapevine.netlab.trace;

import grapevine.node.model.ItemId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the nodes of a run tell, in whatever order, and makes a {@link Trace} of it.
 *
 * <p>An item is in the trace, and must reach every live node, if a client was told that it is safe,
 * or a live node holds it, or a node accepted it that never went down. What only a node had seen
 * that then died was promised to nobody: it is counted apart. A transaction that a block brought is
 * no item of its own: it spreads as a part of the block, and is not in the trace.
 *
 * <p>A simulator tells tens of millions of deliveries from one thread, real nodes tell some
 * thousands a second from many: so {@link #TraceRecorder} is confined to one thread and takes no
 * lock, and {@link #shared} takes calls from any thread.
 */
public final class TraceRecorder {
  private static final class Seen {
    final DeliveryColumns deliveries = new DeliveryColumns();
    final BitSet holders = new BitSet();
    long bornNanos = Trace.NEVER;
    int bytes;
    boolean acknowledged;
    boolean carried;
  }

  private final int nodes;
  private final @Nullable ReentrantLock lock;
  private final long[] upSinceNanos;
  private final BitSet live = new BitSet();
  private final BitSet wasDown = new BitSet();
  private final Map<ItemId, Seen> items = new HashMap<>();
  private @Nullable ItemId lastId;
  private Seen lastSeen = new Seen();
  private long lostEvents;

  /** A recorder for one thread. */
  public TraceRecorder(int nodes) {
    this(nodes, null);
  }

  private TraceRecorder(int nodes, @Nullable ReentrantLock lock) {
    this.nodes = nodes;
    this.lock = lock;
    this.upSinceNanos = new long[nodes];
    Arrays.fill(upSinceNanos, Trace.NEVER);
  }

  /** A recorder for any number of threads. */
  public static TraceRecorder shared(int nodes) {
    return new TraceRecorder(nodes, new ReentrantLock());
  }

  /** From now on the node takes part: it is linked, and its events are heard. */
  public void onUp(int node, long nowNanos) {
    enter();
    try {
      upSinceNanos[node] = nowNanos;
      live.set(node);
    } finally {
      leave();
    }
  }

  public void onDown(int node) {
    enter();
    try {
      upSinceNanos[node] = Trace.NEVER;
      live.clear(node);
      wasDown.set(node);
    } finally {
      leave();
    }
  }

  /**
   * A node holds an item, verified.
   *
   * @param bytes length of the item's body
   * @param parent the node that delivered it first, {@link Trace#OWN} if it was born here, {@link
   *     Trace#UNKNOWN} if a peer did that has no number
   */
  public void onAccepted(int node, ItemId id, int bytes, int parent, long nowNanos) {
    enter();
    try {
      Seen seen = seen(id);
      seen.bytes = Math.max(seen.bytes, bytes);
      seen.deliveries.add(node, parent, Math.floorDiv(nowNanos, 1_000L));
      if (parent == Trace.OWN && nowNanos < seen.bornNanos) {
        seen.bornNanos = nowNanos;
      }
    } finally {
      leave();
    }
  }

  /** A node answered a client that the item is safe. */
  public void onAcknowledged(ItemId id) {
    enter();
    try {
      seen(id).acknowledged = true;
    } finally {
      leave();
    }
  }

  /**
   * The item came into the network inside a block, and only so; told at any time before the trace
   * is made.
   */
  public void onCarried(ItemId id) {
    enter();
    try {
      seen(id).carried = true;
    } finally {
      leave();
    }
  }

  /** Items that a client has been told are safe, so far, ascending. */
  public Set<ItemId> acknowledged() {
    enter();
    try {
      Set<ItemId> acknowledged = new TreeSet<>();
      items.forEach(
          (id, seen) -> {
            if (seen.acknowledged) {
              acknowledged.add(id);
            }
          });
      return acknowledged;
    } finally {
      leave();
    }
  }

  /** A node listed the item among those it holds. */
  public void onHeld(int node, ItemId id) {
    enter();
    try {
      seen(id).holders.set(node);
    } finally {
      leave();
    }
  }

  /** The same of many nodes at once. */
  public void onHeld(BitSet byNodes, ItemId id) {
    enter();
    try {
      seen(id).holders.or(byNodes);
    } finally {
      leave();
    }
  }

  /** A node had to drop events. */
  public void onLost(long events) {
    enter();
    try {
      lostEvents += events;
    } finally {
      leave();
    }
  }

  /** Deliveries of one item come in a row more often than not. */
  private Seen seen(ItemId id) {
    if (!id.equals(lastId)) {
      lastSeen = items.computeIfAbsent(id, unseen -> new Seen());
      lastId = id;
    }
    return lastSeen;
  }

  private void enter() {
    if (lock != null) {
      lock.lock();
    }
  }

  private void leave() {
    if (lock != null) {
      lock.unlock();
    }
  }

  /**
   * What was recorded so far.
   *
   * @param costs by node what it counted between start and end; empty when nothing is known
   */
  public Trace trace(long startNanos, long endNanos, List<NodeCosts> costs) {
    enter();
    try {
      return makeTrace(startNanos, endNanos, costs);
    } finally {
      leave();
    }
  }

  private Trace makeTrace(long startNanos, long endNanos, List<NodeCosts> costs) {
    List<NodeTrace> nodeTraces = new ArrayList<>(nodes);
    for (int node = 0; node < nodes; node++) {
      boolean counted = !costs.isEmpty() && !wasDown.get(node);
      nodeTraces.add(
          new NodeTrace(upSinceNanos[node], wasDown.get(node), counted ? costs.get(node) : null));
    }
    List<ItemTrace> itemTraces = new ArrayList<>(items.size());
    long diedUnpromised = 0;
    for (var entry : new TreeMap<>(items).entrySet()) {
      Seen seen = entry.getValue();
      if (seen.carried || (seen.bornNanos != Trace.NEVER && seen.bornNanos > endNanos)) {
        continue;
      }
      if (isPromised(seen)) {
        itemTraces.add(itemTrace(entry.getKey(), seen));
      } else {
        diedUnpromised++;
      }
    }
    return new Trace(startNanos, endNanos, nodeTraces, itemTraces, lostEvents, diedUnpromised);
  }

  private static ItemTrace itemTrace(ItemId id, Seen seen) {
    return new ItemTrace(
        id,
        seen.bytes,
        seen.bornNanos,
        seen.deliveries.deliveries(),
        (BitSet) seen.holders.clone());
  }

  private boolean isPromised(Seen seen) {
    if (seen.acknowledged || seen.holders.intersects(live)) {
      return true;
    }
    BitSet acceptedForGood = (BitSet) seen.deliveries.accepted().clone();
    acceptedForGood.andNot(wasDown);
    return !acceptedForGood.isEmpty();
  }
}
