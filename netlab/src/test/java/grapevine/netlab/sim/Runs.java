package grapevine.netlab.sim;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Scenarios for tests, and what their runs came to. */
final class Runs {
  static final Links STEADY = links(new Links.Latency.Uniform(25, 0), unlimited());

  private Runs() {}

  static Links.Bandwidth unlimited() {
    return new Links.Bandwidth.Unlimited();
  }

  static Links links(Links.Latency latency, Links.Bandwidth bandwidth) {
    return new Links(latency, bandwidth, 0, 0);
  }

  static Scenario scenario(
      int nodes, String relay, Links links, List<Load> loads, Fault... faults) {
    return new Scenario(
        "test",
        "a test",
        new Scenario.Population(nodes, 1, relay, Map.of()),
        new TopologyPlan.Random(Math.min(4, nodes - 1)),
        links,
        loads,
        List.of(faults),
        new Scenario.Observation(500, 10_000, 60_000, List.of(50, 90, 99, 100)));
  }

  /** The same with so much time to agree. */
  static Scenario settling(int settleMillis, Scenario scenario) {
    Scenario.Observation shown = scenario.observation();
    return new Scenario(
        scenario.name(),
        scenario.about(),
        scenario.population(),
        scenario.topology(),
        scenario.links(),
        scenario.loads(),
        scenario.faults(),
        new Scenario.Observation(
            shown.warmUpMillis(), shown.loadMillis(), settleMillis, shown.percents()));
  }

  static SimResult checked(Scenario scenario) {
    return SimRun.run(scenario, true, SimRun.Watcher.NONE);
  }

  static SimResult unchecked(Scenario scenario) {
    return SimRun.run(scenario, false, SimRun.Watcher.NONE);
  }

  /** Milliseconds from birth until each node held an item, ascending. */
  static double[] delaysMillis(SimResult result, ItemTrace item) {
    double[] delays = new double[result.trace().nodes().size()];
    for (int node = 0; node < delays.length; node++) {
      long accepted = item.acceptedNanos(node);
      delays[node] = accepted == Trace.NEVER ? Double.NaN : (accepted - item.bornNanos()) / 1e6;
    }
    Arrays.sort(delays);
    return delays;
  }

  static List<ItemTrace> items(SimResult result, String kind) {
    return result.trace().items().stream().filter(item -> item.kind().equals(kind)).toList();
  }
}
