package grapevine.netlab.trace;

import grapevine.node.model.ItemId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects what the nodes of a run tell, in whatever order, and makes a {@link Trace} of it. Any
 * thread.
 *
 * <p>An item is in the trace, and must reach every live node, if a client was told that it is safe,
 * or a live node holds it, or a node accepted it that never went down. What only a node had seen
 * that then died was promised to nobody: it is counted apart.
 */
public final class TraceRecorder {
  private static final class Seen {
    final long[] acceptedNanos;
    final BitSet holders = new BitSet();
    long bornNanos = Trace.NEVER;
    boolean acknowledged;

    Seen(int nodes) {
      acceptedNanos = new long[nodes];
      Arrays.fill(acceptedNanos, Trace.NEVER);
    }
  }

  private final int nodes;
  private final long[] upSinceNanos;
  private final boolean[] wasDown;
  private final SortedMap<ItemId, Seen> items = new TreeMap<>();
  private long lostEvents;

  public TraceRecorder(int nodes) {
    this.nodes = nodes;
    this.upSinceNanos = new long[nodes];
    Arrays.fill(upSinceNanos, Trace.NEVER);
    this.wasDown = new boolean[nodes];
  }

  /** From now on the node takes part: it is linked, and its events are heard. */
  public synchronized void onUp(int node, long nowNanos) {
    upSinceNanos[node] = nowNanos;
  }

  public synchronized void onDown(int node) {
    upSinceNanos[node] = Trace.NEVER;
    wasDown[node] = true;
  }

  /**
   * A node holds an item, verified.
   *
   * @param own whether it was born there: no peer delivered it
   */
  public synchronized void onAccepted(int node, ItemId id, boolean own, long nowNanos) {
    Seen seen = seen(id);
    seen.acceptedNanos[node] = Math.min(seen.acceptedNanos[node], nowNanos);
    if (own) {
      seen.bornNanos = Math.min(seen.bornNanos, nowNanos);
    }
  }

  /** A node answered a client that the item is safe. */
  public synchronized void onAcknowledged(ItemId id) {
    seen(id).acknowledged = true;
  }

  /** Items that a client has been told are safe, so far. */
  public synchronized Set<ItemId> acknowledged() {
    Set<ItemId> acknowledged = new LinkedHashSet<>();
    items.forEach(
        (id, seen) -> {
          if (seen.acknowledged) {
            acknowledged.add(id);
          }
        });
    return acknowledged;
  }

  /** A node listed the item among those it holds. */
  public synchronized void onHeld(int node, ItemId id) {
    seen(id).holders.set(node);
  }

  /** A node had to drop events. */
  public synchronized void onLost(long events) {
    lostEvents += events;
  }

  private Seen seen(ItemId id) {
    return items.computeIfAbsent(id, unseen -> new Seen(nodes));
  }

  /**
   * What was recorded so far.
   *
   * @param costs by node what it counted between start and end; empty when nothing is known
   */
  public synchronized Trace trace(long startNanos, long endNanos, List<NodeCosts> costs) {
    List<NodeTrace> nodeTraces = new ArrayList<>(nodes);
    for (int node = 0; node < nodes; node++) {
      boolean counted = !costs.isEmpty() && !wasDown[node];
      nodeTraces.add(
          new NodeTrace(upSinceNanos[node], wasDown[node], counted ? costs.get(node) : null));
    }
    List<ItemTrace> itemTraces = new ArrayList<>(items.size());
    long diedUnpromised = 0;
    for (var entry : items.entrySet()) {
      Seen seen = entry.getValue();
      if (seen.bornNanos != Trace.NEVER && seen.bornNanos > endNanos) {
        continue;
      }
      if (isPromised(seen)) {
        itemTraces.add(
            new ItemTrace(entry.getKey(), seen.bornNanos, seen.acceptedNanos, seen.holders));
      } else {
        diedUnpromised++;
      }
    }
    return new Trace(startNanos, endNanos, nodeTraces, itemTraces, lostEvents, diedUnpromised);
  }

  private boolean isPromised(Seen seen) {
    if (seen.acknowledged) {
      return true;
    }
    for (int node = 0; node < nodes; node++) {
      boolean live = upSinceNanos[node] != Trace.NEVER;
      boolean accepted = seen.acceptedNanos[node] != Trace.NEVER;
      if ((live && seen.holders.get(node)) || (accepted && !wasDown[node])) {
        return true;
      }
    }
    return false;
  }
}
