package grapevine.netlab.epidemic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/**
 * A predicted share of live nodes over time. Immutable.
 *
 * @param points ascending in time; a share holds from its point to the next. Empty for models that
 *     only say when all have it
 * @param reachedMillis for each of {@link #PERCENTS} that the model speaks of, when that share has
 *     it; infinite for never. 100 % is when the expected number of nodes without it falls to ln 2:
 *     as likely as not, nobody is left
 */
public record Coverage(List<Point> points, Map<Integer, Double> reachedMillis) {
  /** The shares for which reports give latencies. */
  public static final List<Integer> PERCENTS = List.of(50, 90, 99, 100);

  /** Chance is even that none of Poisson many is left when this many are expected. */
  static final double LAST_NODE = StrictMath.log(2);

  /** From this time on, this share. */
  public record Point(double millis, double share) {}

  public Coverage {
    points = List.copyOf(points);
    reachedMillis = new TreeMap<>(reachedMillis);
  }

  /**
   * Of a model that moves in equal steps.
   *
   * @param shares by hop, from hop 0 on
   * @param live nodes that count
   */
  static Coverage ofHops(List<Double> shares, double hopMillis, double live) {
    List<Point> points = new ArrayList<>();
    for (int hop = 0; hop < shares.size(); hop++) {
      points.add(new Point(hop * hopMillis, shares.get(hop)));
    }
    Map<Integer, Double> reached = new TreeMap<>();
    for (int percent : PERCENTS) {
      reached.put(percent, firstMillis(points, goal(percent, live)));
    }
    return new Coverage(points, reached);
  }

  /** Of a model that says when which share is reached. */
  static Coverage ofTimes(List<Point> points, IntToDoubleFunction millisByPercent) {
    Map<Integer, Double> reached = new TreeMap<>();
    for (int percent : PERCENTS) {
      reached.put(percent, millisByPercent.applyAsDouble(percent));
    }
    return new Coverage(points, reached);
  }

  /** The share that counts as this percentage of so many nodes. */
  static double goal(int percent, double live) {
    return percent < 100 ? percent / 100.0 : 1 - LAST_NODE / live;
  }

  /** 0 before the first point. */
  public double shareAt(double millis) {
    double share = 0;
    for (Point point : points) {
      if (point.millis() > millis) {
        break;
      }
      share = point.share();
    }
    return share;
  }

  /** Where the curve ends; 0 without a curve. */
  public double finalShare() {
    return points.isEmpty() ? 0 : points.getLast().share();
  }

  private static double firstMillis(List<Point> points, double goal) {
    for (Point point : points) {
      if (point.share() >= goal) {
        return point.millis();
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
