package grapevine.netlab.sim;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Schedule;
import grapevine.node.model.NodeRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Does to the nodes what the schedule says goes wrong. Confined to the simulation's thread. */
final class Faults {
  private static final double BITS_PER_MBIT = 1e6;

  private final World world;
  private final Schedule schedule;
  private final long originNanos;

  /** What a crashed node finds in its address file. */
  private final Map<Integer, List<NodeRecord>> saved = new HashMap<>(); // never iterated

  Faults(World world, Schedule schedule, long originNanos) {
    this.world = world;
    this.schedule = schedule;
    this.originNanos = originNanos;
  }

  void start() {
    for (Schedule.Event event : schedule.events()) {
      world.simulation().at(originNanos + event.atNanos(), nowNanos -> happen(event, nowNanos));
    }
  }

  private void happen(Schedule.Event event, long nowNanos) {
    Simulation simulation = world.simulation();
    switch (event.fault()) {
      case Fault.Crash fault -> event.nodes().forEach(n -> crash(n, event, fault, nowNanos));
      case Fault.Churn fault -> throw new IllegalStateException("churn comes as crashes");
      case Fault.Partition fault when event.begins() ->
          simulation.network().partition(event.nodes(), nanos(fault.untilMillis()));
      case Fault.OneWay fault when event.begins() ->
          simulation.network().mute(event.nodes(), nanos(fault.untilMillis()));
      case Fault.Partition fault -> {}
      case Fault.OneWay fault -> {}
      case Fault.SlowReader fault when event.begins() ->
          event.nodes().forEach(n -> slow(simulation.node(n), fault));
      case Fault.SlowReader fault -> {}
      case Fault.Freeze fault when event.begins() ->
          event.nodes().forEach(n -> simulation.node(n).freeze(nanos(fault.untilMillis())));
      case Fault.Freeze fault -> {}
      case Fault.ClockOffset fault ->
          event
              .nodes()
              .forEach(n -> simulation.node(n).setWallOffset(fault.offsetMillis(), nowNanos));
      case Fault.Withhold fault ->
          event.nodes().forEach(n -> simulation.node(n).setConduct(SimNode.Conduct.WITHHOLDING));
      case Fault.Silent fault ->
          event.nodes().forEach(n -> simulation.node(n).setConduct(SimNode.Conduct.SILENT));
    }
  }

  private long nanos(long untilMillis) {
    return originNanos + untilMillis * 1_000_000;
  }

  private void crash(int number, Schedule.Event event, Fault.Crash fault, long nowNanos) {
    SimNode node = world.simulation().node(number);
    if (event.begins() && node.isUp()) {
      saved.put(number, fault.storeKept() ? node.view().recordsToSave() : List.of());
      node.kill(nowNanos);
      world.recorder().onDown(number);
      if (!fault.storeKept()) {
        node.store().wipe();
      }
    } else if (!event.begins() && !node.isUp()) {
      node.start(saved.getOrDefault(number, List.of()), nowNanos);
      world.recorder().onUp(number, nowNanos);
    }
  }

  private void slow(SimNode node, Fault.SlowReader fault) {
    node.down().slow(fault.downMbit() * BITS_PER_MBIT, nanos(fault.untilMillis()));
  }
}
