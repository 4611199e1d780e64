package grapevine.netlab.app;

import grapevine.netlab.app.run.LocalBatch;
import grapevine.netlab.app.run.LocalMeans;
import grapevine.netlab.app.run.MachineFacts;
import grapevine.netlab.app.run.Progress;
import grapevine.netlab.app.run.WorkDirectory;
import grapevine.netlab.local.AotCache;
import grapevine.netlab.local.NodeFailure;
import grapevine.netlab.local.NodeProgram;
import grapevine.netlab.local.net.LinkStats;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.sim.SimRun;
import grapevine.netlab.trace.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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
import picocli.CommandLine.Spec;

/** Holds the simulator against real processes behind emulated links. */
@Command(
    name = "calibrate",
    description = {
      "Runs one scenario in virtual time and on real processes behind emulated links, and prints when"
          + " half, 90 %% and 99 %% of the nodes held an item, and the ratio of real to simulated.",
      "Times of real processes mean something on a machine that has nothing else to do: where links"
          + " were late, or the machine was busy before, it says so and judges nothing."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:t50 and t90 are within 10 %% for transactions, 20 %% for blocks",
      "1:one is outside",
      "2:wrong options",
      "3:not valid on this machine now: no emulated links, or late ones, or a busy machine"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CalibrateCommand implements Callable<Integer> {
  static final int EXIT_NOT_VALID = 3;

  private static final String SCENARIO = "14-calibrate";
  private static final int NODES_MAX = 100;
  private static final int SEEDS_MAX = 100;

  /** As the scenario's file says: a JVM is not yet what it will be. */
  private static final long WARM_UP_NANOS = 15_000_000_000L;

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "20",
      description = "Node processes, 6 to " + NODES_MAX + ". Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many runs of each, each two minutes; medians are compared.")
  private int seeds;

  @Option(
      names = "--delay-ms",
      paramLabel = "N",
      split = ",",
      defaultValue = "25,50",
      description = "One-way delays of the links. Default: ${DEFAULT-VALUE}.")
  private List<Double> delaysMillis = List.of();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value in place of the scenario's, as bandwidth.up_mbit=50.")
  private List<String> settings = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIRECTORY",
      description = "Work here and keep everything; must be empty or not exist.")
  private @Nullable Path out;

  @Override
  public Integer call() throws NodeFailure, IOException, InterruptedException {
    require("--nodes", nodes, 6, NODES_MAX);
    require("--seeds", seeds, 1, SEEDS_MAX);
    PrintWriter print = spec.commandLine().getOut();
    LocalMeans means = LocalMeans.choose(LocalMeans.LinkChoice.AUTO, 0);
    if (!means.emulates()) {
      print.println("Not valid on this machine now: links cannot be emulated: " + means.lacking());
      return EXIT_NOT_VALID;
    }
    List<List<Scenario>> byDelay = delaysMillis.stream().map(this::scenarios).toList();
    MachineFacts machine = new MachineFacts(); // before the first run makes it busy
    boolean within = true;
    boolean valid = true;
    try (WorkDirectory directory = WorkDirectory.open(Optional.ofNullable(out), false)) {
      LocalBatch batch =
          new LocalBatch(
              AotCache.sharedBy(NodeProgram.ofLauncher(System.getenv(), nodes)),
              means,
              Progress.ofSystem());
      for (List<Scenario> scenarios : byDelay) {
        Path nodesOfDelay =
            Files.createDirectory(directory.nodes().resolve("delay-" + byDelay.indexOf(scenarios)));
        List<LocalBatch.Run> runs = batch.run(scenarios, nodesOfDelay);
        Calibration calibration =
            Calibration.of(
                simulate(scenarios),
                runs.stream().map(run -> run.result().trace()).toList(),
                WARM_UP_NANOS);
        print.println();
        print.printf(
            "%d nodes, %s ms one way, %d run%s each%n",
            nodes, delaysMillis.get(byDelay.indexOf(scenarios)), seeds, seeds == 1 ? "" : "s");
        print.print(calibration.text());
        valid &= isValid(runs, machine.now(), print);
        within &= calibration.isWithin();
        print.flush();
      }
    }
    return verdict(within, valid, print);
  }

  private void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(), "%s is %d, expected %d to %d".formatted(option, value, min, max));
    }
  }

  private List<Scenario> scenarios(double delayMillis) {
    List<String> all = new ArrayList<>();
    all.add("nodes=" + nodes);
    all.add("links.delay_ms=" + delayMillis);
    all.addAll(settings);
    Scenario first = ScenarioSource.read(spec, SCENARIO, all);
    List<Scenario> scenarios = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      scenarios.add(first.withSeed(first.population().seed() + i));
    }
    return scenarios;
  }

  private static List<Trace> simulate(List<Scenario> scenarios) {
    return scenarios.stream()
        .map(scenario -> SimRun.run(scenario, false, SimRun.Watcher.NONE).trace())
        .toList();
  }

  /** Says how punctual the links were and how busy the machine, and whether that will do. */
  private static boolean isValid(
      List<LocalBatch.Run> runs, RunFacts.Machine machine, PrintWriter print) {
    boolean punctual = true;
    for (LocalBatch.Run run : runs) {
      for (LinkStats links : run.result().links().stream().toList()) {
        print.println("links    " + links.text());
        punctual &= links.isValid();
      }
    }
    boolean idle = machine.loadBefore() <= machine.processors();
    print.printf(
        "machine  %d processors, load %.1f before and %.1f after%s%n",
        machine.processors(),
        machine.loadBefore(),
        machine.loadAfter(),
        idle ? "" : ": BUSY, so that nodes may have waited for a processor");
    return punctual && idle;
  }

  private static int verdict(boolean within, boolean valid, PrintWriter print) {
    print.println();
    if (!valid) {
      print.println(
          "Not valid on this machine now: links were late, or the machine was busy; the figures above"
              + " judge nothing.");
      return EXIT_NOT_VALID;
    }
    print.println(
        within
            ? "The simulator's times are those of real nodes, within the tolerances."
            : "OUTSIDE: a time of the simulator is not that of real nodes.");
    return within ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
