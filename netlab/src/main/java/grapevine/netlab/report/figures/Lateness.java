package grapevine.netlab.report.figures;

import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** How late each node was, summed over items. Confined to one thread. */
final class Lateness {
  private static final Comparator<Straggler> LATEST_FIRST =
      Comparator.comparingInt(Straggler::unseen)
          .thenComparingDouble(Straggler::lateMillis)
          .reversed()
          .thenComparingInt(Straggler::node);

  private final long[] upSinceNanos;
  private final long[] upSinceAscending;
  private final double[] lateNanos;
  private final int[] seen;
  private final List<Long> timedBirths = new ArrayList<>();

  Lateness(Trace trace) {
    int nodes = trace.nodes().size();
    upSinceNanos = new long[nodes];
    for (int node = 0; node < nodes; node++) {
      upSinceNanos[node] = trace.nodes().get(node).upSinceNanos();
    }
    upSinceAscending = upSinceNanos.clone();
    Arrays.sort(upSinceAscending);
    lateNanos = new double[nodes];
    seen = new int[nodes];
  }

  /** Whether it has been up from that moment to the end. */
  boolean isUpSince(int node, long nanos) {
    return upSinceNanos[node] <= nanos;
  }

  int nodesUpSince(long nanos) {
    int count = 0;
    int above = upSinceAscending.length;
    while (count < above) {
      int middle = (count + above) >>> 1;
      if (upSinceAscending[middle] <= nanos) {
        count = middle + 1;
      } else {
        above = middle;
      }
    }
    return count;
  }

  /**
   * @param halfNanos when half of the nodes held it
   */
  void add(ItemTrace item, long halfNanos) {
    timedBirths.add(item.bornNanos());
    for (int i = 0; i < item.deliveries().size(); i++) {
      int node = item.deliveries().node(i);
      if (isUpSince(node, item.bornNanos())) {
        seen[node]++;
        lateNanos[node] += halfNanos == Trace.NEVER ? 0 : item.delayNanos(i) - halfNanos;
      }
    }
  }

  /** The latest live nodes, those first that were not seen to accept most items. */
  List<Straggler> latest(int countMax) {
    long[] births = timedBirths.stream().mapToLong(Long::longValue).sorted().toArray();
    List<Straggler> all = new ArrayList<>();
    for (int node = 0; node < seen.length; node++) {
      int expected = births.length - countBelow(births, upSinceNanos[node]);
      if (upSinceNanos[node] != Trace.NEVER && expected > 0) {
        double late = seen[node] == 0 ? Double.NaN : lateNanos[node] / seen[node] / 1e6;
        all.add(new Straggler(node, late, expected - seen[node]));
      }
    }
    all.sort(LATEST_FIRST);
    return List.copyOf(all.subList(0, Math.min(countMax, all.size())));
  }

  private static int countBelow(long[] ascending, long value) {
    int count = 0;
    while (count < ascending.length && ascending[count] < value) {
      count++;
    }
    return count;
  }
}
