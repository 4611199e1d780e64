package grapevine.netlab.app.run;

import grapevine.netlab.report.ReportFiles;
import grapevine.netlab.report.ReportTable;
import grapevine.netlab.report.figures.KindReport;
import grapevine.netlab.report.figures.PredictedCurve;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The report of a scenario's runs, alike whether they were simulated or real: a table, and files.
 *
 * @param scenario of the first run
 */
record ScenarioReport(Scenario scenario, Summary summary, RunFacts facts) {
  /**
   * Prints the table and writes the files into a directory that exists.
   *
   * @param trace of the first run
   */
  void tell(PrintWriter out, Path directory, Trace trace) throws IOException {
    out.println();
    out.print(ReportTable.text(summary, facts));
    for (Path file : ReportFiles.write(directory, summary, facts, predictions())) {
      out.println("Report: " + file);
    }
    Path traceFile = directory.resolve(TraceFile.NAME);
    TraceFile.write(traceFile, trace);
    out.println("Trace:  " + traceFile);
    out.flush();
  }

  private List<PredictedCurve> predictions() {
    List<PredictedCurve> predictions = new ArrayList<>();
    for (Summary.Strategy strategy : summary.strategies()) {
      Scenario one = scenario.withRelay(strategy.relay());
      for (Summary.Kind kind : strategy.kinds()) {
        if (kind.kind().equals("transaction")) {
          Predictions.of(one, kind.curve()).ifPresent(predictions::add);
        }
      }
    }
    return predictions;
  }

  /** What of a run did not reach everybody, in words. */
  static String missing(PropagationReport report) {
    return report.kinds().stream()
            .filter(kind -> kind.delivered() < kind.items())
            .map(
                kind ->
                    "%d of %d %ss"
                        .formatted(kind.items() - kind.delivered(), kind.items(), kind.kind()))
            .collect(Collectors.joining(" and "))
        + " did not reach every node";
  }

  /**
   * What can be said when all went well.
   *
   * @param runs at least one
   */
  static String allHold(List<PropagationReport> runs) {
    PropagationReport first = runs.getFirst();
    String items =
        first.kinds().stream()
            .filter(kind -> kind.items() > 0)
            .map(ScenarioReport::words)
            .collect(Collectors.joining(" and "));
    return "all %d nodes hold the same %s%s, and the same tips."
        .formatted(
            first.liveNodes(),
            items.isEmpty() ? "nothing" : items,
            runs.size() == 1 ? "" : " in each of " + runs.size() + " runs");
  }

  private static String words(KindReport kind) {
    return kind.items() + " " + kind.kind() + (kind.items() == 1 ? "" : "s");
  }
}
