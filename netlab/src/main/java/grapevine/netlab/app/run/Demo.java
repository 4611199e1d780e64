package grapevine.netlab.app.run;

import grapevine.netlab.local.LocalCluster;
import grapevine.netlab.local.NodeFailure;
import grapevine.netlab.local.NodeProgram;
import grapevine.netlab.local.Settlement;
import grapevine.netlab.local.TrafficSource;
import grapevine.netlab.report.ReportFiles;
import grapevine.netlab.report.ReportTable;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.TraceFile;
import grapevine.netlab.trace.TraceRecorder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One run of the demo: start, link, submit, kill and restart, settle, report. Confined to one
 * thread; submitting has its own.
 */
public final class Demo {
  /** What a node does unless told otherwise. */
  private static final String RELAY = "announce";

  private static final long SLOT_MILLIS = 2_000;
  private static final int PRODUCERS_MAX = 3;
  private static final int SENDERS = 4;
  private static final int ALLOWANCE_MAX = 65_535;
  private static final long LIFETIME_SECONDS = 600;
  private static final Duration DOWN = Duration.ofSeconds(3);
  private static final Duration LISTS_TIMEOUT = Duration.ofSeconds(10);

  /**
   * What decides a run.
   *
   * @param nodes at least 2: one makes blocks, another is killed
   * @param transactionRate a second
   * @param settleTimeout how long the nodes may take to agree after the last submission
   */
  public record Settings(
      int nodes, int seconds, int transactionRate, int degree, long seed, Duration settleTimeout) {
    int producers() {
      return Math.min(PRODUCERS_MAX, nodes - 1);
    }

    int transactions() {
      return seconds * transactionRate;
    }

    String configuration() {
      return """
          nodes                    %d, of which %d make blocks
          transactions             %d a second for %d s, by %d senders
          slot                     %d ms
          dials of each node       %d
          one node is killed after %d s, and started again %d s later
          time to agree            at most %d s"""
          .formatted(
              nodes,
              producers(),
              transactionRate,
              seconds,
              SENDERS,
              SLOT_MILLIS,
              degree,
              seconds / 2,
              DOWN.toSeconds(),
              settleTimeout.toSeconds());
    }

    String command() {
      return "scripts/netlab demo --nodes %d --seconds %d --tx-rate %d --degree %d --seed %d"
          .formatted(nodes, seconds, transactionRate, degree, seed);
    }
  }

  private final Settings settings;
  private final NodeProgram program;
  private final Progress progress;
  private final PrintWriter out;
  private final TraceRecorder recorder;
  private final Topology topology;
  private final LabNetwork network;
  private final SplittableRandom trafficRandom;
  private final MachineFacts machine = new MachineFacts();

  public Demo(Settings settings, NodeProgram program, Progress progress, PrintWriter out) {
    this.settings = settings;
    this.program = program;
    this.progress = progress;
    this.out = out;
    SplittableRandom random = new SplittableRandom(settings.seed());
    this.recorder = TraceRecorder.shared(settings.nodes());
    this.topology =
        Topology.draw(new TopologyPlan.Random(settings.degree()), settings.nodes(), random.split())
            .downwards();
    this.network = LabNetwork.create(settings.nodes(), terms(settings), random.split());
    this.trafficRandom = random.split();
  }

  private static LabNetwork.Terms terms(Settings settings) {
    int allowance = Math.min(ALLOWANCE_MAX, settings.transactions() / SENDERS + 1);
    return new LabNetwork.Terms(
        System.currentTimeMillis(),
        SLOT_MILLIS,
        LIFETIME_SECONDS + settings.seconds(),
        settings.producers(),
        SENDERS,
        allowance);
  }

  /** Prints the report, writes its files, and returns whether everything promised was kept. */
  public boolean run(WorkDirectory directory)
      throws NodeFailure, IOException, InterruptedException {
    try (LocalCluster cluster =
        LocalCluster.create(program, directory.nodes(), topology, network, recorder)) {
      boolean passed = run(cluster, directory);
      if (!passed) {
        directory.keep();
      }
      return passed;
    } catch (NodeFailure | IOException e) {
      directory.keep();
      throw e;
    } finally {
      if (directory.isKept()) {
        out.println("Nodes:  " + directory.nodes());
      }
    }
  }

  private boolean run(LocalCluster cluster, WorkDirectory directory)
      throws NodeFailure, IOException, InterruptedException {
    startNodes(cluster);
    List<NodeCosts> before = cluster.costs();
    long startNanos = System.nanoTime();
    TrafficSource traffic = new TrafficSource(cluster, network, recorder, trafficRandom);
    submitAndKill(cluster, traffic);
    Settlement.Agreement agreement = settle(cluster, startNanos);
    List<NodeCosts> after = cluster.costs();
    List<NodeCosts> costs = new ArrayList<>();
    for (int node = 0; node < settings.nodes(); node++) {
      costs.add(after.get(node).minus(before.get(node)));
    }
    var trace = recorder.trace(startNanos, agreement.atNanos(), costs);
    PropagationReport report = PropagationReport.of(trace, RELAY, PropagationReport.PERCENTS);
    Outcome outcome = Outcome.of(report, agreement, traffic, settings);
    RunFacts facts =
        new RunFacts(
            settings.command(),
            outcome.passed(),
            outcome.verdict(),
            outcome.notes(),
            setup(),
            machine.now(),
            new RunFacts.Footprint(cluster.residentBytes(), cluster.startMillis()));
    Summary summary = Summary.over(List.of(report));
    out.println();
    out.print(ReportTable.text(summary, facts));
    List<Path> files = ReportFiles.write(directory.root(), summary, facts, List.of());
    files.forEach(file -> out.println("Report: " + file));
    Path traceFile = directory.root().resolve(TraceFile.NAME);
    TraceFile.write(traceFile, trace);
    out.println("Trace:  " + traceFile);
    out.flush();
    return outcome.passed();
  }

  private void startNodes(LocalCluster cluster)
      throws NodeFailure, IOException, InterruptedException {
    try (Progress.Phase phase = progress.phase("Starting nodes", settings.nodes())) {
      cluster.start(started -> phase.step());
    }
    try (Progress.Phase phase = progress.phase("Linking nodes", 1)) {
      cluster.awaitLinks();
      phase.step();
    }
  }

  /** Traffic flows on its own thread while one node that makes no blocks dies and comes back. */
  private void submitAndKill(LocalCluster cluster, TrafficSource traffic)
      throws NodeFailure, IOException, InterruptedException {
    int victim = network.idlers().getFirst();
    try (Progress.Phase phase = progress.phase("Submitting", settings.transactions());
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      try {
        Future<?> sending =
            thread.submit(
                () -> {
                  traffic.run(settings.transactions(), settings.transactionRate(), phase::step);
                  return null;
                });
        Thread.sleep(Duration.ofSeconds(settings.seconds()).dividedBy(2));
        cluster.kill(victim);
        Thread.sleep(DOWN);
        cluster.restart(victim);
        sending.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("submitting failed", e.getCause());
      } finally {
        thread.shutdownNow();
      }
    }
  }

  private Settlement.Agreement settle(LocalCluster cluster, long startNanos)
      throws NodeFailure, IOException, InterruptedException {
    try (Progress.Phase phase = progress.phase("Settling", 2)) {
      Settlement settlement = new Settlement(cluster, recorder);
      Settlement.Agreement agreement = settlement.awaitAgreement(settings.settleTimeout());
      phase.step();
      Duration timeout = agreement.reached() ? LISTS_TIMEOUT : Duration.ZERO;
      settlement.collect(startNanos, agreement.atNanos(), timeout);
      phase.step();
      return agreement;
    }
  }

  private RunFacts.Setup setup() {
    return new RunFacts.Setup(
        "demo",
        List.of(settings.seed()),
        BuildInfo.CURRENT.commit(),
        RunFacts.Setup.HOST_CLOCK,
        List.of(),
        "every node checks every item itself",
        "loopback, without delay",
        "random, each node dials %d of lower number".formatted(settings.degree()),
        topology.links(),
        settings.configuration());
  }
}
