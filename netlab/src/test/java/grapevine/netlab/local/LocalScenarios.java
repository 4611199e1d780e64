package grapevine.netlab.local;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import java.util.List;
import java.util.Map;

/** Small scenarios for real processes. */
final class LocalScenarios {
  static final Links LINKS =
      new Links(new Links.Latency.Uniform(10, 0), new Links.Bandwidth.Uniform(8, 8), 0, 0);
  static final Load TRANSACTIONS = new Load.Transactions(20, 250, 0, 2_000);

  private LocalScenarios() {}

  static Scenario of(Links links, List<Load> loads, Fault... faults) {
    return new Scenario(
        "test",
        "a test",
        new Scenario.Population(3, 1, "announce", Map.of()),
        new TopologyPlan.Complete(),
        links,
        loads,
        List.of(faults),
        new Scenario.Observation(0, 2_000, 30_000, List.of(50, 90, 99, 100)));
  }

  static Fault.Who nodes(Integer... numbers) {
    return new Fault.Who.Nodes(List.of(numbers));
  }
}
