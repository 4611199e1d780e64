package grapevine.netlab.app.run;

import grapevine.netlab.local.Settlement;
import grapevine.netlab.local.TrafficSource;
import grapevine.netlab.report.figures.KindReport;
import grapevine.netlab.report.figures.PropagationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a run kept what was promised: every live node holds the same, nothing is missing, and
 * there was something to miss. Immutable.
 *
 * @param verdict one sentence, naming what is missing where
 * @param notes what else a reader should know
 */
record Outcome(boolean passed, String verdict, List<String> notes) {
  /** Shorter runs may end before the first block. */
  private static final int SECONDS_WITH_BLOCK = 10;

  static Outcome of(
      PropagationReport report,
      Settlement.Agreement agreement,
      TrafficSource traffic,
      Demo.Settings settings) {
    List<String> failures = new ArrayList<>();
    if (!agreement.reached()) {
      failures.add("the nodes still differ: " + agreement.difference());
    }
    if (!report.allDelivered()) {
      failures.add(missing(report));
    }
    if (traffic.acknowledged() == 0) {
      failures.add("no node took any transaction" + refusals(traffic));
    }
    if (report.of("block").items() == 0 && settings.seconds() >= SECONDS_WITH_BLOCK) {
      failures.add("no block was made");
    }
    boolean passed = failures.isEmpty();
    String verdict =
        passed
            ? "all %d nodes hold the same %s, and the same best tip"
                .formatted(report.liveNodes(), counts(report))
            : String.join("; ", failures);
    return new Outcome(passed, verdict + ".", notes(report, traffic));
  }

  private static String counts(PropagationReport report) {
    return report.kinds().stream()
        .map(kind -> kind.items() + " " + kind.kind() + "s")
        .collect(Collectors.joining(" and "));
  }

  private static String missing(PropagationReport report) {
    List<String> counts = new ArrayList<>();
    for (KindReport kind : report.kinds()) {
      int lacking = kind.items() - kind.delivered();
      if (lacking > 0) {
        counts.add("%d of %d %ss".formatted(lacking, kind.items(), kind.kind()));
      }
    }
    PropagationReport.Missing first = report.missing().getFirst();
    return "%s did not reach every node, first %s, which is missing on %s %s"
        .formatted(
            String.join(" and ", counts),
            first.item().name(),
            first.nodes().size() == 1 ? "node" : "nodes",
            first.nodes().stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  private static List<String> notes(PropagationReport report, TrafficSource traffic) {
    List<String> notes = new ArrayList<>();
    if (traffic.unanswered() > 0) {
      notes.add(traffic.unanswered() + " submissions got no answer; a node was killed meanwhile.");
    }
    if (!traffic.refused().isEmpty()) {
      notes.add("Submissions were refused" + refusals(traffic) + ".");
    }
    if (traffic.late() > 0) {
      notes.add(traffic.late() + " transactions were sent more than 100 ms after they were due.");
    }
    if (report.diedUnpromised() > 0) {
      notes.add(
          report.diedUnpromised()
              + " items died with the killed node before anybody was told that they are safe.");
    }
    if (report.lostEvents() > 0) {
      notes.add(
          report.lostEvents() + " events were lost, so some latencies count as never reached.");
    }
    return notes;
  }

  private static String refusals(TrafficSource traffic) {
    return traffic.refused().entrySet().stream()
        .map(entry -> " " + entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(",", ":", ""));
  }
}
