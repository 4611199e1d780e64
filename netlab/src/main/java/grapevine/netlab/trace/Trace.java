package grapevine.netlab.trace;

import grapevine.node.model.ItemKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A run as its nodes saw it. Immutable. All times are nanoseconds of one clock that all nodes
 * share: the machine's monotonic clock, or the simulator's.
 *
 * @param startNanos when measuring began: all nodes were up and linked
 * @param endNanos when it ended; what was born later is not in the trace
 * @param nodes by number
 * @param items whatever must have reached every live node, by id: see {@link TraceRecorder}
 * @param lostEvents events that the nodes could not tell; times may be unknown because of them
 * @param diedUnpromised items that were seen only at a node that then went down, before anybody was
 *     told that they are safe
 */
public record Trace(
    long startNanos,
    long endNanos,
    List<NodeTrace> nodes,
    List<ItemTrace> items,
    long lostEvents,
    long diedUnpromised) {
  /** A time that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** In the place of a parent: the item was born here, no peer delivered it. */
  public static final int OWN = -1;

  /** In the place of a parent: a peer delivered it, and nobody knows which. */
  public static final int UNKNOWN = -2;

  /** The words for the kinds of items, in the order in which reports show them. */
  public static final List<String> KINDS =
      Arrays.stream(ItemKind.values()).map(ItemKind::label).toList();

  public Trace {
    nodes = List.copyOf(nodes);
    items = List.copyOf(items);
  }

  /**
   * @throws IllegalArgumentException when there is no such kind
   */
  static int kindIndex(String kind) {
    int index = KINDS.indexOf(kind);
    if (index < 0) {
      throw new IllegalArgumentException("kind " + kind + ", expected one of " + KINDS);
    }
    return index;
  }

  /** Numbers of the live nodes that do not hold the item at the end, ascending. */
  public List<Integer> lacking(ItemTrace item) {
    return IntStream.range(0, nodes.size())
        .filter(node -> !item.isHeldBy(node) && nodes.get(node).isLive())
        .boxed()
        .toList();
  }
}
