package grapevine.netlab.report.figures;

import java.util.Arrays;

/**
 * Percentiles by nearest rank: the p-th of n values is the ⌈p·n / 100⌉-th smallest. So every result
 * is a value that was measured, t100 is the slowest, and nothing is interpolated into a gap.
 */
final class Percentiles {
  private Percentiles() {}

  /**
   * ⌈percent · count / 100⌉, in whole numbers because 0.07 · 100 is more than 7 in binary.
   *
   * @param percent 1 to 100
   */
  static int rank(int percent, int count) {
    return (int) (((long) percent * count + 99) / 100);
  }

  /**
   * @param values in any order; stay as they are. {@link Long#MAX_VALUE} stands for never
   * @throws IllegalArgumentException when there are no values
   */
  static long of(int percent, long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return ofSorted(percent, sorted);
  }

  /** The same of values that ascend. */
  static long ofSorted(int percent, long[] ascending) {
    if (ascending.length == 0) {
      throw new IllegalArgumentException("no values, expected at least one");
    }
    return ascending[rank(percent, ascending.length) - 1];
  }
}
