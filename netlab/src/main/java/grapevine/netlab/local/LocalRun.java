package grapevine.netlab.local;

import grapevine.netlab.local.net.LinkEmulator;
import grapevine.netlab.local.net.LinkStats;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Schedule;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One run of a scenario on real node processes, with the phases of a simulated one: nodes start and
 * link, rest, are given what the schedule says, and have time to settle. One thread runs it; loads
 * and faults have their own.
 */
public final class LocalRun {
  /** Watches a run; its methods are called by several threads. */
  public interface Watcher {
    /** The next part of the run begins, which takes so many steps. */
    void onPhase(String phase, long steps);

    void onStep();
  }

  /**
   * What a run came to.
   *
   * @param trace what happened, as the report wants it
   * @param difference how nodes still differ; empty when all hold the same
   * @param refused submissions by reason
   * @param unanswered submissions without an answer
   * @param late items that were sent more than 100 ms after they were due
   * @param links what the emulator did while loads and faults went on; empty where there is none
   * @param residentBytes memory of each node that lives
   * @param startMillis what each node's start took, as it said itself
   */
  public record Result(
      Trace trace,
      String difference,
      SortedMap<String, Long> refused,
      long unanswered,
      long late,
      Optional<LinkStats> links,
      List<Long> residentBytes,
      List<Long> startMillis) {}

  private static final Duration LISTS_TIMEOUT = Duration.ofSeconds(10);

  /** What asking all nodes for their counters may take. */
  private static final long COSTS_NANOS = 500_000_000;

  private final Scenario scenario;
  private final NodeProgram program;
  private final Placement placement;
  private final @Nullable ScenarioLinks links;
  private final TraceRecorder recorder;
  private final LabNetwork network;

  /**
   * @param placement with as many hosts as the scenario has nodes, where it has hosts
   * @param links the table of the placement's emulator; null where it has none
   */
  public LocalRun(
      Scenario scenario, NodeProgram program, Placement placement, @Nullable ScenarioLinks links) {
    this.scenario = scenario;
    this.program = program;
    this.placement = placement;
    this.links = links;
    recorder = TraceRecorder.shared(scenario.population().nodes());
    network = scenario.createNetwork(System.currentTimeMillis());
  }

  /**
   * @param directory exists, is empty, and takes a directory and a log for each node
   * @throws NodeFailure when a node does not do what the run needs
   */
  public Result run(Path directory, Watcher watcher)
      throws NodeFailure, IOException, InterruptedException {
    LocalCluster.Population population =
        new LocalCluster.Population(
            scenario.drawTopology(),
            scenario.redials(),
            network,
            scenario.population().relay(),
            takesFromPools());
    try (LocalCluster cluster =
        LocalCluster.create(program, placement, directory, population, recorder)) {
      watcher.onPhase("Starting nodes", cluster.nodes());
      cluster.start(started -> watcher.onStep());
      watcher.onPhase("Linking nodes", 1);
      cluster.awaitLinks();
      watcher.onStep();
      return measure(cluster, watcher);
    }
  }

  /** Whether producers make blocks of what their pools hold. */
  private boolean takesFromPools() {
    return scenario.loads().stream()
        .anyMatch(load -> load instanceof Load.Blocks blocks && blocks.bytes() == 0);
  }

  private Result measure(LocalCluster cluster, Watcher watcher)
      throws NodeFailure, IOException, InterruptedException {
    Scenario.Observation observation = scenario.observation();
    Origin origin =
        Origin.at(
            network.scheduleStartMillis(
                System.currentTimeMillis()
                    + Math.max(observation.warmUpMillis(), COSTS_NANOS / 1_000_000)));
    watcher.onPhase("Warming up", 1);
    Origin.sleepUntil(origin.nanos() - COSTS_NANOS);
    List<NodeCosts> before = cluster.costs();
    emulator().ifPresent(LinkEmulator::resetStats);
    watcher.onStep();
    Schedule schedule = Schedule.of(scenario);
    Submissions submissions = new Submissions(cluster, recorder);
    LoadDriver loads = new LoadDriver(scenario, cluster, network, submissions, origin);
    watcher.onPhase("Running", schedule.births().size() + schedule.turns().size());
    drive(loads, new FaultDriver(cluster, links, origin), schedule, watcher::onStep);
    Origin.sleepUntil(
        origin.nanos() + Math.max(schedule.endNanos(), observation.loadMillis() * 1_000_000));
    Optional<LinkStats> linkStats = emulator().map(LinkEmulator::stats);
    watcher.onPhase("Settling", 2);
    Settlement settlement = new Settlement(cluster, recorder);
    Settlement.Agreement agreement =
        settlement.awaitAgreement(Duration.ofMillis(observation.settleMillis()));
    watcher.onStep();
    settlement.collect(
        origin.nanos(), agreement.atNanos(), agreement.reached() ? LISTS_TIMEOUT : Duration.ZERO);
    watcher.onStep();
    return new Result(
        recorder.trace(origin.nanos(), agreement.atNanos(), costsSince(before, cluster.costs())),
        agreement.reached() ? "" : agreement.difference(),
        submissions.refused(),
        submissions.unanswered(),
        loads.late(),
        linkStats,
        cluster.residentBytes(),
        cluster.startMillis());
  }

  private static List<NodeCosts> costsSince(List<NodeCosts> before, List<NodeCosts> after) {
    List<NodeCosts> costs = new ArrayList<>();
    for (int node = 0; node < before.size(); node++) {
      costs.add(after.get(node).minus(before.get(node)));
    }
    return costs;
  }

  private Optional<LinkEmulator> emulator() {
    return placement instanceof Placement.Linked linked
        ? Optional.of(linked.links())
        : Optional.empty();
  }

  private static void drive(
      LoadDriver loads, FaultDriver faults, Schedule schedule, Runnable onBorn)
      throws NodeFailure, InterruptedException {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      try {
        Future<?> bearing =
            thread.submit(
                () -> {
                  loads.run(schedule, onBorn);
                  return null;
                });
        faults.run(schedule.events());
        bearing.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("handing out what is born failed", e.getCause());
      } finally {
        thread.shutdownNow();
      }
    }
  }
}
