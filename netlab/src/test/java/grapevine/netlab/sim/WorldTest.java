package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.NodeTrace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final int NODES = 20;

  @Test
  void shouldDialOnlyWhomTheTopologyNamesWhenNothingGoesWrong() {
    // Late enough for feelers, which nodes send out every two minutes.
    Scenario ring =
        new Scenario(
            "ring",
            "a ring",
            new Scenario.Population(NODES, 1, "announce", Map.of()),
            new TopologyPlan.Ring(1),
            Runs.STEADY,
            List.of(new Load.Burst(130_000, 1, 250)),
            List.of(),
            new Scenario.Observation(500, 140_000, 10_000, List.of(100)));
    SimResult result = Runs.unchecked(ring);
    assertThat(result.violations()).isEmpty();
    long announcements = 0;
    for (NodeTrace node : result.trace().nodes()) {
      assertThat(node.costs()).isNotNull();
      announcements += node.costs().sentMessages("inv");
      assertThat(node.costs().sentMessages("hello")).isZero();
    }
    // One for each link, and one more where the two ways around meet.
    assertThat(announcements).isBetween((long) NODES, NODES + 1L);
  }
}
