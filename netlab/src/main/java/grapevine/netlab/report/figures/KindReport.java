package grapevine.netlab.report.figures;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one kind of item in one run. Immutable.
 *
 * @param items that must have reached every live node
 * @param delivered of these, held by every live node at the end
 * @param timed of these, born after the start and seen at birth: the base of the latencies
 * @param figures NaN for a figure that is not known, infinite for a time that never came
 * @param curve how coverage grew
 * @param delays of all deliveries by a peer
 * @param hops deliveries by the number of nodes passed, from 1 on at index 1; what is not known is
 *     not in it
 * @param sizes the latencies by size of the body, ascending; empty when sizes are not known
 */
public record KindReport(
    String kind,
    int items,
    int delivered,
    int timed,
    Map<Metric, Double> figures,
    CoverageCurve curve,
    DelayHistogram delays,
    List<Long> hops,
    List<SizeClass> sizes) {
  public KindReport {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    hops = List.copyOf(hops);
    sizes = List.copyOf(sizes);
  }

  /**
   * Items of like size.
   *
   * @param bytesMax the largest body of the class
   * @param latencyMillis by percent
   */
  public record SizeClass(int bytesMax, int items, Map<Integer, Double> latencyMillis) {
    public SizeClass {
      latencyMillis = Collections.unmodifiableMap(new LinkedHashMap<>(latencyMillis));
    }
  }

  /** NaN when it is not known. */
  public double figure(Metric metric) {
    return figures.getOrDefault(metric, Double.NaN);
  }

  /** Infinite or NaN when it is not known. */
  public double latencyMillis(int percent) {
    return figure(Metric.latency(percent));
  }
}
