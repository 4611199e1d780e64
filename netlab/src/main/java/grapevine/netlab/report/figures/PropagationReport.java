package grapevine.netlab.report.figures;

import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.NodeTrace;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How items spread in one run. Immutable.
 *
 * <p>t_p of an item is the time from its birth until ⌈p·n⌉ of the n nodes that were up from then to
 * the end hold it, its origin included; so a node that was restarted counts for what was born after
 * it was back. Costs come from the counters of nodes that were not restarted.
 *
 * @param relay label of the strategy
 * @param percents shares of the nodes for which a latency is given
 * @param kinds one for each kind, in the order of {@link Trace#KINDS}
 * @param missing items that a live node lacks at the end
 * @param traffic null when costs are not known
 * @param stragglers the latest nodes, latest first
 */
public record PropagationReport(
    String relay,
    List<Integer> percents,
    int nodes,
    int liveNodes,
    int restartedNodes,
    int costNodes,
    double seconds,
    List<KindReport> kinds,
    List<Missing> missing,
    @Nullable Traffic traffic,
    List<Straggler> stragglers,
    long lostEvents,
    long diedUnpromised) {
  /** Where a scenario names no others. */
  public static final List<Integer> PERCENTS = List.of(50, 90, 95, 99, 100);

  private static final int STRAGGLERS_MAX = 10;

  /** An item that some live nodes lack. */
  public record Missing(ItemTrace item, List<Integer> nodes) {
    public Missing {
      nodes = List.copyOf(nodes);
    }
  }

  public PropagationReport {
    percents = List.copyOf(percents);
    kinds = List.copyOf(kinds);
    missing = List.copyOf(missing);
    stragglers = List.copyOf(stragglers);
  }

  /**
   * @param relay label of the strategy that the nodes followed
   * @param percents ascending, 1 to 100
   */
  public static PropagationReport of(Trace trace, String relay, List<Integer> percents) {
    List<Missing> missing = missing(trace);
    List<NodeCosts> counted = new ArrayList<>();
    for (NodeTrace node : trace.nodes()) {
      NodeCosts costs = node.costs();
      if (costs != null && !node.restarted()) {
        counted.add(costs);
      }
    }
    NodeCosts sum = NodeCosts.sum(counted);
    Lateness lateness = new Lateness(trace);
    List<KindReport> kinds = new ArrayList<>();
    for (String kind : Trace.KINDS) {
      Spread spread = new Spread(trace, lateness);
      int items = 0;
      for (ItemTrace item : trace.items()) {
        if (item.kind().equals(kind)) {
          items++;
          if (Spread.isTimed(item, trace)) {
            spread.add(item);
          }
        }
      }
      int lacking = (int) missing.stream().filter(each -> each.item.kind().equals(kind)).count();
      Map<Metric, Double> figures = new LinkedHashMap<>();
      figures.put(Metric.DELIVERED, items == 0 ? 100 : 100.0 * (items - lacking) / items);
      putSpread(figures, spread, percents);
      putCosts(figures, kind, sum, (long) counted.size() * spread.count(), spread.bodyBytes());
      kinds.add(
          new KindReport(
              kind,
              items,
              items - lacking,
              spread.count(),
              figures,
              spread.curve(),
              spread.delays(),
              spread.hops(),
              spread.sizes(percents)));
    }
    return new PropagationReport(
        relay,
        percents,
        trace.nodes().size(),
        (int) trace.nodes().stream().filter(NodeTrace::isLive).count(),
        (int) trace.nodes().stream().filter(NodeTrace::restarted).count(),
        counted.size(),
        (trace.endNanos() - trace.startNanos()) / 1e9,
        kinds,
        missing,
        counted.isEmpty() ? null : Traffic.of(sum, counted.size()),
        lateness.latest(STRAGGLERS_MAX),
        trace.lostEvents(),
        trace.diedUnpromised());
  }

  private static List<Missing> missing(Trace trace) {
    List<Missing> missing = new ArrayList<>();
    for (ItemTrace item : trace.items()) {
      List<Integer> lacking = trace.lacking(item);
      if (!lacking.isEmpty()) {
        missing.add(new Missing(item, lacking));
      }
    }
    return missing;
  }

  private static void putSpread(
      Map<Metric, Double> figures, Spread spread, List<Integer> percents) {
    percents.forEach(
        percent -> figures.put(Metric.latency(percent), spread.latencyMillis(percent)));
    figures.put(Metric.HOPS_MEDIAN, HopTree.percentile(50, spread.hops()));
    figures.put(Metric.HOPS_MAX, HopTree.percentile(100, spread.hops()));
  }

  private static void putCosts(
      Map<Metric, Double> figures,
      String kind,
      NodeCosts sum,
      long byNodeAndItem,
      double bodyBytes) {
    long bodies = sum.of(kind, KindCount.BODIES);
    long requests = sum.of(kind, KindCount.REQUESTED);
    double bytes = ratio(bytesFor(kind, sum), byNodeAndItem);
    figures.put(Metric.COPIES, ratio(bodies, sum.of(kind, KindCount.NEW)));
    figures.put(Metric.ANNOUNCED, ratio(sum.of(kind, KindCount.ANNOUNCED_IN), byNodeAndItem));
    figures.put(Metric.REQUESTED, ratio(requests, byNodeAndItem));
    figures.put(Metric.VERIFIED, ratio(sum.of(kind, KindCount.VERIFIED), byNodeAndItem));
    figures.put(Metric.BYTES, bytes);
    figures.put(Metric.BYTES_OVER_BODY, bodyBytes == 0 ? Double.NaN : bytes / bodyBytes);
    figures.put(
        Metric.RELAY_DELAY,
        ratio(
            sum.of(kind, KindCount.RELAY_DELAY_NANOS) / 1e6,
            sum.of(kind, KindCount.ANNOUNCED_OUT)));
    figures.put(
        Metric.REQUEST_DELAY, ratio(sum.of(kind, KindCount.REQUEST_DELAY_NANOS) / 1e6, requests));
  }

  /** Bodies of this kind, and of the shared messages the kind's share in announcements. */
  private static double bytesFor(String kind, NodeCosts sum) {
    long announcements = Trace.KINDS.stream().mapToLong(each -> announcements(each, sum)).sum();
    double share = announcements == 0 ? 0 : (double) announcements(kind, sum) / announcements;
    return sum.sentBytes(Traffic.bodyType(kind)) + Traffic.sharedBytes(sum) * share;
  }

  private static long announcements(String kind, NodeCosts sum) {
    return sum.of(kind, KindCount.ANNOUNCED_IN) + sum.of(kind, KindCount.ANNOUNCED_OUT);
  }

  private static double ratio(long dividend, long divisor) {
    return ratio((double) dividend, divisor);
  }

  private static double ratio(double dividend, long divisor) {
    return divisor == 0 ? Double.NaN : dividend / divisor;
  }

  public boolean allDelivered() {
    return missing.isEmpty();
  }

  public KindReport of(String kind) {
    return kinds.get(Trace.KINDS.indexOf(kind));
  }
}
