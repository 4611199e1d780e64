package grapevine.netlab.report;

import java.util.List;

/**
 * What a figure is worthless without: how the run was made, and on what.
 *
 * @param command what repeats the run
 * @param passed whether everything promised was kept
 * @param verdict one sentence, naming what is missing where
 * @param notes further sentences a reader should know
 */
public record RunFacts(
    String command,
    long seed,
    boolean passed,
    String verdict,
    List<String> notes,
    int links,
    Machine machine,
    Footprint footprint) {
  public RunFacts {
    notes = List.copyOf(notes);
  }

  /**
   * @param loadBefore load average of the last minute when the run began
   * @param loadAfter and when it ended
   */
  public record Machine(
      String system, int processors, String java, double loadBefore, double loadAfter) {}

  /**
   * What the node processes needed.
   *
   * @param residentBytes of each live node, as the system counts it
   * @param startMillis of each node, as it said itself
   */
  public record Footprint(List<Long> residentBytes, List<Long> startMillis) {
    public Footprint {
      residentBytes = List.copyOf(residentBytes);
      startMillis = List.copyOf(startMillis);
    }

    /** Median over nodes; -1 when nothing is known. */
    public long residentBytesMedian() {
      return percentile(50, residentBytes);
    }

    public long residentBytesMax() {
      return percentile(100, residentBytes);
    }

    public long startMillisMedian() {
      return percentile(50, startMillis);
    }

    private static long percentile(int percent, List<Long> values) {
      return values.isEmpty()
          ? -1
          : Percentiles.of(percent, values.stream().mapToLong(Long::longValue).toArray());
    }
  }
}
