package grapevine.netlab.sim;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Small scenarios by number: a random network, random loads, random faults, then calm, in which all
 * must agree. Equal numbers give equal scenarios, so a number replays a failure.
 */
final class Swarm {
  private static final int LOAD_MILLIS = 8_000;
  private static final int SETTLE_MILLIS = 120_000;

  /**
   * Lost messages go on being lost in the calm: what was repaired on one link may be lost on the
   * next, up to eleven in a row on a ring. Of numbers up to 6,000 one in 300 takes 160 s to 320 s:
   * trees and rings, where nobody else can be asked. And a line of 300 ms that loses 4 % of its
   * packets passes 25 KB/s, so that the load alone may take two minutes.
   */
  private static final int SETTLE_LOSSY_MILLIS = 480_000;

  private static final String[] RELAYS = {"announce", "flood", "trickle"};

  private Swarm() {}

  static Scenario scenario(long number) {
    SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
    int nodes = random.nextInt(3, 13);
    Scenario.Population population =
        new Scenario.Population(nodes, number, RELAYS[random.nextInt(RELAYS.length)], Map.of());
    TopologyPlan topology = topology(nodes, random);
    Links links = links(random);
    int settleMillis =
        links.messageLoss() + links.packetLoss() > 0 ? SETTLE_LOSSY_MILLIS : SETTLE_MILLIS;
    return new Scenario(
        "swarm-" + number,
        "number " + number,
        population,
        topology,
        links,
        loads(random),
        faults(nodes, random),
        new Scenario.Observation(500, LOAD_MILLIS, settleMillis, List.of(50, 100)));
  }

  private static TopologyPlan topology(int nodes, SplittableRandom random) {
    int degree = random.nextInt(1, Math.min(4, nodes));
    return switch (random.nextInt(4)) {
      case 0 -> new TopologyPlan.Ring(1);
      case 1 -> new TopologyPlan.Complete();
      case 2 -> new TopologyPlan.ScaleFree(degree);
      default -> new TopologyPlan.Random(degree);
    };
  }

  private static Links links(SplittableRandom random) {
    Links.Latency latency =
        switch (random.nextInt(3)) {
          case 0 -> new Links.Latency.Regions(2019);
          case 1 -> new Links.Latency.LogNormal(random.nextInt(1, 100), 0.5);
          default -> new Links.Latency.Uniform(random.nextInt(1, 150), random.nextInt(0, 2));
        };
    Links.Bandwidth bandwidth =
        random.nextInt(3) == 0
            ? new Links.Bandwidth.Uniform(random.nextInt(1, 50), random.nextInt(1, 50))
            : new Links.Bandwidth.Unlimited();
    double messageLoss = random.nextInt(4) == 0 ? random.nextDouble(0.3) : 0;
    double packetLoss = random.nextInt(4) == 0 ? random.nextDouble(0.05) : 0;
    return new Links(latency, bandwidth, messageLoss, packetLoss);
  }

  private static List<Load> loads(SplittableRandom random) {
    List<Load> loads = new ArrayList<>();
    loads.add(new Load.Transactions(random.nextInt(1, 6), size(random), 0, LOAD_MILLIS));
    if (random.nextInt(3) == 0) {
      loads.add(new Load.Burst(random.nextInt(LOAD_MILLIS), random.nextInt(1, 30), 250));
    }
    int blocks = random.nextInt(3);
    if (blocks > 0) {
      int bytes = blocks == 1 ? 0 : random.nextInt(10_000, 150_000);
      int producers = random.nextInt(1, 4);
      loads.add(
          new Load.Blocks(random.nextInt(500, 3_000), producers, bytes, 20_000, 0, LOAD_MILLIS));
    }
    return loads;
  }

  private static int size(SplittableRandom random) {
    return random.nextInt(5) == 0 ? random.nextInt(10_000, 60_000) : random.nextInt(144, 1_000);
  }

  private static List<Fault> faults(int nodes, SplittableRandom random) {
    List<Fault> faults = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      long at = random.nextInt(LOAD_MILLIS - 2_000);
      long until = random.nextLong(at + 500, LOAD_MILLIS);
      faults.add(fault(at, until, nodes, random));
    }
    return faults;
  }

  private static Fault fault(long at, long until, int nodes, SplittableRandom random) {
    Fault.Who someone = new Fault.Who.Nodes(List.of(random.nextInt(nodes)));
    Fault.Who some = new Fault.Who.Share(random.nextDouble(0.1, 0.6));
    return switch (random.nextInt(8)) {
      case 0 -> new Fault.Crash(at, some, until - at, random.nextInt(4) > 0);
      case 1 -> new Fault.Churn(at, until, random.nextInt(2, 20), 500);
      case 2 -> new Fault.Partition(at, until, some);
      case 3 -> new Fault.OneWay(at, until, someone);
      case 4 -> new Fault.SlowReader(at, until, someone, 0.1);
      case 5 -> new Fault.Freeze(at, until, some);
      case 6 -> new Fault.ClockOffset(at, someone, random.nextInt(-50_000, 50_000));
      default -> new Fault.Crash(at, someone, until - at, true);
    };
  }
}
