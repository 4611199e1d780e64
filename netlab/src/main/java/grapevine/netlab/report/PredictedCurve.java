package grapevine.netlab.report;

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
}
