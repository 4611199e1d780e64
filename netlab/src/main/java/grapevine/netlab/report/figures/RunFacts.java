package grapevine.netlab.report.figures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a figure is worthless without: how the run was made, and on what.
 *
 * @param command what repeats the run
 * @param passed whether everything promised was kept
 * @param verdict one sentence, naming what is missing where
 * @param notes further sentences a reader should know
 * @param footprint null when no processes were measured
 */
public record RunFacts(
    String command,
    boolean passed,
    String verdict,
    List<String> notes,
    Setup setup,
    Machine machine,
    @Nullable Footprint footprint) {
  public RunFacts {
    notes = List.copyOf(notes);
  }

  /**
   * How it was run.
   *
   * @param name of the scenario
   * @param seeds in the order of the runs
   * @param commit of the program that measured
   * @param clock {@code virtual}, or {@code CLOCK_MONOTONIC of one host}
   * @param traceHashes in the order of the runs; empty where a run is not deterministic
   * @param verification how checks of signatures were charged
   * @param linkMode how links were made: model, loopback, emulator
   * @param topology who is linked with whom, in words
   * @param links how many
   * @param configuration everything that decides the run, as text
   */
  public record Setup(
      String name,
      List<Long> seeds,
      String commit,
      String clock,
      List<String> traceHashes,
      String verification,
      String linkMode,
      String topology,
      int links,
      String configuration) {
    public static final String VIRTUAL_CLOCK = "virtual";
    public static final String HOST_CLOCK = "CLOCK_MONOTONIC of one host";

    public Setup {
      seeds = List.copyOf(seeds);
      traceHashes = List.copyOf(traceHashes);
    }
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
