package grapevine.netlab.report.figures;

import java.util.List;

/** What stands around the figures, written down. */
public final class HandMadeFacts {
  public static final RunFacts PASSED = facts(true, "all nodes hold the same.");
  public static final RunFacts FAILED = facts(false, "something is missing.");

  private HandMadeFacts() {}

  private static RunFacts facts(boolean passed, String verdict) {
    return new RunFacts(
        "scripts/netlab demo --seed 7",
        passed,
        verdict,
        List.of("2 events were lost."),
        setup("[population]\nnodes = 2 # <few> & \"small\""),
        new RunFacts.Machine("Linux", 2, "25", 1.5, 2.5),
        new RunFacts.Footprint(List.of(300L << 20, 100L << 20, 200L << 20), List.of(900L, 700L)));
  }

  private static RunFacts.Setup setup(String configuration) {
    return new RunFacts.Setup(
        "by-hand",
        List.of(7L),
        "abc123",
        RunFacts.Setup.VIRTUAL_CLOCK,
        List.of("0123abcd"),
        "once per run, 145 µs charged to each node",
        "model",
        "a pair",
        1,
        configuration);
  }
}
