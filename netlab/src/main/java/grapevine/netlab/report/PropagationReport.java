package grapevine.netlab.report;

import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.NodeTrace;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How items spread in one run. Immutable.
 *
 * <p>t_p of an item is the time from its birth until ⌈p·n⌉ of the n nodes that were up from then to
 * the end hold it, its origin included; so a node that was restarted counts for what was born after
 * it was back. Costs come from the counters of nodes that were not restarted.
 *
 * @param kinds one for each kind, in the order of {@link Trace#KINDS}
 * @param missing items that a live node lacks at the end
 * @param other null when costs are not known
 */
public record PropagationReport(
    int nodes,
    int liveNodes,
    int restartedNodes,
    int costNodes,
    double seconds,
    List<KindReport> kinds,
    List<Missing> missing,
    @Nullable OtherBytes other,
    long lostEvents,
    long diedUnpromised) {
  /** Shares of the nodes for which a latency is given. */
  public static final List<Integer> PERCENTS = List.of(50, 90, 99, 100);

  private static final List<String> KEEPALIVE = List.of("ping", "pong");
  private static final List<String> REPAIR = List.of("getdigests", "digests", "getids", "ids");
  private static final List<String> HEADERS = List.of("getheaders", "headers");

  /** Messages that name items of both kinds. */
  private static final List<String> SHARED = List.of("inv", "getdata", "notfound");

  /** An item that some live nodes lack. */
  public record Missing(ItemTrace item, List<Integer> nodes) {
    public Missing {
      nodes = List.copyOf(nodes);
    }
  }

  public PropagationReport {
    kinds = List.copyOf(kinds);
    missing = List.copyOf(missing);
  }

  public static PropagationReport of(Trace trace) {
    double seconds = (trace.endNanos() - trace.startNanos()) / 1e9;
    List<Missing> missing = missing(trace);
    List<NodeCosts> counted = new ArrayList<>();
    for (NodeTrace node : trace.nodes()) {
      NodeCosts costs = node.costs();
      if (costs != null && !node.restarted()) {
        counted.add(costs);
      }
    }
    NodeCosts sum = NodeCosts.sum(counted);
    List<KindReport> kinds = new ArrayList<>();
    for (String kind : Trace.KINDS) {
      kinds.add(kind(kind, trace, missing, sum, counted.size()));
    }
    return new PropagationReport(
        trace.nodes().size(),
        (int) trace.nodes().stream().filter(NodeTrace::isLive).count(),
        (int) trace.nodes().stream().filter(NodeTrace::restarted).count(),
        counted.size(),
        seconds,
        kinds,
        missing,
        counted.isEmpty() ? null : other(sum, counted.size()),
        trace.lostEvents(),
        trace.diedUnpromised());
  }

  public boolean allDelivered() {
    return missing.isEmpty();
  }

  public KindReport of(String kind) {
    return kinds.get(Trace.KINDS.indexOf(kind));
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

  private static KindReport kind(
      String kind, Trace trace, List<Missing> missing, NodeCosts sum, int costNodes) {
    List<ItemTrace> items =
        trace.items().stream().filter(item -> item.kind().equals(kind)).toList();
    int lacking = (int) missing.stream().filter(each -> each.item().kind().equals(kind)).count();
    List<ItemTrace> timed = items.stream().filter(item -> isTimed(item, trace)).toList();
    long byNodeAndItem = (long) costNodes * timed.size();
    return new KindReport(
        kind,
        items.size(),
        items.size() - lacking,
        timed.size(),
        latencyMillis(timed, trace),
        ratio(sum.of(kind, KindCount.BODIES), sum.of(kind, KindCount.FIRST_DELIVERIES)),
        ratio(sum.of(kind, KindCount.ANNOUNCED_IN), byNodeAndItem),
        ratio(bytesFor(kind, sum), byNodeAndItem));
  }

  private static boolean isTimed(ItemTrace item, Trace trace) {
    return item.bornNanos() != Trace.NEVER && item.bornNanos() >= trace.startNanos();
  }

  private static Map<Integer, Double> latencyMillis(List<ItemTrace> timed, Trace trace) {
    Map<Integer, Double> byPercent = new TreeMap<>();
    List<long[]> ascending =
        timed.stream().map(item -> nanosToNodes(item, trace)).filter(a -> a.length > 0).toList();
    for (int percent : PERCENTS) {
      long[] ofItems =
          ascending.stream().mapToLong(nanos -> Percentiles.ofSorted(percent, nanos)).toArray();
      byPercent.put(
          percent, ofItems.length == 0 ? Double.NaN : millis(Percentiles.of(50, ofItems)));
    }
    return byPercent;
  }

  /** From birth until each node held the item, ascending, over the nodes up since its birth. */
  private static long[] nanosToNodes(ItemTrace item, Trace trace) {
    int count = 0;
    for (NodeTrace node : trace.nodes()) {
      count += node.upSinceNanos() <= item.bornNanos() ? 1 : 0;
    }
    long[] nanos = new long[count];
    Arrays.fill(nanos, Trace.NEVER);
    int at = 0;
    for (int i = 0; i < item.deliveries().size(); i++) {
      if (trace.nodes().get(item.deliveries().node(i)).upSinceNanos() <= item.bornNanos()) {
        nanos[at++] = item.delayNanos(i);
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static double millis(long nanos) {
    return nanos == Trace.NEVER ? Double.POSITIVE_INFINITY : nanos / 1e6;
  }

  /** Bodies of this kind, and of the shared messages the kind's share in announcements. */
  private static double bytesFor(String kind, NodeCosts sum) {
    long announcements = 0;
    for (String each : Trace.KINDS) {
      announcements += announcements(each, sum);
    }
    double shared = 0;
    for (String type : SHARED) {
      shared += sum.sentBytes(type);
    }
    double share = announcements == 0 ? 0 : (double) announcements(kind, sum) / announcements;
    return bodyBytes(kind, sum) + shared * share;
  }

  private static long announcements(String kind, NodeCosts sum) {
    return sum.of(kind, KindCount.ANNOUNCED_IN) + sum.of(kind, KindCount.ANNOUNCED_OUT);
  }

  private static long bodyBytes(String kind, NodeCosts sum) {
    return sum.sentBytes(kind.equals("transaction") ? "tx" : kind);
  }

  private static OtherBytes other(NodeCosts sum, int nodes) {
    long messages = sum.sentBytes();
    long forItems = sum(sum, SHARED);
    for (String kind : Trace.KINDS) {
      forItems += bodyBytes(kind, sum);
    }
    long keepalive = sum(sum, KEEPALIVE);
    long repair = sum(sum, REPAIR);
    long headers = sum(sum, HEADERS);
    return new OtherBytes(
        ratio(keepalive, nodes),
        ratio(repair, nodes),
        ratio(headers, nodes),
        ratio(messages - forItems - keepalive - repair - headers, nodes),
        ratio(sum.socketBytesSent() - messages, nodes));
  }

  private static long sum(NodeCosts costs, List<String> types) {
    return types.stream().mapToLong(costs::sentBytes).sum();
  }

  private static double ratio(double dividend, long divisor) {
    return divisor == 0 ? Double.NaN : dividend / divisor;
  }

  private static double ratio(long dividend, long divisor) {
    return ratio((double) dividend, divisor);
  }
}
