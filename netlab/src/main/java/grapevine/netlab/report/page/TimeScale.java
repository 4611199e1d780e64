package grapevine.netlab.report.page;

import java.util.ArrayList;
import java.util.List;

/**
 * Milliseconds on a horizontal axis, linear from 0, or logarithmic where the times to be shown lie
 * too far apart. Immutable.
 */
final class TimeScale {
  private static final double RATIO_LINEAR_MAX = 25;
  private static final int TICKS_MAX = 8;

  /** Room behind the last time. */
  private static final double MARGIN = 1.04;

  private final boolean logarithmic;
  private final double fromMillis;
  private final double toMillis;
  private final double left;
  private final double width;

  private TimeScale(
      boolean logarithmic, double fromMillis, double toMillis, double left, double width) {
    this.logarithmic = logarithmic;
    this.fromMillis = fromMillis;
    this.toMillis = toMillis;
    this.left = left;
    this.width = width;
  }

  /**
   * @param shortestMillis of the times that should be told apart
   * @param longestMillis of all
   */
  static TimeScale of(double shortestMillis, double longestMillis, double left, double width) {
    double longest = longestMillis > 0 ? longestMillis : 1;
    if (shortestMillis > 0 && longest / shortestMillis > RATIO_LINEAR_MAX) {
      return logarithmic(shortestMillis, longest * MARGIN, left, width);
    }
    return new TimeScale(false, 0, longest * MARGIN, left, width);
  }

  /** From one time exactly to another. */
  static TimeScale logarithmic(double fromMillis, double toMillis, double left, double width) {
    return new TimeScale(true, fromMillis, toMillis, left, width);
  }

  boolean isLogarithmic() {
    return logarithmic;
  }

  double x(double millis) {
    double share =
        logarithmic
            ? Math.log(Math.max(millis, fromMillis) / fromMillis) / Math.log(toMillis / fromMillis)
            : millis / toMillis;
    return left + width * Math.clamp(share, 0, 1);
  }

  boolean contains(double millis) {
    return millis <= toMillis;
  }

  /** Round times on the axis, ascending. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      boolean wide = toMillis / fromMillis > 1_000;
      double decade = Math.pow(10, Math.floor(Math.log10(fromMillis)));
      for (; decade <= toMillis; decade *= 10) {
        for (double step : wide ? new double[] {1} : new double[] {1, 2, 5}) {
          if (step * decade >= fromMillis * 0.999 && step * decade <= toMillis) {
            ticks.add(step * decade);
          }
        }
      }
      return ticks;
    }
    double step = Math.pow(10, Math.floor(Math.log10(toMillis)) - 1);
    for (int i = 0; toMillis / step > TICKS_MAX; i++) {
      step *= i % 3 == 1 ? 2.5 : 2;
    }
    for (int i = 0; i * step <= toMillis; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
