package grapevine.netlab.scenario;

import java.util.List;

/** Something that goes wrong. Times count from the end of the warm-up. */
public sealed interface Fault {
  long atMillis();

  /** Which nodes a fault meets. */
  sealed interface Who {
    /** These numbers. */
    record Nodes(List<Integer> numbers) implements Who {
      public Nodes {
        numbers = List.copyOf(numbers);
      }
    }

    /** So large a share of all nodes, drawn at random; at least one. */
    record Share(double share) implements Who {}
  }

  /**
   * Nodes die as by kill -9.
   *
   * @param downMillis after which they start again; 0 = never
   * @param storeKept whether they find what had reached their disks
   */
  record Crash(long atMillis, Who who, long downMillis, boolean storeKept) implements Fault {}

  /** For a time, random nodes crash and come back with their stores. */
  record Churn(long atMillis, long untilMillis, double sharePerMinute, long downMillis)
      implements Fault {}

  /** For a time, nothing passes between these nodes and all others. */
  record Partition(long atMillis, long untilMillis, Who who) implements Fault {}

  /** For a time, what these nodes send reaches nobody; they hear. */
  record OneWay(long atMillis, long untilMillis, Who who) implements Fault {}

  /** For a time, these nodes read so many bits a second only. */
  record SlowReader(long atMillis, long untilMillis, Who who, double downMbit) implements Fault {}

  /** For a time, these processes stand still; their connections stay open. */
  record Freeze(long atMillis, long untilMillis, Who who) implements Fault {}

  /** The wall clocks of these nodes are off by so much from then on. */
  record ClockOffset(long atMillis, Who who, long offsetMillis) implements Fault {}

  /** From then on these nodes announce, and never give what they are asked for. */
  record Withhold(long atMillis, Who who) implements Fault {}

  /** From then on these nodes take everything and tell nothing of it. */
  record Silent(long atMillis, Who who) implements Fault {}
}
