package grapevine.netlab.local;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a scenario real processes cannot bear, told before any is started: to leave it out in
 * silence would be another experiment. Stateless.
 */
public final class Feasibility {
  private static final String SIMULATOR_ONLY = "in the simulator only";
  private static final String EMULATOR_ONLY =
      "needs emulated links (as root, without --hosted), or the simulator";

  private Feasibility() {}

  /** By which means nodes and links are made. */
  public enum Means {
    EMULATOR,
    LOOPBACK,
    HOSTED
  }

  /** Each in words that name the key; empty when the scenario can be run. */
  public static List<String> obstacles(Scenario scenario, Means means) {
    List<String> obstacles = new ArrayList<>();
    if (scenario.links().messageLoss() > 0) {
      obstacles.add("links.message_loss: " + SIMULATOR_ONLY + ", no TCP loses messages");
    }
    if (!scenario.population().limits().isEmpty()) {
      obstacles.add("limits: " + SIMULATOR_ONLY);
    }
    scenario.loads().forEach(load -> addLoad(scenario, load, obstacles));
    for (Fault fault : scenario.faults()) {
      obstacle(fault, means).map(why -> "fault " + why).ifPresent(obstacles::add);
    }
    return obstacles.stream().distinct().toList();
  }

  /** Producers that make blocks from their pools do so as long as they live. */
  private static void addLoad(Scenario scenario, Load load, List<String> obstacles) {
    if (load instanceof Load.Blocks blocks
        && blocks.bytes() == 0
        && (blocks.fromMillis() > 0
            || blocks.untilMillis() < scenario.observation().loadMillis())) {
      obstacles.add(
          "blocks.from_s, blocks.until_s: "
              + SIMULATOR_ONLY
              + ", unless blocks.bytes says what they bring");
    }
  }

  private static Optional<String> obstacle(Fault fault, Means means) {
    boolean shared = means == Means.HOSTED;
    boolean emulated = means == Means.EMULATOR;
    return Optional.ofNullable(
        switch (fault) {
          case Fault.Crash each -> shared ? "crash: needs a process for each node" : null;
          case Fault.Churn each -> shared ? "churn: needs a process for each node" : null;
          case Fault.Freeze each -> shared ? "freeze: needs a process for each node" : null;
          case Fault.Partition each -> emulated ? null : "partition: " + EMULATOR_ONLY;
          case Fault.OneWay each -> emulated ? null : "one_way: " + EMULATOR_ONLY;
          case Fault.SlowReader each -> emulated ? null : "slow_reader: " + EMULATOR_ONLY;
          case Fault.ClockOffset each -> "clock_offset: " + SIMULATOR_ONLY;
          case Fault.Withhold each -> "withhold: " + SIMULATOR_ONLY;
          case Fault.Silent each -> "silent: " + SIMULATOR_ONLY;
        });
  }
}
