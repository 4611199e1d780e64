package grapevine.netlab.app;

import grapevine.netlab.report.figures.CoverageCurve;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Coverage curves of one scenario, simulated and real, side by side. Immutable.
 *
 * @param rows by kind of item, then by percent
 */
record Calibration(List<Row> rows) {
  private static final List<Integer> PERCENTS = List.of(50, 90, 99);

  /** How far a real time may be from a simulated one, as a part of it. */
  private static final double TOLERANCE_TRANSACTION = 0.10;

  private static final double TOLERANCE_BLOCK = 0.20;

  /** t99 of twenty nodes is that of the last one, and is shown but not judged. */
  private static final int JUDGED_PERCENT_MAX = 90;

  Calibration {
    rows = List.copyOf(rows);
  }

  /** One point of both curves, medians over runs in milliseconds; NaN where it is not known. */
  record Row(String kind, int percent, double simMillis, double realMillis) {
    double ratio() {
      return realMillis / simMillis;
    }

    double tolerance() {
      return kind.equals("block") ? TOLERANCE_BLOCK : TOLERANCE_TRANSACTION;
    }

    boolean isJudged() {
      return percent <= JUDGED_PERCENT_MAX;
    }

    /** Positively, so that what is not known is outside. */
    boolean isWithin() {
      return Math.abs(ratio() - 1) <= tolerance();
    }
  }

  /**
   * @param simulated at least one run
   * @param real at least one run
   * @param warmUpNanos of each run, from its start, in which nodes are not yet what they will be
   */
  static Calibration of(List<Trace> simulated, List<Trace> real, long warmUpNanos) {
    List<PropagationReport> sim = reports(simulated, warmUpNanos);
    List<PropagationReport> local = reports(real, warmUpNanos);
    List<Row> rows = new ArrayList<>();
    for (String kind : Trace.KINDS) {
      for (int percent : PERCENTS) {
        rows.add(new Row(kind, percent, median(sim, kind, percent), median(local, kind, percent)));
      }
    }
    return new Calibration(rows);
  }

  private static List<PropagationReport> reports(List<Trace> traces, long warmUpNanos) {
    return traces.stream()
        .map(
            trace ->
                new Trace(
                    trace.startNanos() + warmUpNanos,
                    trace.endNanos(),
                    trace.nodes(),
                    trace.items(),
                    trace.lostEvents(),
                    trace.diedUnpromised()))
        .map(trace -> PropagationReport.of(trace, "any", PERCENTS))
        .toList();
  }

  private static double median(List<PropagationReport> runs, String kind, int percent) {
    List<Double> times = new ArrayList<>();
    for (PropagationReport run : runs) {
      CoverageCurve curve = run.of(kind).curve();
      if (curve.isEmpty() || !Double.isFinite(curve.median().get(percent - 1))) {
        return Double.NaN;
      }
      times.add(curve.median().get(percent - 1));
    }
    times.sort(null);
    int half = times.size() / 2;
    return times.size() % 2 == 1 ? times.get(half) : (times.get(half - 1) + times.get(half)) / 2;
  }

  /** Whether all that is judged is within its tolerance. */
  boolean isWithin() {
    return rows.stream().filter(Row::isJudged).allMatch(Row::isWithin);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%-17s %11s %11s %8s%n", "", "simulated", "real", "ratio"));
    for (Row row : rows) {
      String verdict = "";
      if (row.isJudged()) {
        verdict =
            String.format(
                Locale.ROOT,
                "  %s %.0f %%",
                row.isWithin() ? "within" : "OUTSIDE",
                100 * row.tolerance());
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%-12s t%-3d %8.1f ms %8.1f ms %8.3f%s%n",
              row.kind(),
              row.percent(),
              row.simMillis(),
              row.realMillis(),
              row.ratio(),
              verdict));
    }
    return text.toString();
  }
}
