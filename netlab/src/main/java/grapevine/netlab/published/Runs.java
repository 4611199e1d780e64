package grapevine.netlab.published;

import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.sim.SimResult;
import grapevine.netlab.sim.SimRun;
import grapevine.netlab.trace.Deliveries;
import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.Trace;
import java.util.List;

/** What the experiments ask of simulated runs. */
final class Runs {
  private static final double NANOS_PER_MILLI = 1e6;

  private Runs() {}

  /**
   * The trace of a run that kept everything it must.
   *
   * @throws IllegalStateException naming what it did not keep
   */
  static Trace trace(Scenario scenario) {
    SimResult result = SimRun.run(scenario, false, SimRun.Watcher.NONE);
    if (!result.passed()) {
      throw new IllegalStateException(
          "%s, %d nodes, seed %d: %s"
              .formatted(
                  scenario.name(),
                  scenario.population().nodes(),
                  scenario.population().seed(),
                  result.violations()));
    }
    return result.trace();
  }

  static List<ItemTrace> items(Trace trace, String kind) {
    return trace.items().stream().filter(item -> item.kind().equals(kind)).toList();
  }

  /** From an item's birth until this share of all nodes held it, its origin included. */
  static double millisUntil(double share, ItemTrace item, int nodes) {
    return item.delayNanos((int) Math.ceil(share * nodes) - 1) / NANOS_PER_MILLI;
  }

  /** How many nodes hold an item that has passed so many links, by links passed. */
  static int[] nodesByHop(ItemTrace item, int nodes) {
    int[] hops = new int[nodes];
    int[] counts = new int[nodes];
    Deliveries deliveries = item.deliveries();
    for (int i = 0; i < deliveries.size(); i++) {
      int parent = deliveries.parent(i);
      int hop = parent == Trace.OWN ? 0 : hops[parent] + 1;
      hops[deliveries.node(i)] = hop;
      counts[hop]++;
    }
    return counts;
  }
}
