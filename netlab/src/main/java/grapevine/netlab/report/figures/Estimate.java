package grapevine.netlab.report.figures;

import java.util.List;

/**
 * The mean of runs that differ in their seeds only, and how far the true mean may be off.
 * Immutable.
 *
 * @param mean infinite when a run never got there; NaN when it is not known
 * @param halfWidth of the 95 % confidence interval, by Student's t; NaN for a single run
 * @param runs in which the figure was known
 */
public record Estimate(double mean, double halfWidth, int runs) {
  /** Student's t at 97.5 % for 1 to 10 degrees of freedom, where the expansion is not close. */
  private static final double[] T = {
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281
  };

  private static final double Z = 1.959964;

  /** Leaves out runs in which the figure is not known. */
  static Estimate over(List<Double> values) {
    double[] known =
        values.stream().mapToDouble(Double::doubleValue).filter(v -> !Double.isNaN(v)).toArray();
    if (known.length == 0) {
      return new Estimate(Double.NaN, Double.NaN, 0);
    }
    double sum = 0;
    for (double value : known) {
      sum += value;
    }
    double mean = sum / known.length;
    if (known.length == 1 || Double.isInfinite(mean)) {
      return new Estimate(mean, Double.NaN, known.length);
    }
    double squares = 0;
    for (double value : known) {
      squares += (value - mean) * (value - mean);
    }
    int freedom = known.length - 1;
    double standardError = Math.sqrt(squares / freedom / known.length);
    return new Estimate(mean, t(freedom) * standardError, known.length);
  }

  /** Cornish and Fisher's expansion beyond the table: off by less than 0.001 there. */
  static double t(int freedom) {
    if (freedom <= T.length) {
      return T[freedom - 1];
    }
    double z3 = Z * Z * Z;
    double z5 = z3 * Z * Z;
    double first = (z3 + Z) / 4;
    double second = (5 * z5 + 16 * z3 + 3 * Z) / 96;
    double third = (3 * z5 * Z * Z + 19 * z5 + 17 * z3 - 15 * Z) / 384;
    return Z + (first + (second + third / freedom) / freedom) / freedom;
  }

  public boolean hasInterval() {
    return !Double.isNaN(halfWidth);
  }
}
