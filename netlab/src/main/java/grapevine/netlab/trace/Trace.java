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
 * @param items whatever must have reached every live node: see {@link TraceRecorder}
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

  /** The words for the kinds of items, in the order in which reports show them. */
  public static final List<String> KINDS =
      Arrays.stream(ItemKind.values()).map(ItemKind::label).toList();

  public Trace {
    nodes = List.copyOf(nodes);
    items = List.copyOf(items);
  }

  /** Numbers of the live nodes that do not hold the item at the end, ascending. */
  public List<Integer> lacking(ItemTrace item) {
    return IntStream.range(0, nodes.size())
        .filter(node -> nodes.get(node).isLive() && !item.isHeldBy(node))
        .boxed()
        .toList();
  }
}
