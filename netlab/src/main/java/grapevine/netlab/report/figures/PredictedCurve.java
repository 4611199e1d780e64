package grapevine.netlab.report.figures;

import grapevine.netlab.epidemic.Coverage;
import grapevine.netlab.epidemic.Prediction;
import java.util.List;

/**
 * What a model says of the coverage curve, drawn beside the measured one. Immutable.
 *
 * @param relay label of the strategy that it speaks of
 * @param kind one of the trace's kinds
 * @param model its name
 * @param residual how far the measurement is off, in words with its unit
 * @param points ascending in time
 */
public record PredictedCurve(
    String relay, String kind, String model, String residual, List<Point> points) {
  /** From this time on, this share (0 to 1) of the nodes holds it. */
  public record Point(double millis, double share) {}

  public PredictedCurve {
    points = List.copyOf(points);
  }

  /**
   * A model's curve beside a measured one. The residual is the root mean square of the difference
   * in shares, at the times when the measured share grew.
   */
  public static PredictedCurve of(
      String relay, String kind, Prediction prediction, CoverageCurve measured) {
    Coverage coverage = prediction.coverage();
    double squares = 0;
    int count = 0;
    for (int percent = 1; percent <= measured.median().size(); percent++) {
      double millis = measured.median().get(percent - 1);
      if (Double.isFinite(millis)) {
        double difference = 100 * coverage.shareAt(millis) - percentAt(millis, measured);
        squares += difference * difference;
        count++;
      }
    }
    String residual =
        count == 0
            ? "not known"
            : Figures.number(Math.sqrt(squares / count), 1) + " % of the nodes (root mean square)";
    return new PredictedCurve(
        relay,
        kind,
        prediction.model().label(),
        residual,
        coverage.points().stream().map(point -> new Point(point.millis(), point.share())).toList());
  }

  /** The share at a time may be above the one that was first reached then: nodes are few. */
  private static int percentAt(double millis, CoverageCurve measured) {
    int percent = 0;
    for (double reached : measured.median()) {
      percent += reached <= millis ? 1 : 0;
    }
    return percent;
  }
}
