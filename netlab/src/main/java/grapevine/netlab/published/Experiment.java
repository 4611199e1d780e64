package grapevine.netlab.published;

import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Demers;
import grapevine.netlab.epidemic.InfectAndDie;
import grapevine.netlab.epidemic.RoundCounts;
import grapevine.netlab.scenario.Scenario;
import java.util.List;

/**
 * The published results that can be run again, from the quickest to the longest. A line here enrols
 * one in {@code netlab verify}. Seeds are fixed, so that the rows are the same every time.
 */
public enum Experiment {
  ROUNDS(
      "rounds",
      "Rounds until all know by push, pull and push-pull, on complete graphs",
      (size, source) ->
          size == Size.FULL
              ? RoundCounts.compare(100, 1, 1_000_000)
              : RoundCounts.compare(200, 1, 10_000)),
  INFECT_AND_DIE(
      "infect-and-die",
      "Who is left out when each node tells F others, once",
      (size, source) -> InfectAndDie.compare(size == Size.FULL ? 100 : 30, 1)),
  DEMERS(
      "demers",
      "Rumor mongering: tables 1 to 3 of Demers et al. 1987",
      (size, source) -> Demers.compare(size == Size.FULL ? 200 : 60, 1)),
  HOPS("hops", "The core's own hops beside the theory of random graphs", Hops::compare),
  CORE_TIMERS(
      "core-timers",
      "Inv and getdata with Bitcoin Core's timers, 110,000 nodes (hyperion)",
      CoreTimers::compare),
  SIX_REGIONS(
      "six-regions",
      "Blocks of 535 kB on the Internet of 2015 and of 2019 (SimBlock)",
      SixRegions::compare);

  /** How large an experiment is. */
  public enum Size {
    /** Some seconds each. */
    QUICK,
    /** As large as the published one; minutes. */
    FULL
  }

  /** Where scenarios come from. */
  public interface Source {
    /**
     * @param name of a shipped scenario's file, without its ending
     * @param settings {@code key=value} each, in place of what the file says
     */
    Scenario read(String name, List<String> settings);
  }

  interface Run {
    List<Comparison> rows(Size size, Source source);
  }

  private static final long GIB = 1L << 30;

  private final String label;
  private final String about;
  private final Run run;

  Experiment(String label, String about, Run run) {
    this.label = label;
    this.about = about;
    this.run = run;
  }

  /** The word for it on the command line. */
  public String label() {
    return label;
  }

  /** One phrase. */
  public String about() {
    return about;
  }

  /** Heap without which it is not worth beginning. */
  public long heapBytesMin(Size size) {
    return this == CORE_TIMERS && size == Size.FULL ? CoreTimers.HEAP_GIB_MIN * GIB : 0;
  }

  /**
   * Runs it, in the caller's thread.
   *
   * @throws IllegalStateException when a simulated run breaks what every run must keep
   */
  public List<Comparison> run(Size size, Source source) {
    return run.rows(size, source);
  }
}
