package grapevine.netlab.published;

import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Comparison.Published;
import grapevine.netlab.epidemic.Sample;
import grapevine.netlab.published.Experiment.Size;
import grapevine.netlab.published.Experiment.Source;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.NodeTrace;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * A network in which announcements wait for Bitcoin Core's timers, as sr-gi's hyperion simulated it
 * (pull request 53, means of 100 runs).
 *
 * <p>Its conventions, which make the figures come out: a node's messages are what it sent and what
 * it received, so each message counts at both ends; only inv, getdata and tx count, as 36, 36 and
 * 192 bytes; the origin is any node, so it is unreachable ten times out of eleven; and counting
 * goes on until every announcement has left, not only until everybody has the transaction. A link
 * is drawn once, lognormal with a mean of 10 ms and a deviation of a fifth of it.
 *
 * <p>Several transactions pass one after another through one network, since to link 110,000 nodes
 * takes longer than to tell them: the timers have no memory, and the last has come to rest before
 * the next begins.
 */
final class CoreTimers {
  /** A simulated node of this network takes about 100 KB. */
  static final long HEAP_GIB_MIN = 12;

  private static final String SOURCE = "hyperion, pull request 53, flooding";
  private static final int PUBLISHED_NODES = 110_000;
  private static final int PUBLISHED_RUNS = 100;
  private static final int QUICK_NODES = 1_100;
  private static final int FULL_TRANSACTIONS = 3;
  private static final int QUICK_TRANSACTIONS = 12;
  private static final int REACHABLE_OF = 11;

  /** Nobody has ever been seen to wait longer. */
  private static final long REST_MILLIS = 60_000;

  private static final double MILLIS_PER_SECOND = 1_000;
  private static final int ENTRY_BYTES = 36;
  private static final int BODY_BYTES = 192;

  /** Spread of a single run, for few runs may happen to agree; seconds. */
  private static final double T90_DEVIATION_MIN = 1;

  private static final double T100_DEVIATION_MIN = 1.5;

  /** Where chance leads announcements to differs by half a percent from graph to graph. */
  private static final double COUNT_TOLERANCE = 0.01;

  private final Scenario scenario;
  private final List<Comparison> rows = new ArrayList<>();

  private CoreTimers(Scenario scenario) {
    this.scenario = scenario;
  }

  static List<Comparison> compare(Size size, Source source) {
    return size == Size.FULL
        ? compare(PUBLISHED_NODES, FULL_TRANSACTIONS, source)
        : compare(QUICK_NODES, QUICK_TRANSACTIONS, source);
  }

  static List<Comparison> compare(int nodes, int transactions, Source source) {
    Scenario scenario =
        source.read(
            "11-core-timers",
            List.of("nodes=" + nodes, "topology.reachable=" + nodes / REACHABLE_OF));
    return new CoreTimers(inTurn(scenario, transactions)).rows();
  }

  /** The same, with more than one transaction. */
  private static Scenario inTurn(Scenario scenario, int transactions) {
    List<Load> loads = new ArrayList<>();
    for (int i = 0; i < transactions; i++) {
      loads.add(new Load.Burst(REST_MILLIS * i, 1, BODY_BYTES));
    }
    Scenario.Observation given = scenario.observation();
    return new Scenario(
        scenario.name(),
        scenario.about(),
        scenario.population(),
        scenario.topology(),
        scenario.links(),
        loads,
        scenario.faults(),
        new Scenario.Observation(
            given.warmUpMillis(),
            REST_MILLIS * transactions,
            given.settleMillis(),
            given.percents()));
  }

  private List<Comparison> rows() {
    Trace trace = Runs.trace(scenario);
    int nodes = trace.nodes().size();
    time("90 %", 0.9, 8.598, T90_DEVIATION_MIN, trace);
    time("100 %", 1, 14.898, T100_DEVIATION_MIN, trace);
    int reachable =
        scenario.topology() instanceof TopologyPlan.Reachable plan ? plan.reachable() : nodes;
    traffic("reachable", trace, 0, reachable, 119.519, 6_120.76);
    traffic("unreachable", trace, reachable, nodes, 10.0866, 524.507);
    return rows;
  }

  private void time(
      String percent, double share, double published, double deviationMin, Trace trace) {
    int nodes = trace.nodes().size();
    double[] seconds =
        Runs.items(trace, "transaction").stream()
            .mapToDouble(item -> Runs.millisUntil(share, item, nodes) / MILLIS_PER_SECOND)
            .toArray();
    rows.add(
        Comparison.ofMeans(
            published("time until " + percent + " know, s", published),
            Sample.of(seconds),
            0.001,
            PUBLISHED_RUNS,
            deviationMin,
            nodes == PUBLISHED_NODES
                ? null
                : "the fewer nodes, the fewer hops: published for 110,000, run with " + nodes));
  }

  private void traffic(String place, Trace trace, int from, int to, double messages, double bytes) {
    int transactions = scenario.loads().size();
    List<NodeCosts> all = new ArrayList<>();
    for (NodeTrace node : trace.nodes().subList(from, to)) {
      all.add(node.costs() == null ? NodeCosts.NONE : node.costs());
    }
    NodeCosts costs = NodeCosts.sum(all);
    double each = (double) (to - from) * transactions;
    double entries = (both(costs, "inv") + both(costs, "getdata")) / each;
    double bodies = both(costs, "tx") / each;
    count("messages per " + place + " node", messages, entries + bodies);
    count("bytes per " + place + " node", bytes, ENTRY_BYTES * entries + BODY_BYTES * bodies);
  }

  /** Each message holds one entry: there is one transaction at a time. */
  private static long both(NodeCosts costs, String type) {
    return costs.sentMessages(type) + costs.receivedMessages(type);
  }

  private void count(String quantity, double published, double measured) {
    rows.add(
        new Comparison(
            published(quantity, published),
            new Sample(scenario.loads().size(), measured, 0),
            COUNT_TOLERANCE * published,
            "1 %, the chance of one graph",
            null));
  }

  private Published published(String quantity, double value) {
    return new Published(
        "inv/getdata, " + scenario.population().nodes() + " nodes", quantity, value, SOURCE);
  }
}
