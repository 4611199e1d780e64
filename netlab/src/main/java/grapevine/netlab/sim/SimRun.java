package grapevine.netlab.sim;

import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Schedule;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.relay.RelayKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One run of a scenario in virtual time, from the first node's start to the report's figures: nodes
 * start and link, rest, are given what the schedule says, and have time to settle. Confined to one
 * thread; several runs may go on in several threads, since they share nothing.
 */
public final class SimRun {
  /** Watches a run from outside; what it does has no effect on it. */
  public interface Watcher {
    /** Looks away, and never stops a run. */
    Watcher NONE = (phase, nowNanos, endNanos, inputs) -> true;

    /**
     * @param phase one of "linking", "running", "settling"
     * @param endNanos when the phase ends at latest
     * @return whether to go on; otherwise the run ends here, and is reported so far
     */
    boolean onProgress(String phase, long nowNanos, long endNanos, long inputs);
  }

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Nodes that cannot be linked by then never will be. */
  private static final long LINK_NANOS_MAX = 120_000_000_000L;

  private static final long LINK_STEP_NANOS = 100_000_000;

  /** How often it is looked at whether all agree. */
  private static final long SETTLE_STEP_NANOS = 250_000_000;

  private final Scenario scenario;
  private final World world;
  private final Simulation simulation;
  private final Watcher watcher;
  private final List<String> violations = new ArrayList<>();
  private boolean complete = true;

  private SimRun(Scenario scenario, boolean checksInvariants, Watcher watcher) {
    this.scenario = scenario;
    this.watcher = watcher;
    world = new World(scenario, checksInvariants);
    simulation = world.simulation();
  }

  /** Labels of the relay strategies that nodes can follow. */
  public static List<String> relays() {
    return Arrays.stream(RelayKind.values()).map(RelayKind::label).toList();
  }

  /**
   * Runs a scenario.
   *
   * @param checksInvariants whether each node recomputes its promises after every input: for tests,
   *     since it costs more than all the rest
   * @throws IllegalArgumentException when a limit or relay strategy is named that there is not
   */
  public static SimResult run(Scenario scenario, boolean checksInvariants, Watcher watcher) {
    long startedNanos = cpuNanos();
    return new SimRun(scenario, checksInvariants, watcher).run(startedNanos);
  }

  private SimResult run(long startedNanos) {
    link();
    long setUpInputs = simulation.inputs();
    long linkedNanos = cpuNanos();
    long warmMillis =
        (simulation.nowNanos() / NANOS_PER_MILLI) + scenario.observation().warmUpMillis() + 1;
    long originNanos =
        (world.network().scheduleStartMillis(Simulation.WALL_MILLIS + warmMillis)
                - Simulation.WALL_MILLIS)
            * NANOS_PER_MILLI;
    Schedule schedule = Schedule.of(scenario);
    Loads loads = new Loads(world, schedule, originNanos);
    simulation.at(originNanos, nowNanos -> begin());
    loads.start();
    new Faults(world, schedule, originNanos).start();
    long loadedNanos =
        originNanos
            + Math.max(schedule.endNanos(), scenario.observation().loadMillis() * NANOS_PER_MILLI);
    runUntil("running", loadedNanos);
    settle(loadedNanos);
    long endNanos = simulation.nowNanos();
    new Promises(world).check(violations);
    collect(loads);
    List<NodeCosts> costs = new ArrayList<>();
    for (int node = 0; node < simulation.nodes(); node++) {
      costs.add(world.events(node).costs().snapshot());
    }
    Trace trace = world.recorder().trace(originNanos, endNanos, costs);
    return new SimResult(
        trace,
        simulation.hash().toString(),
        complete,
        violations,
        loads.refused(),
        simulation.inputs(),
        setUpInputs,
        endNanos,
        seconds(linkedNanos - startedNanos),
        seconds(cpuNanos() - linkedNanos));
  }

  /** This thread's own: what a run costs, however busy the machine is with other things. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  /** Starts all nodes at once, and waits until everybody whom the topology links is linked. */
  private void link() {
    for (int node = 0; node < simulation.nodes(); node++) {
      simulation.node(node).start(List.of(), simulation.nowNanos());
    }
    long ends = 2L * world.topology().links();
    while (simulation.readyEnds() < ends && complete && simulation.nowNanos() < LINK_NANOS_MAX) {
      runUntil("linking", simulation.nowNanos() + LINK_STEP_NANOS);
    }
    if (complete && simulation.readyEnds() < ends) {
      violations.add(
          "%d of %d ends of links are ready after %d s"
              .formatted(simulation.readyEnds(), ends, LINK_NANOS_MAX / 1_000_000_000));
    }
    for (int node = 0; node < simulation.nodes(); node++) {
      world.recorder().onUp(node, simulation.nowNanos());
    }
  }

  /** Measuring begins. */
  private void begin() {
    for (int node = 0; node < simulation.nodes(); node++) {
      world.events(node).costs().clear();
    }
  }

  private void runUntil(String phase, long endNanos) {
    complete &=
        simulation.runUntil(
            endNanos,
            () -> watcher.onProgress(phase, simulation.nowNanos(), endNanos, simulation.inputs()));
  }

  /** Gives the nodes time to agree, and notes it when they do not. */
  private void settle(long loadedNanos) {
    Agreement agreement = new Agreement(simulation);
    long endNanos = loadedNanos + scenario.observation().settleMillis() * NANOS_PER_MILLI;
    List<String> differences = agreement.differences();
    while (!differences.isEmpty() && complete && simulation.nowNanos() < endNanos) {
      runUntil("settling", Math.min(endNanos, simulation.nowNanos() + SETTLE_STEP_NANOS));
      differences = agreement.differences();
    }
    if (complete) {
      violations.addAll(differences);
    }
  }

  /** Asks every live node what it holds of all that was born. */
  private void collect(Loads loads) {
    for (ItemId id : loads.born()) {
      BitSet holders = new BitSet(simulation.nodes());
      for (int number = 0; number < simulation.nodes(); number++) {
        SimNode node = simulation.node(number);
        if (node.isUp() && node.view().item(id).isPresent()) {
          holders.set(number);
        }
      }
      world.recorder().onHeld(holders, id);
    }
  }
}
