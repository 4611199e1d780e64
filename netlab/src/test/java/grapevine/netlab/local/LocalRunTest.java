package grapevine.netlab.local;

import static grapevine.netlab.local.LocalScenarios.LINKS;
import static grapevine.netlab.local.LocalScenarios.TRANSACTIONS;
import static grapevine.netlab.local.LocalScenarios.nodes;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Schedule;
import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.NodeTrace;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalRunTest {
  private static final Load BLOCKS = new Load.Blocks(500, 2, 20_000, 4_000, 0, 2_000);

  @TempDir private Path directory;
  private final ConcurrentLinkedQueue<String> phases = new ConcurrentLinkedQueue<>();

  private LocalRun.Result run(Scenario scenario, NodeProgram program) throws Exception {
    LocalRun.Watcher watcher =
        new LocalRun.Watcher() {
          @Override
          public void onPhase(String phase, long steps) {
            phases.add(phase);
          }

          @Override
          public void onStep() {}
        };
    return new LocalRun(scenario, program, new Placement.Processes(), null).run(directory, watcher);
  }

  private static long count(LocalRun.Result result, String kind) {
    return result.trace().items().stream().filter(item -> item.kind().equals(kind)).count();
  }

  @Test
  void shouldGiveNodesWhatTheScheduleSays() throws Exception {
    Scenario scenario = LocalScenarios.of(LINKS, List.of(TRANSACTIONS, BLOCKS));

    LocalRun.Result result = run(scenario, FakeNode.program("well"));

    Schedule schedule = Schedule.of(scenario);
    assertThat(result.refused()).isEmpty();
    assertThat(result.unanswered()).isZero();
    assertThat(count(result, "transaction")).isEqualTo(schedule.births().size());
    assertThat(count(result, "block")).isEqualTo(schedule.turns().size()).isEqualTo(4);
    assertThat(result.difference()).isEmpty();
    assertThat(result.links()).isEmpty();
    assertThat(phases)
        .containsExactly("Starting nodes", "Linking nodes", "Warming up", "Running", "Settling");
  }

  @Test
  void shouldSayHowNodesDiffer() throws Exception {
    Scenario scenario = LocalScenarios.of(LINKS, List.of(TRANSACTIONS));
    Scenario impatient =
        new Scenario(
            scenario.name(),
            scenario.about(),
            scenario.population(),
            scenario.topology(),
            scenario.links(),
            scenario.loads(),
            scenario.faults(),
            new Scenario.Observation(0, 2_000, 500, List.of(50)));

    LocalRun.Result result = run(impatient, FakeNode.program("forgets"));

    assertThat(result.difference()).contains("node 1 has");
  }

  /** The node's own program, from the classes of this build, over loopback. */
  @Test
  void shouldRunRealNodesThroughACrashAndAFreeze() throws Exception {
    NodeProgram program =
        new NodeProgram(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "scripts", "lib", "node.jvmopts").toAbsolutePath(),
                "-XX:TieredStopAtLevel=1",
                // As the manifest of the node's jar says.
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"),
            List.of("-cp", System.getProperty("java.class.path"), "grapevine.node.app.Main"));
    Scenario scenario =
        LocalScenarios.of(
            LINKS,
            List.of(TRANSACTIONS, BLOCKS),
            new Fault.Freeze(300, 1_200, nodes(0)),
            new Fault.Crash(800, nodes(2), 200, true));

    LocalRun.Result result = run(scenario, program);

    assertThat(result.difference()).isEmpty();
    assertThat(result.trace().nodes())
        .extracting(NodeTrace::restarted)
        .containsExactly(false, false, true);
    assertThat(result.trace().items()).allMatch(item -> result.trace().lacking(item).isEmpty());
    assertThat(count(result, "transaction")).isPositive();
    assertThat(result.trace().items())
        .filteredOn(item -> item.kind().equals("block"))
        .isNotEmpty()
        .extracting(ItemTrace::bytes)
        .allMatch(bytes -> bytes > 19_000);
  }
}
