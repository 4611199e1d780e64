package grapevine.netlab.scenario;

import grapevine.netlab.scenario.Schedule.Birth;
import grapevine.netlab.scenario.Schedule.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * When what is born, and where. For one thread and one schedule. Each load has randomness of its
 * own, so that another load beside it changes nothing.
 */
final class LoadPlan {
  private static final int TRIES_MAX = 64;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Scenario scenario;
  private final FaultPlan faults;
  private final List<Birth> births = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();

  LoadPlan(Scenario scenario, FaultPlan faults) {
    this.scenario = scenario;
    this.faults = faults;
  }

  Schedule schedule() {
    SplittableRandom random = scenario.random(Scenario.Purpose.LOADS);
    for (Load load : scenario.loads()) {
      SplittableRandom own = random.split();
      switch (load) {
        case Load.Transactions each -> addTransactions(each, own);
        case Load.Burst burst -> addBurst(burst, own);
        case Load.Blocks blocks -> addBlocks(blocks);
        case Load.Listed listed -> addListed(listed);
      }
    }
    births.sort(Comparator.comparingLong(Birth::atNanos));
    turns.sort(Comparator.comparingLong(Turn::atNanos));
    long endNanos = nanos(scenario.observation().loadMillis());
    if (!births.isEmpty()) {
      endNanos = Math.max(endNanos, births.getLast().atNanos());
    }
    if (!turns.isEmpty()) {
      endNanos = Math.max(endNanos, turns.getLast().atNanos());
    }
    if (!faults.events().isEmpty()) {
      endNanos = Math.max(endNanos, faults.events().getLast().atNanos());
    }
    return new Schedule(births, turns, faults.events(), endNanos);
  }

  private void addTransactions(Load.Transactions load, RandomGenerator random) {
    PoissonTimes times =
        new PoissonTimes(nanos(load.fromMillis()), NANOS_PER_SECOND / load.perSecond(), random);
    long untilNanos = nanos(load.untilMillis());
    for (long at = times.nextNanos(); at < untilNanos; at = times.nextNanos()) {
      births.add(new Birth(at, nodeInOrder(at, random), load.bytes()));
    }
  }

  private void addBurst(Load.Burst burst, RandomGenerator random) {
    long atNanos = nanos(burst.atMillis());
    int node = nodeInOrder(atNanos, random);
    for (int i = 0; i < burst.count(); i++) {
      births.add(new Birth(atNanos, node, burst.bytes()));
    }
  }

  /** In turn, by the number of the slot that begins: the first is the first producer's. */
  private void addBlocks(Load.Blocks load) {
    for (long at = load.fromMillis(); at < load.untilMillis(); at += load.intervalMillis()) {
      int producer = (int) (at / load.intervalMillis() % load.producers());
      turns.add(new Turn(nanos(at), producer, load.bytes(), load.transactionBytes()));
    }
  }

  private void addListed(Load.Listed listed) {
    for (Load.Birth birth : listed.births()) {
      births.add(new Birth(nanos(birth.atMillis()), birth.node(), birth.bytes()));
    }
  }

  /** A random one; where nearly all are out of order, perhaps one that is out of order too. */
  private int nodeInOrder(long atNanos, RandomGenerator random) {
    int node = random.nextInt(scenario.population().nodes());
    for (int i = 0; i < TRIES_MAX && !faults.isInOrder(node, atNanos); i++) {
      node = random.nextInt(scenario.population().nodes());
    }
    return node;
  }

  private static long nanos(long millis) {
    return millis * NANOS_PER_MILLI;
  }
}
