package grapevine.netlab.published;

import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Comparison.Published;
import grapevine.netlab.epidemic.Conditions;
import grapevine.netlab.epidemic.Coverage;
import grapevine.netlab.epidemic.HopTime;
import grapevine.netlab.epidemic.Model;
import grapevine.netlab.epidemic.Prediction;
import grapevine.netlab.epidemic.Sample;
import grapevine.netlab.epidemic.Theory;
import grapevine.netlab.published.Experiment.Size;
import grapevine.netlab.published.Experiment.Source;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * The core's own way of spreading beside the theory of spreading.
 *
 * <p>The textbook's push and pull are another protocol: they call one random node a round. The core
 * tells all its neighbours, so on a complete graph, where all links take the same time, everybody
 * knows after one hop; that is the first row. What theory says of telling all neighbours of a
 * random graph is the chain of Reed and Frost, and the other rows hold the core's hops against it,
 * for bodies that are pushed and for bodies that are asked for: the time of a hop differs, the hops
 * may not.
 */
final class Hops {
  private static final int FULL_NODES = 1_000;
  private static final int QUICK_NODES = 300;
  private static final int FULL_SEEDS = 10;
  private static final int QUICK_SEEDS = 4;
  private static final int COMPLETE_NODES = 300;
  private static final int QUICK_COMPLETE_NODES = 60;
  private static final int DEGREE = 8;

  /** By how much the chain is known to be off, without loss. */
  private static final double SLACK = 0.02;

  /** Shares beyond this are as good as all. */
  private static final double SHARE_MAX = 0.9999;

  private Hops() {}

  static List<Comparison> compare(Size size, Source source) {
    boolean full = size == Size.FULL;
    List<Comparison> rows = new ArrayList<>();
    rows.add(complete(full ? COMPLETE_NODES : QUICK_COMPLETE_NODES, source));
    for (String relay : List.of("flood", "announce")) {
      rows.addAll(
          random(relay, full ? FULL_NODES : QUICK_NODES, full ? FULL_SEEDS : QUICK_SEEDS, source));
    }
    return rows;
  }

  /** All links at once: one hop, whatever the number of nodes. */
  static Comparison complete(int nodes, Source source) {
    Scenario scenario =
        source.read(
            "15-hops", List.of("nodes=" + nodes, "relay=flood", "topology={kind=\"complete\"}"));
    return Comparison.ofFormula(
        new Published(
            "flood, complete graph, " + nodes + " nodes",
            "share of nodes within 1 hop",
            1,
            "everybody is a neighbour"),
        sharesWithin(1, List.of(Runs.trace(scenario))),
        0,
        "exact");
  }

  static List<Comparison> random(String relay, int nodes, int seeds, Source source) {
    Scenario scenario = source.read("15-hops", List.of("nodes=" + nodes, "relay=" + relay));
    List<Trace> traces = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      traces.add(Runs.trace(scenario.withSeed(seed)));
    }
    List<Coverage.Point> points = predicted(nodes).points();
    List<Comparison> rows = new ArrayList<>();
    for (int hop = 1; hop < points.size() && points.get(hop - 1).share() < SHARE_MAX; hop++) {
      rows.add(
          Comparison.ofFormula(
              new Published(
                  "%s, %d nodes that dial %d".formatted(relay, nodes, DEGREE),
                  "share of nodes within %d %s".formatted(hop, hop == 1 ? "hop" : "hops"),
                  points.get(hop).share(),
                  Model.RANDOM_GRAPH.source()),
              sharesWithin(hop, traces),
              SLACK,
              "0.02 for a chain of means"));
    }
    return rows;
  }

  private static Coverage predicted(int nodes) {
    Conditions conditions = new Conditions(nodes, DEGREE, new HopTime(1, 1, 0), 0, 0);
    for (Prediction prediction : Theory.predict(conditions)) {
      if (prediction.model() == Model.RANDOM_GRAPH) {
        return prediction.coverage();
      }
    }
    throw new IllegalStateException("there is no prediction for random graphs");
  }

  /** One value for each transaction. */
  private static Sample sharesWithin(int hops, List<Trace> traces) {
    List<Double> shares = new ArrayList<>();
    for (Trace trace : traces) {
      int nodes = trace.nodes().size();
      for (ItemTrace item : Runs.items(trace, "transaction")) {
        int[] counts = Runs.nodesByHop(item, nodes);
        int sum = 0;
        for (int hop = 0; hop <= hops; hop++) {
          sum += counts[hop];
        }
        shares.add((double) sum / nodes);
      }
    }
    return Sample.of(shares.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
