package grapevine.netlab.published;

import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Comparison.Published;
import grapevine.netlab.epidemic.Sample;
import grapevine.netlab.published.Experiment.Size;
import grapevine.netlab.published.Experiment.Source;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.trace.ItemTrace;
import java.util.ArrayList;
import java.util.List;

/**
 * What a faster Internet means for blocks: Nagayama, Banno and Shudo, arXiv 1912.05208, by
 * SimBlock.
 *
 * <p>Only the effect, 2019 beside 2015, is expected to come out. The times themselves are longer
 * here: a SimBlock node gives a block to one peer after another, each at the full rate of the line,
 * so that the first is served seventeen times sooner than the last; TCP lets all who have asked
 * share the line, and they are served together, late. There is also a window that has to grow, and
 * every packet waits its turn at both ends.
 */
final class SixRegions {
  private static final String STUDY = "Nagayama et al. 2019, arXiv 1912.05208";
  private static final String RERUN = "SimBlock run again, 98 blocks, 600 nodes";
  private static final int FULL_NODES = 600;
  private static final int FULL_SEEDS = 5;
  private static final int QUICK_NODES = 100;
  private static final int QUICK_SEEDS = 2;

  /** In one run: every node keeps every block, so that 600 nodes with 20 would take 7 GB. */
  private static final int BLOCKS = 4;

  private static final int INTERVAL_SECONDS = 60;

  /** Percentage points by which another model of transfer may change the effect. */
  private static final double SLACK = 3;

  private static final double TIME_TOLERANCE = 0.1;
  private static final String TIME_GAP =
      "the askers of a block share a line here, as TCP has it; SimBlock serves one after another";

  private SixRegions() {}

  /** How long blocks took in one year, each of them, in milliseconds. */
  private record Year(List<Double> t50, List<Double> t90) {}

  static List<Comparison> compare(Size size, Source source) {
    return size == Size.FULL
        ? compare(FULL_NODES, FULL_SEEDS, source)
        : compare(QUICK_NODES, QUICK_SEEDS, source);
  }

  static List<Comparison> compare(int nodes, int seeds, Source source) {
    Year before = year("12-six-regions-2015", nodes, seeds, source);
    Year after = year("13-six-regions-2019", nodes, seeds, source);
    String experiment = "six regions, " + nodes + " nodes";
    List<Comparison> rows = new ArrayList<>();
    rows.add(ofSize(nodes, effect(experiment, "50", 64.5, before.t50, after.t50)));
    rows.add(ofSize(nodes, effect(experiment, "90", 63.7, before.t90, after.t90)));
    rows.add(time(experiment, "2015: 50", 7_132, before.t50));
    rows.add(time(experiment, "2015: 90", 12_296, before.t90));
    rows.add(time(experiment, "2019: 50", 2_724, after.t50));
    rows.add(time(experiment, "2019: 90", 4_812, after.t90));
    return rows;
  }

  private static Year year(String name, int nodes, int seeds, Source source) {
    Scenario scenario =
        source.read(
            name,
            List.of(
                "nodes=" + nodes,
                "blocks.producers=" + BLOCKS,
                "observation.load_s=" + INTERVAL_SECONDS * BLOCKS));
    List<Double> t50 = new ArrayList<>();
    List<Double> t90 = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      for (ItemTrace block : Runs.items(Runs.trace(scenario.withSeed(seed)), "block")) {
        t50.add(Runs.millisUntil(0.5, block, nodes));
        t90.add(Runs.millisUntil(0.9, block, nodes));
      }
    }
    return new Year(t50, t90);
  }

  private static Sample sample(List<Double> values) {
    return Sample.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Published for one size; another is shown beside it, and misses by a known gap. */
  private static Comparison ofSize(int nodes, Comparison row) {
    if (nodes == FULL_NODES) {
      return row;
    }
    return new Comparison(
        row.published(),
        row.measured(),
        row.tolerance(),
        row.basis(),
        "published for %d nodes, run with %d".formatted(FULL_NODES, nodes));
  }

  private static Comparison effect(
      String experiment,
      String percent,
      double published,
      List<Double> before,
      List<Double> after) {
    Sample slow = sample(before);
    Sample fast = sample(after);
    double ratio = fast.mean() / slow.mean();
    // A quotient's relative variance is about the sum of those of its two parts.
    double deviation =
        100 * ratio * Math.hypot(fast.deviation() / fast.mean(), slow.deviation() / slow.mean());
    return Comparison.ofFormula(
        new Published(
            experiment, "2015 to 2019: cut of the " + percent + " % time, %", published, STUDY),
        new Sample(slow.runs(), 100 * (1 - ratio), deviation),
        SLACK,
        "3 points for another model of transfer");
  }

  private static Comparison time(
      String experiment, String what, double published, List<Double> measured) {
    return new Comparison(
        new Published(experiment, what + " % of the nodes, ms", published, RERUN),
        sample(measured),
        TIME_TOLERANCE * published,
        "10 %",
        TIME_GAP);
  }
}
