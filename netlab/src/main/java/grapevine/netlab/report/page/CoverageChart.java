package grapevine.netlab.report.page;

import grapevine.netlab.report.figures.CoverageCurve;
import grapevine.netlab.report.figures.Figures;
import grapevine.netlab.report.figures.PredictedCurve;
import grapevine.netlab.report.figures.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the share of nodes that hold an item grows over time: for each strategy the median over items
 * and a band around it, and beside them what models predict. Strategies differ in colour and in the
 * dashes of their lines, so a print in grey still tells them apart.
 */
final class CoverageChart {
  static final int WIDTH = 960;
  private static final int HEIGHT = 380;
  private static final int LEFT = 56;
  private static final int RIGHT = 20;
  private static final int TOP = 16;
  private static final int BOTTOM = 48;
  private static final int[] MARKED = {50, 90, 99};
  private static final int[] SHARES = {0, 25, 50, 75, 90, 99};
  private static final String[] DASHES = {"", "9 5", "14 4 3 4", "4 4", "20 5", "14 4 3 4 3 4"};

  private final String kind;
  private final Summary summary;
  private final List<PredictedCurve> predictions;
  private final TimeScale scale;
  private final Markup svg = new Markup();

  private CoverageChart(String kind, Summary summary, List<PredictedCurve> predictions) {
    this.kind = kind;
    this.summary = summary;
    this.predictions = predictions;
    double shortest = Double.POSITIVE_INFINITY;
    double longest = 0;
    for (Summary.Strategy strategy : summary.strategies()) {
      CoverageCurve curve = kindOf(strategy, kind).curve();
      for (double millis : curve.high()) {
        longest = Double.isFinite(millis) ? Math.max(longest, millis) : longest;
      }
      if (!curve.isEmpty()) {
        shortest = Math.min(shortest, curve.median().get(49));
      }
    }
    scale =
        TimeScale.of(
            Double.isFinite(shortest) ? shortest / 4 : 0, longest, LEFT, WIDTH - LEFT - RIGHT);
  }

  /** Empty when nothing of this kind was timed. */
  static String svg(String kind, Summary summary, List<PredictedCurve> predictions) {
    boolean empty =
        summary.strategies().stream().allMatch(each -> kindOf(each, kind).curve().isEmpty());
    return empty ? "" : new CoverageChart(kind, summary, predictions).draw();
  }

  static Summary.Kind kindOf(Summary.Strategy strategy, String kind) {
    return strategy.kinds().stream()
        .filter(each -> each.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private String draw() {
    svg.raw(
        "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
        WIDTH, HEIGHT, "Share of nodes that hold a " + kind + ", over time since its birth");
    drawAxes();
    for (int i = 0; i < summary.strategies().size(); i++) {
      drawBand(i, kindOf(summary.strategies().get(i), kind).curve());
    }
    for (int i = 0; i < summary.strategies().size(); i++) {
      drawPredictions(i, summary.strategies().get(i).relay());
      drawMedian(i, kindOf(summary.strategies().get(i), kind).curve());
    }
    return svg.raw("</svg>\n").raw(legend()).toString();
  }

  private void drawAxes() {
    double bottom = y(0);
    for (int share : SHARES) {
      svg.raw(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
              + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d&#8201;%%</text>\n",
          LEFT, WIDTH - RIGHT, y(share), y(share), LEFT - 8, y(share) + labelShift(share), share);
    }
    for (double millis : scale.ticks()) {
      svg.raw(
          "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
              + "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
          scale.x(millis),
          scale.x(millis),
          bottom,
          bottom + 5,
          scale.x(millis),
          bottom + 19,
          Figures.millis(millis));
    }
    svg.raw(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
            + "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
        LEFT,
        WIDTH - RIGHT,
        bottom,
        bottom,
        WIDTH - RIGHT,
        HEIGHT - 8,
        "time since birth" + (scale.isLogarithmic() ? ", logarithmic" : ""));
  }

  /** Two labels at the top would touch. */
  private static double labelShift(int share) {
    return share == 99 ? 1 : share == 90 ? 6 : 4;
  }

  private static double y(double percent) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - percent / 100);
  }

  private void drawBand(int series, CoverageCurve curve) {
    StringBuilder there = new StringBuilder();
    StringBuilder back = new StringBuilder();
    for (int i = 0; i < curve.median().size(); i++) {
      double low = curve.low().get(i);
      double high = curve.high().get(i);
      if (Double.isFinite(low)) {
        double end = Double.isFinite(high) && scale.contains(high) ? high : Double.MAX_VALUE;
        there.append(step(scale.x(low), i));
        back.insert(0, point(scale.x(end), y(i + 1)) + point(scale.x(end), y(i)));
      }
    }
    svg.raw("<polygon class=\"band s%d\" points=\"", series % DASHES.length)
        .raw(there.toString())
        .raw(back.toString())
        .raw("\"/>\n");
  }

  private void drawMedian(int series, CoverageCurve curve) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < curve.median().size(); i++) {
      double millis = curve.median().get(i);
      if (Double.isFinite(millis)) {
        points.append(step(scale.x(millis), i));
      }
    }
    svg.raw(
            "<polyline class=\"line s%d\" stroke-dasharray=\"%s\" points=\"",
            series % DASHES.length, DASHES[series % DASHES.length])
        .raw(points.toString())
        .raw("\"/>\n");
    for (int percent : MARKED) {
      if (curve.isEmpty() || !Double.isFinite(curve.median().get(percent - 1))) {
        continue;
      }
      double millis = curve.median().get(percent - 1);
      svg.raw(
          "<circle class=\"dot s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s</title></circle>\n",
          series % DASHES.length,
          scale.x(millis),
          y(percent),
          summary.strategies().get(series).relay()
              + ": "
              + percent
              + " % of the nodes after "
              + Figures.millis(millis));
      if (summary.strategies().size() == 1) {
        boolean atRight = scale.x(millis) > WIDTH - 150;
        svg.raw(
            "<text class=\"mark\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
            scale.x(millis) + (atRight ? -9 : 9),
            y(percent) + (percent > 90 ? 15 : 14),
            atRight ? "end" : "start",
            "t" + percent + " " + Figures.millis(millis));
      }
    }
  }

  private void drawPredictions(int series, String relay) {
    for (PredictedCurve prediction : of(relay)) {
      StringBuilder points = new StringBuilder();
      double share = 0; // holds from a point to the next
      for (PredictedCurve.Point point : prediction.points()) {
        if (scale.contains(point.millis())) {
          points.append(point(scale.x(point.millis()), y(100 * share)));
          points.append(point(scale.x(point.millis()), y(100 * point.share())));
          share = point.share();
        }
      }
      svg.raw("<polyline class=\"theory s%d\" points=\"", series % DASHES.length)
          .raw(points.toString())
          .raw("\"/>\n");
    }
  }

  private List<PredictedCurve> of(String relay) {
    return predictions.stream()
        .filter(each -> each.kind().equals(kind) && each.relay().equals(relay))
        .toList();
  }

  private String legend() {
    Markup list = new Markup().raw("<ul class=\"legend\">\n");
    for (int i = 0; i < summary.strategies().size(); i++) {
      Summary.Strategy strategy = summary.strategies().get(i);
      CoverageCurve curve = kindOf(strategy, kind).curve();
      List<String> marks = new ArrayList<>();
      for (int percent : curve.isEmpty() ? new int[0] : MARKED) {
        marks.add("t" + percent + " " + Figures.millis(curve.median().get(percent - 1)));
      }
      list.raw(
          "<li>%s<b>%s</b> %s</li>\n",
          new Sample(i % DASHES.length, DASHES[i % DASHES.length], "line"),
          strategy.relay(),
          String.join(" · ", marks));
      for (PredictedCurve prediction : of(strategy.relay())) {
        list.raw(
            "<li>%s%s</li>\n",
            new Sample(i % DASHES.length, "", "theory"),
            "theory for "
                + strategy.relay()
                + ": "
                + prediction.model()
                + ", residual "
                + prediction.residual());
      }
    }
    return list.raw(
            "<li class=\"note\">Lines: median over items. Bands: from the 10th to the 90th"
                + " percentile over items.</li>\n</ul>\n")
        .toString();
  }

  /** A piece of a line, as in the chart. */
  private record Sample(int series, String dashes, String style) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "<svg class=\"sample\" viewBox=\"0 0 34 10\" aria-hidden=\"true\"><line class=\"%s s%d\""
              + " stroke-dasharray=\"%s\" x1=\"1\" x2=\"33\" y1=\"5\" y2=\"5\"/></svg>",
          style,
          series,
          style.equals("theory") ? "1 4" : dashes);
    }
  }

  /** A share is kept until the next is reached: few nodes make stairs, not slopes. */
  private static String step(double x, int percentBefore) {
    return point(x, y(percentBefore)) + point(x, y(percentBefore + 1));
  }

  private static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
  }
}
