package grapevine.netlab.app;

import grapevine.netlab.app.run.Interrupt;
import grapevine.netlab.app.run.LocalBatch;
import grapevine.netlab.app.run.LocalMeans;
import grapevine.netlab.app.run.LocalReport;
import grapevine.netlab.app.run.MachineFacts;
import grapevine.netlab.app.run.Progress;
import grapevine.netlab.app.run.SimBatch;
import grapevine.netlab.app.run.SimReport;
import grapevine.netlab.app.run.WorkDirectory;
import grapevine.netlab.local.AotCache;
import grapevine.netlab.local.NodeFailure;
import grapevine.netlab.local.NodeProgram;
import grapevine.netlab.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
      "In virtual time (--on sim) the node's own protocol runs, many times over, and equal seeds give"
          + " equal runs. Ctrl-C ends a run early with the report so far.",
      "On this machine (--on local) real node processes run, behind emulated links where that can be"
          + " done: on Linux, as root. Elsewhere they speak over loopback without delay, and the"
          + " report says so. Ctrl-C ends all of them.",
      "Exits 0 only when all live nodes hold the same in the end, and every promise was kept."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  private static final int SEEDS_MAX = 1_000;
  private static final int HOSTED_MAX = 2_000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "A scenario, or the name of one that `netlab list` shows.")
  private String file = "";

  @Option(
      names = "--on",
      paramLabel = "WHERE",
      defaultValue = "sim",
      description = "sim or local. Default: ${DEFAULT-VALUE}.")
  private Where where = Where.SIM;

  @Option(
      names = "--links",
      paramLabel = "HOW",
      defaultValue = "auto",
      description =
          "With --on local: emulator, loopback, or auto: the emulator where it can be."
              + " Default: ${DEFAULT-VALUE}.")
  private LocalMeans.LinkChoice links = LocalMeans.LinkChoice.AUTO;

  @Option(
      names = "--hosted",
      paramLabel = "N",
      description = "With --on local: so many nodes in one process, over loopback.")
  private @Nullable Integer hosted;

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

  /** On what a scenario runs. */
  enum Where {
    /** The nodes' cores in virtual time. */
    SIM,
    /** Processes of this machine. */
    LOCAL
  }

  @Override
  public Integer call() throws NodeFailure, IOException, InterruptedException {
    if (seeds < 1 || seeds > SEEDS_MAX) {
      throw new ParameterException(
          spec.commandLine(), "--seeds " + seeds + ": expected 1 to " + SEEDS_MAX);
    }
    if (hosted != null && (hosted < 1 || hosted > HOSTED_MAX)) {
      throw new ParameterException(
          spec.commandLine(), "--hosted " + hosted + ": expected 1 to " + HOSTED_MAX);
    }
    MachineFacts machine = new MachineFacts();
    List<Scenario> scenarios = scenarios();
    try {
      return where == Where.SIM ? simulate(scenarios, machine) : runHere(scenarios, machine);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage(), e);
    }
  }

  private int simulate(List<Scenario> scenarios, MachineFacts machine)
      throws IOException, InterruptedException {
    if (hosted != null || links != LocalMeans.LinkChoice.AUTO) {
      throw new ParameterException(spec.commandLine(), "--links and --hosted go with --on local");
    }
    try (Interrupt interrupt = new Interrupt();
        WorkDirectory directory = WorkDirectory.forReports(Optional.ofNullable(out))) {
      List<SimBatch.Run> runs =
          new SimBatch(scenarios, checksInvariants, interrupt).run(Progress.ofSystem());
      SimReport report = new SimReport(runs, command(), machine);
      report.tell(spec.commandLine().getOut(), directory.root());
      return report.passed() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private int runHere(List<Scenario> scenarios, MachineFacts machine)
      throws NodeFailure, IOException, InterruptedException {
    if (checksInvariants) {
      throw new ParameterException(spec.commandLine(), "--check goes with --on sim");
    }
    LocalMeans means = LocalMeans.choose(links, hosted == null ? 0 : hosted);
    PrintWriter print = spec.commandLine().getOut();
    try (WorkDirectory directory = WorkDirectory.open(Optional.ofNullable(out), false)) {
      boolean passed = false;
      try {
        LocalBatch batch =
            new LocalBatch(
                AotCache.sharedBy(program(scenarios.getFirst().population().nodes())),
                means,
                Progress.ofSystem());
        LocalReport report =
            new LocalReport(batch.run(scenarios, directory.nodes()), means, command(), machine);
        report.tell(print, directory.root());
        passed = report.passed();
      } catch (IllegalArgumentException e) {
        passed = true; // nothing was started
        throw e;
      } finally {
        if (!passed) {
          directory.keep();
        }
        if (directory.isKept()) {
          print.println("Nodes:  " + directory.nodes());
        }
      }
      return passed ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private NodeProgram program(int nodes) {
    int processes = hosted == null ? nodes : Math.ceilDiv(nodes, hosted);
    return NodeProgram.ofLauncher(System.getenv(), processes);
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
    if (where == Where.LOCAL) {
      words.append(" --on local");
      words.append(hosted == null ? " --links " + links.name().toLowerCase(Locale.ROOT) : "");
      words.append(hosted == null ? "" : " --hosted " + hosted);
    }
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
