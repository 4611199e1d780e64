package grapevine.netlab.report.figures;

import grapevine.netlab.trace.Deliveries;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts how many nodes items pass on their way, from who gave them to whom. Confined to one
 * thread; reads one item after another.
 */
final class HopTree {
  private static final int UNKNOWN = -1;

  private final int[] depths;
  private long[] counts = new long[16];

  HopTree(int nodes) {
    depths = new int[nodes];
  }

  void add(Deliveries deliveries) {
    Arrays.fill(depths, UNKNOWN);
    // Parents come before their children, but for clocks that tell the same microsecond.
    boolean progress = true;
    while (progress) {
      progress = false;
      for (int i = 0; i < deliveries.size(); i++) {
        int node = deliveries.node(i);
        if (depths[node] == UNKNOWN) {
          depths[node] = depth(deliveries.parent(i));
          progress |= depths[node] != UNKNOWN && depths[node] > 0;
        }
      }
    }
    for (int i = 0; i < deliveries.size(); i++) {
      count(depths[deliveries.node(i)]);
    }
  }

  private int depth(int parent) {
    if (parent == Trace.OWN) {
      return 0;
    }
    return parent == Trace.UNKNOWN || depths[parent] == UNKNOWN ? UNKNOWN : depths[parent] + 1;
  }

  private void count(int depth) {
    if (depth > 0) {
      if (depth >= counts.length) {
        counts = Arrays.copyOf(counts, Math.max(depth + 1, 2 * counts.length));
      }
      counts[depth]++;
    }
  }

  /** Deliveries by depth; index 0, the births, is always 0. Empty when nothing is known. */
  List<Long> counts() {
    int length = counts.length;
    while (length > 0 && counts[length - 1] == 0) {
      length--;
    }
    List<Long> list = new ArrayList<>(length);
    for (int depth = 0; depth < length; depth++) {
      list.add(counts[depth]);
    }
    return list;
  }

  /** The nearest-rank percentile of depths, NaN when none is known. */
  static double percentile(int percent, List<Long> counts) {
    long total = counts.stream().mapToLong(Long::longValue).sum();
    long rank = (percent * total + 99) / 100;
    for (int depth = 0; total > 0 && depth < counts.size(); depth++) {
      rank -= counts.get(depth);
      if (rank <= 0) {
        return depth;
      }
    }
    return Double.NaN;
  }
}
