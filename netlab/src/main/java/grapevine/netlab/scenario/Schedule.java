package grapevine.netlab.scenario;

import java.util.List;

/**
 * Everything that is born and everything that goes wrong in a run, with its time: derived from the
 * scenario and its seed only, so that the simulator and real processes are given the same. Times
 * count from the end of the warm-up. Immutable; each list ascends by time.
 *
 * <p>Transactions are born at nodes that are in order: not at one that is down or frozen at that
 * time, cannot be heard, or keeps things to itself.
 *
 * @param births transactions that are handed to nodes
 * @param turns blocks that are to be made
 * @param events begins and ends of faults
 * @param endNanos of all loads and faults
 */
public record Schedule(List<Birth> births, List<Turn> turns, List<Event> events, long endNanos) {
  public Schedule {
    births = List.copyOf(births);
    turns = List.copyOf(turns);
    events = List.copyOf(events);
  }

  /** A transaction that a node is given. */
  public record Birth(long atNanos, int node, int bytes) {}

  /**
   * A block of the producer whose slot begins.
   *
   * @param producer index in {@link LabNetwork#producers()}
   * @param bytes of a block that brings its own transactions, 0 = it takes what the pool holds
   */
  public record Turn(long atNanos, int producer, int bytes, int transactionBytes) {}

  /**
   * A fault begins or ends. Churn comes as single crashes. Of a crash only those nodes are named
   * that are up: none is crashed twice at a time.
   *
   * @param begins false = ends: nodes start again, or what held no longer holds
   * @param nodes ascending, never empty
   */
  public record Event(long atNanos, boolean begins, Fault fault, List<Integer> nodes) {
    public Event {
      nodes = List.copyOf(nodes);
    }
  }

  public static Schedule of(Scenario scenario) {
    FaultPlan faults = FaultPlan.of(scenario);
    return new LoadPlan(scenario, faults).schedule();
  }
}
