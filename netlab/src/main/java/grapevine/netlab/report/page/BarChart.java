package grapevine.netlab.report.page;

import grapevine.netlab.report.figures.DelayHistogram;
import grapevine.netlab.report.figures.Figures;
import grapevine.netlab.report.figures.Summary;
import java.util.List;
import java.util.stream.IntStream;

/** Shares as upright bars, one row for each strategy so that none covers another. */
final class BarChart {
  private static final int WIDTH = CoverageChart.WIDTH;
  private static final int ROW = 166;
  private static final int HEAD = 38;
  private static final int FOOT = 24;
  private static final int COLOURS = 6;
  private static final int BAR_MAX = 90;
  private static final int LABELLED_MAX = 24;

  private BarChart() {}

  /** How many deliveries took how long. Empty when there were none. */
  static String delays(String kind, Summary summary) {
    List<DelayHistogram> all =
        summary.strategies().stream()
            .map(each -> CoverageChart.kindOf(each, kind).delays())
            .toList();
    int first = all.stream().mapToInt(DelayHistogram::first).min().orElse(0);
    int last = all.stream().mapToInt(DelayHistogram::last).max().orElse(-1);
    if (last < first) {
      return "";
    }
    Markup svg = head(all.size(), "Delays of all deliveries of a " + kind);
    TimeScale scale =
        TimeScale.logarithmic(
            DelayHistogram.fromMillis(first), DelayHistogram.fromMillis(last + 1), 0, WIDTH);
    for (int row = 0; row < all.size(); row++) {
      DelayHistogram histogram = all.get(row);
      double[] counts = IntStream.rangeClosed(first, last).mapToDouble(histogram::count).toArray();
      drawRow(
          svg,
          row,
          summary.strategies().get(row).relay(),
          counts,
          index ->
              "%s to %s"
                  .formatted(
                      Figures.millis(DelayHistogram.fromMillis(first + index)),
                      Figures.millis(DelayHistogram.fromMillis(first + index + 1))));
      for (double millis : scale.ticks()) {
        drawLabel(svg, row, scale.x(millis), Figures.millis(millis));
      }
    }
    return svg.raw("</svg>\n").toString();
  }

  /** How many deliveries passed how many nodes. Empty when that is not known. */
  static String hops(String kind, Summary summary) {
    List<List<Long>> all =
        summary.strategies().stream().map(each -> CoverageChart.kindOf(each, kind).hops()).toList();
    int last = all.stream().mapToInt(List::size).max().orElse(0) - 1;
    if (last < 1) {
      return "";
    }
    Markup svg = head(all.size(), "Hops of all deliveries of a " + kind);
    for (int row = 0; row < all.size(); row++) {
      List<Long> hops = all.get(row);
      double[] counts =
          IntStream.rangeClosed(1, last)
              .mapToDouble(depth -> depth < hops.size() ? hops.get(depth) : 0)
              .toArray();
      drawRow(
          svg, row, summary.strategies().get(row).relay(), counts, index -> "hop " + (index + 1));
      for (int depth = 1; depth <= last; depth++) {
        drawLabel(svg, row, (depth - 0.5) * WIDTH / last, Integer.toString(depth));
      }
    }
    return svg.raw("</svg>\n").toString();
  }

  private static Markup head(int rows, String title) {
    return new Markup()
        .raw(
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            WIDTH, ROW * rows, title);
  }

  private interface Name {
    String of(int index);
  }

  private static void drawRow(Markup svg, int row, String relay, double[] counts, Name names) {
    double total = 0;
    double max = 0;
    for (double count : counts) {
      total += count;
      max = Math.max(max, count);
    }
    double bottom = ROW * (row + 1) - FOOT;
    double height = ROW - HEAD - FOOT;
    double step = (double) WIDTH / counts.length;
    double width = Math.min(step - 2, BAR_MAX);
    svg.raw(
        "<text class=\"mark\" x=\"0\" y=\"%d\">%s</text>\n",
        ROW * row + 14, "%s: %.0f deliveries".formatted(relay, total));
    for (int i = 0; i < counts.length; i++) {
      double tall = max == 0 ? 0 : height * counts[i] / max;
      double share = total == 0 ? 0 : 100 * counts[i] / total;
      svg.raw(
          "<rect class=\"bar s%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s"
              + "</title></rect>\n",
          row % COLOURS,
          (i + 0.5) * step - width / 2,
          bottom - tall,
          Math.max(1, width),
          tall,
          names.of(i) + ": " + Figures.number(share, 1) + " %");
      if (counts.length <= LABELLED_MAX && counts[i] > 0) {
        svg.raw(
            "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s&#8201;%%</text>\n",
            (i + 0.5) * step, bottom - tall - 4, Figures.number(share, share < 1 ? 1 : 0));
      }
    }
    svg.raw(
        "<line class=\"axis\" x1=\"0\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
        WIDTH, bottom, bottom);
  }

  private static void drawLabel(Markup svg, int row, double x, String text) {
    boolean atRight = x > WIDTH - 20;
    svg.raw(
        "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
        x, ROW * (row + 1) - 8, atRight ? "end" : x < 20 ? "start" : "middle", text);
  }
}
