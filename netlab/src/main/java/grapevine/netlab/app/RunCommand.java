package grapevine.netlab.app;

import grapevine.netlab.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one scenario and reports. */
@Command(
    name = "run",
    description = {
      "Runs a scenario and tells how everything spread: a table, and report.json, report.csv,"
          + " report.html and the trace in a directory.",
      "In virtual time the node's own protocol runs, many times over, and equal seeds give equal"
          + " runs. Ctrl-C ends a run early with the report so far.",
      "Exits 0 only when all live nodes hold the same in the end, and every promise was kept."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  private static final int SEEDS_MAX = 1_000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "A scenario, or the name of one that `netlab list` shows.")
  private String file = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the first run. Default: the scenario's.")
  private @Nullable Long seed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many runs, with as many seeds in a row; figures come with intervals.")
  private int seeds;

  @Option(
      names = "--relay",
      paramLabel = "NAME",
      split = ",",
      description = "Strategies to compare, one line each. Default: the scenario's.")
  private List<String> relays = List.of();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value in place of the file's, as nodes=100 or links.delay_ms=50.")
  private List<String> settings = List.of();

  @Option(
      names = "--check",
      description = "Let every node recompute its promises after each input; slow.")
  private boolean checksInvariants;

  @Option(
      names = "--out",
      paramLabel = "DIRECTORY",
      description = "Where the report goes; empty or not there. Default: a temporary one.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seeds < 1 || seeds > SEEDS_MAX) {
      throw new ParameterException(
          spec.commandLine(), "--seeds " + seeds + ": expected 1 to " + SEEDS_MAX);
    }
    MachineFacts machine = new MachineFacts();
    List<Scenario> scenarios = scenarios();
    try (Interrupt interrupt = new Interrupt();
        WorkDirectory directory = WorkDirectory.forReports(Optional.ofNullable(out))) {
      List<SimBatch.Run> runs =
          new SimBatch(scenarios, checksInvariants, interrupt).run(Progress.ofSystem());
      SimReport report = new SimReport(runs, command(), machine);
      report.tell(spec.commandLine().getOut(), directory.root());
      return report.passed() ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage(), e);
    }
  }

  private List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    Scenario given = ScenarioSource.read(spec, file, settings);
    long first = seed == null ? given.population().seed() : seed;
    for (String relay : relays.isEmpty() ? List.of(given.population().relay()) : relays) {
      Scenario scenario = ScenarioSource.withRelay(spec, given, relay);
      for (long each = first; each < first + seeds; each++) {
        scenarios.add(scenario.withSeed(each));
      }
    }
    return scenarios;
  }

  /** What repeats the run. */
  private String command() {
    StringBuilder words = new StringBuilder("scripts/netlab run ").append(file);
    if (seed != null) {
      words.append(" --seed ").append(seed);
    }
    if (seeds > 1) {
      words.append(" --seeds ").append(seeds);
    }
    if (!relays.isEmpty()) {
      words.append(" --relay ").append(String.join(",", relays));
    }
    settings.forEach(setting -> words.append(" --set ").append(setting));
    return words.append(checksInvariants ? " --check" : "").toString();
  }
}
