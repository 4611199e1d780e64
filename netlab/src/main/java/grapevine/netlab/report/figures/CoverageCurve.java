package grapevine.netlab.report.figures;

import java.util.ArrayList;
import java.util.List;

/**
 * How the share of nodes that hold an item grows: for each whole percent from 1 to 100 the time
 * until so many of them do. Immutable. Infinite where that never happened; empty when nothing was
 * timed.
 *
 * @param low the 10th percentile over items
 * @param median over items
 * @param high the 90th percentile over items
 */
public record CoverageCurve(List<Double> low, List<Double> median, List<Double> high) {
  static final CoverageCurve EMPTY = new CoverageCurve(List.of(), List.of(), List.of());
  static final int LOW = 10;
  static final int HIGH = 90;

  public CoverageCurve {
    low = List.copyOf(low);
    median = List.copyOf(median);
    high = List.copyOf(high);
  }

  public boolean isEmpty() {
    return median.isEmpty();
  }

  /** For each percent the mean over runs, as in the tables. */
  static CoverageCurve over(List<CoverageCurve> runs) {
    List<CoverageCurve> known = runs.stream().filter(curve -> !curve.isEmpty()).toList();
    if (known.isEmpty()) {
      return EMPTY;
    }
    return new CoverageCurve(
        means(known.stream().map(CoverageCurve::low).toList()),
        means(known.stream().map(CoverageCurve::median).toList()),
        means(known.stream().map(CoverageCurve::high).toList()));
  }

  private static List<Double> means(List<List<Double>> lines) {
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < lines.getFirst().size(); i++) {
      int at = i;
      means.add(lines.stream().mapToDouble(line -> line.get(at)).average().orElseThrow());
    }
    return means;
  }
}
