package grapevine.netlab.report;

import java.util.Map;

/**
 * The figures of one kind of item. NaN stands for a figure that is not known.
 *
 * @param items that must have reached every live node
 * @param delivered of these, held by every live node at the end
 * @param timed of these, born after the start and seen at birth: the base of the latencies
 * @param latencyMillis by percent of nodes, see {@link PropagationReport#PERCENTS}: the median over
 *     items; infinite when that many nodes were not seen to hold the median item
 * @param bodyCopies bodies received of any result, by accepted item that a peer delivered
 * @param announcements inv entries received, by node and item
 * @param bytes sent for it by node and item: bodies, and its share of inv, getdata and notfound
 */
public record KindReport(
    String kind,
    int items,
    int delivered,
    int timed,
    Map<Integer, Double> latencyMillis,
    double bodyCopies,
    double announcements,
    double bytes) {
  /** 100 when there was nothing to deliver. */
  public double deliveredPercent() {
    return items == 0 ? 100 : 100.0 * delivered / items;
  }

  /** Infinite or NaN when it is not known. */
  public double latencyMillis(int percent) {
    return latencyMillis.getOrDefault(percent, Double.NaN);
  }
}
