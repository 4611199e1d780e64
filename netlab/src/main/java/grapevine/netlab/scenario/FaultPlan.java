package grapevine.netlab.scenario;

import grapevine.netlab.scenario.Schedule.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * When which nodes suffer what. Made by one thread, then immutable.
 *
 * <p>Crashes of all kinds are put in order of time first and then given to nodes that are up at
 * that time, because whom a churn may meet depends on whom a crash has met before.
 */
final class FaultPlan {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int TRIES_MAX = 64;
  private static final double MINUTE_NANOS = 60e9;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** So long a node is of no use to someone who gives it a transaction. */
  private record Outage(long fromNanos, long untilNanos) {}

  /**
   * A crash that has no nodes yet.
   *
   * @param nodes which it meets if they are up; empty = one that is up, by chance
   */
  private record Blow(Fault.Crash fault, List<Integer> nodes) {}

  private final int nodes;
  private final List<Event> events = new ArrayList<>();
  private final List<List<Outage>> outages = new ArrayList<>();
  private final long[] downUntilMillis;

  private FaultPlan(int nodes) {
    this.nodes = nodes;
    this.downUntilMillis = new long[nodes];
    Arrays.fill(downUntilMillis, Long.MIN_VALUE);
    for (int node = 0; node < nodes; node++) {
      outages.add(List.of());
    }
  }

  static FaultPlan of(Scenario scenario) {
    FaultPlan plan = new FaultPlan(scenario.population().nodes());
    SplittableRandom random = scenario.random(Scenario.Purpose.FAULTS);
    List<Blow> blows = new ArrayList<>();
    for (Fault fault : scenario.faults()) {
      SplittableRandom own = random.split();
      switch (fault) {
        case Fault.Crash f -> blows.add(new Blow(f, plan.nodes(f.who(), own)));
        case Fault.Churn f -> plan.addChurn(f, own, blows);
        case Fault.Partition f -> plan.add(f, f.who(), f.untilMillis(), false, own);
        case Fault.OneWay f -> plan.add(f, f.who(), f.untilMillis(), true, own);
        case Fault.SlowReader f -> plan.add(f, f.who(), f.untilMillis(), false, own);
        case Fault.Freeze f -> plan.add(f, f.who(), f.untilMillis(), true, own);
        case Fault.ClockOffset f -> plan.add(f, f.who(), NEVER, false, own);
        case Fault.Withhold f -> plan.add(f, f.who(), NEVER, true, own);
        case Fault.Silent f -> plan.add(f, f.who(), NEVER, true, own);
      }
    }
    blows.sort(Comparator.comparingLong(blow -> blow.fault.atMillis()));
    blows.forEach(blow -> plan.strike(blow, random));
    // Ends first, so that a node which comes back as another goes is never counted twice.
    plan.events.sort(Comparator.comparingLong(Event::atNanos).thenComparing(Event::begins));
    return plan;
  }

  /** Crashes of single nodes at random times. */
  private void addChurn(Fault.Churn churn, RandomGenerator random, List<Blow> blows) {
    double gapNanos = MINUTE_NANOS / (churn.sharePerMinute() * nodes);
    PoissonTimes times = new PoissonTimes(nanos(churn.atMillis()), gapNanos, random);
    long untilNanos = nanos(churn.untilMillis());
    for (long at = times.nextNanos(); at < untilNanos; at = times.nextNanos()) {
      long atMillis = at / NANOS_PER_MILLI;
      Fault.Who.Nodes nobody = new Fault.Who.Nodes(List.of());
      blows.add(new Blow(new Fault.Crash(atMillis, nobody, churn.downMillis(), true), List.of()));
    }
  }

  private void strike(Blow blow, RandomGenerator random) {
    Fault.Crash fault = blow.fault;
    long atMillis = fault.atMillis();
    List<Integer> met =
        blow.nodes.isEmpty()
            ? anyUp(atMillis, random)
            : blow.nodes.stream().filter(node -> downUntilMillis[node] <= atMillis).toList();
    if (met.isEmpty()) {
      return;
    }
    boolean returns = fault.downMillis() > 0;
    long untilMillis = returns ? atMillis + fault.downMillis() : NEVER;
    met.forEach(node -> downUntilMillis[node] = untilMillis);
    Fault.Crash named =
        new Fault.Crash(atMillis, new Fault.Who.Nodes(met), fault.downMillis(), fault.storeKept());
    enter(named, met, untilMillis, true);
  }

  private List<Integer> anyUp(long atMillis, RandomGenerator random) {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      int node = random.nextInt(nodes);
      if (downUntilMillis[node] <= atMillis) {
        return List.of(node);
      }
    }
    return List.of();
  }

  private void add(
      Fault fault, Fault.Who who, long untilMillis, boolean disables, RandomGenerator random) {
    enter(fault, nodes(who, random), untilMillis, disables);
  }

  private void enter(Fault fault, List<Integer> met, long untilMillis, boolean disables) {
    long fromNanos = nanos(fault.atMillis());
    long untilNanos = untilMillis == NEVER ? NEVER : nanos(untilMillis);
    events.add(new Event(fromNanos, true, fault, met));
    if (untilMillis != NEVER) {
      events.add(new Event(untilNanos, false, fault, met));
    }
    if (disables) {
      for (int node : met) {
        if (outages.get(node).isEmpty()) {
          outages.set(node, new ArrayList<>(1));
        }
        outages.get(node).add(new Outage(fromNanos, untilNanos));
      }
    }
  }

  private List<Integer> nodes(Fault.Who who, RandomGenerator random) {
    return switch (who) {
      case Fault.Who.Nodes named -> named.numbers().stream().sorted().toList();
      case Fault.Who.Share part -> {
        int count = Math.clamp((long) (part.share() * nodes + 0.5), 1, nodes);
        yield sample(count, random);
      }
    };
  }

  /** Floyd's sampling: exactly as many draws as numbers are wanted. */
  private List<Integer> sample(int count, RandomGenerator random) {
    TreeSet<Integer> chosen = new TreeSet<>();
    IntStream.range(nodes - count, nodes)
        .forEach(
            bound -> {
              if (!chosen.add(random.nextInt(bound + 1))) {
                chosen.add(bound);
              }
            });
    return List.copyOf(chosen);
  }

  List<Event> events() {
    return events;
  }

  /** Whether a transaction that a node gets at this time can leave it. */
  boolean isInOrder(int node, long atNanos) {
    return outages.get(node).stream()
        .noneMatch(outage -> outage.fromNanos <= atNanos && atNanos < outage.untilNanos);
  }

  private static long nanos(long millis) {
    return millis * NANOS_PER_MILLI;
  }
}
