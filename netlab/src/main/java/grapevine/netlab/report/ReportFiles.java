package grapevine.netlab.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.report.figures.Estimate;
import grapevine.netlab.report.figures.Metric;
import grapevine.netlab.report.figures.PredictedCurve;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.report.page.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A report as files: {@code report.json} with everything and {@code report.csv} with one line for
 * each strategy and kind, for programs; {@code report.html} for people. A figure that is not known
 * is null, or an empty field.
 */
public final class ReportFiles {
  private ReportFiles() {}

  /** Writes all into an existing directory and returns their paths. */
  public static List<Path> write(
      Path directory, Summary summary, RunFacts facts, List<PredictedCurve> predictions)
      throws IOException {
    Path json = directory.resolve("report.json");
    Path csv = directory.resolve("report.csv");
    Path html = directory.resolve("report.html");
    Files.writeString(
        json,
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(ReportJson.of(summary, facts))
            + "\n");
    Files.writeString(csv, csv(summary));
    Files.writeString(html, ReportPage.html(summary, facts, predictions));
    return List.of(json, csv, html);
  }

  static String csv(Summary summary) {
    List<Metric> metrics = Metric.ofKind(summary.firstRun().percents());
    List<String> head = new ArrayList<>(List.of("relay", "kind", "runs"));
    head.addAll(List.of("items", "delivered", "timed"));
    metrics.forEach(metric -> head.addAll(List.of(metric.key(), metric.key() + "Interval")));
    StringBuilder text = new StringBuilder(String.join(",", head)).append('\n');
    for (Summary.Strategy strategy : summary.strategies()) {
      for (Summary.Kind kind : strategy.kinds()) {
        List<String> row = new ArrayList<>(List.of(strategy.relay(), kind.kind()));
        row.add(Integer.toString(strategy.runs().size()));
        row.add(Integer.toString(kind.items()));
        row.add(Integer.toString(kind.delivered()));
        row.add(Integer.toString(kind.timed()));
        for (Metric metric : metrics) {
          Estimate figure = kind.figure(metric);
          row.add(field(figure.mean()));
          row.add(field(figure.halfWidth()));
        }
        text.append(String.join(",", row)).append('\n');
      }
    }
    return text.toString();
  }

  private static String field(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "";
  }
}
