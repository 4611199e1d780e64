package grapevine.netlab.local;

import static grapevine.netlab.local.LocalScenarios.LINKS;
import static grapevine.netlab.local.LocalScenarios.TRANSACTIONS;
import static grapevine.netlab.local.LocalScenarios.nodes;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.local.Feasibility.Means;
import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeasibilityTest {
  private static Scenario with(Fault... faults) {
    return LocalScenarios.of(LINKS, List.of(TRANSACTIONS), faults);
  }

  @Test
  void shouldNameWhatOnlyTheSimulatorCanDo() {
    Scenario scenario =
        with(
            new Fault.ClockOffset(0, nodes(1), 500),
            new Fault.Withhold(0, nodes(1)),
            new Fault.Silent(0, nodes(1)));
    assertThat(Feasibility.obstacles(scenario, Means.EMULATOR))
        .containsExactly(
            "fault clock_offset: in the simulator only",
            "fault withhold: in the simulator only",
            "fault silent: in the simulator only");
    Links lossy = new Links(LINKS.latency(), LINKS.bandwidth(), 0.1, 0);
    assertThat(
            Feasibility.obstacles(LocalScenarios.of(lossy, List.of(TRANSACTIONS)), Means.EMULATOR))
        .containsExactly("links.message_loss: in the simulator only, no TCP loses messages");
  }

  @Test
  void shouldCutOnlyLinksThatThereAre() {
    Scenario scenario =
        with(new Fault.Partition(0, 100, nodes(1)), new Fault.OneWay(0, 100, nodes(1)));
    assertThat(Feasibility.obstacles(scenario, Means.EMULATOR)).isEmpty();
    assertThat(Feasibility.obstacles(scenario, Means.LOOPBACK))
        .hasSize(2)
        .allMatch(why -> why.contains("needs emulated links"));
  }

  @Test
  void shouldKillOnlyNodesThatHaveAProcess() {
    Scenario scenario =
        with(
            new Fault.Crash(0, nodes(1), 100, false),
            new Fault.Churn(0, 100, 1, 100),
            new Fault.Freeze(0, 100, nodes(1)));
    assertThat(Feasibility.obstacles(scenario, Means.LOOPBACK)).isEmpty();
    assertThat(Feasibility.obstacles(scenario, Means.HOSTED))
        .hasSize(3)
        .allMatch(why -> why.endsWith("needs a process for each node"));
  }

  @Test
  void shouldNotStopProducersThatMakeBlocksThemselves() {
    Load pooled = new Load.Blocks(500, 1, 0, 250, 0, 1_000);
    Load brought = new Load.Blocks(500, 1, 5_000, 250, 0, 1_000);
    assertThat(Feasibility.obstacles(LocalScenarios.of(LINKS, List.of(pooled)), Means.EMULATOR))
        .singleElement()
        .asString()
        .startsWith("blocks.from_s, blocks.until_s: ");
    assertThat(Feasibility.obstacles(LocalScenarios.of(LINKS, List.of(brought)), Means.EMULATOR))
        .isEmpty();
  }
}
