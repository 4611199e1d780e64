package grapevine.netlab.report.figures;

import grapevine.netlab.trace.Deliveries;
import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the timed items of one kind spread, read item by item so that a run of 100,000 nodes needs
 * one row of times at once. Confined to one thread.
 */
final class Spread {
  private static final int SMALLEST_CLASS_BYTES = 256;

  /** When which share of nodes held an item, at index percent - 1. */
  private static final class Timed {
    final int bytes;
    final long[] nanosByPercent = new long[100];

    Timed(int bytes, long[] ascending) {
      this.bytes = bytes;
      for (int percent = 1; percent <= 100; percent++) {
        nanosByPercent[percent - 1] = Percentiles.ofSorted(percent, ascending);
      }
    }

    int bytes() {
      return bytes;
    }
  }

  private final Lateness lateness;
  private final HopTree hops;
  private final long[] delays = new long[DelayHistogram.CLASSES];
  private final List<Timed> timed = new ArrayList<>();
  private int count;

  Spread(Trace trace, Lateness lateness) {
    this.lateness = lateness;
    this.hops = new HopTree(trace.nodes().size());
  }

  static boolean isTimed(ItemTrace item, Trace trace) {
    return item.bornNanos() != Trace.NEVER && item.bornNanos() >= trace.startNanos();
  }

  void add(ItemTrace item) {
    count++;
    Deliveries deliveries = item.deliveries();
    hops.add(deliveries);
    for (int i = 0; i < deliveries.size(); i++) {
      if (deliveries.parent(i) != Trace.OWN) {
        delays[DelayHistogram.classOf(item.delayNanos(i))]++;
      }
    }
    long[] ascending = nanosToNodes(item);
    if (ascending.length > 0) {
      Timed one = new Timed(item.bytes(), ascending);
      timed.add(one);
      lateness.add(item, one.nanosByPercent[49]);
    }
  }

  /** From birth until each node held the item, ascending, over the nodes up since its birth. */
  private long[] nanosToNodes(ItemTrace item) {
    long[] nanos = new long[lateness.nodesUpSince(item.bornNanos())];
    Arrays.fill(nanos, Trace.NEVER);
    int at = 0;
    for (int i = 0; i < item.deliveries().size(); i++) {
      if (lateness.isUpSince(item.deliveries().node(i), item.bornNanos())) {
        nanos[at++] = item.delayNanos(i);
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }

  int count() {
    return count;
  }

  /** Mean size of a body; 0 when sizes are not known. */
  double bodyBytes() {
    return timed.stream().mapToInt(Timed::bytes).average().orElse(0);
  }

  /** Median over items; NaN without items, infinite when it never came. */
  double latencyMillis(int percent) {
    return overItems(50, percent, timed);
  }

  private static double overItems(int itemsPercent, int percent, List<Timed> items) {
    long[] nanos = items.stream().mapToLong(each -> each.nanosByPercent[percent - 1]).toArray();
    return nanos.length == 0 ? Double.NaN : millis(Percentiles.of(itemsPercent, nanos));
  }

  private static double millis(long nanos) {
    return nanos == Trace.NEVER ? Double.POSITIVE_INFINITY : nanos / 1e6;
  }

  CoverageCurve curve() {
    if (timed.isEmpty()) {
      return CoverageCurve.EMPTY;
    }
    return new CoverageCurve(line(CoverageCurve.LOW), line(50), line(CoverageCurve.HIGH));
  }

  private List<Double> line(int itemsPercent) {
    List<Double> line = new ArrayList<>(100);
    for (int percent = 1; percent <= 100; percent++) {
      line.add(overItems(itemsPercent, percent, timed));
    }
    return line;
  }

  DelayHistogram delays() {
    return new DelayHistogram(delays);
  }

  List<Long> hops() {
    return hops.counts();
  }

  /** Classes of up to 256 bytes, 1 KiB, 4 KiB and so on. */
  List<KindReport.SizeClass> sizes(List<Integer> percents) {
    Map<Integer, List<Timed>> byClass = new TreeMap<>();
    for (Timed each : timed) {
      if (each.bytes > 0) {
        byClass.computeIfAbsent(classBytes(each.bytes), unseen -> new ArrayList<>()).add(each);
      }
    }
    List<KindReport.SizeClass> sizes = new ArrayList<>();
    byClass.forEach(
        (bytesMax, items) -> {
          Map<Integer, Double> latency = new LinkedHashMap<>();
          percents.forEach(percent -> latency.put(percent, overItems(50, percent, items)));
          sizes.add(new KindReport.SizeClass(bytesMax, items.size(), latency));
        });
    return sizes;
  }

  private static int classBytes(int bytes) {
    int bytesMax = SMALLEST_CLASS_BYTES;
    while (bytesMax < bytes) {
      bytesMax *= 4;
    }
    return bytesMax;
  }
}
