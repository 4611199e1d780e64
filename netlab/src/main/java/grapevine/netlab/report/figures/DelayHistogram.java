package grapevine.netlab.report.figures;

import java.util.Arrays;

/**
 * How many deliveries took how long, in classes of equal ratio: twenty to each power of ten, from a
 * microsecond to some hours. What took longer or less counts in the outermost classes. Immutable.
 */
public final class DelayHistogram {
  private static final int PER_DECADE = 20;
  private static final int DECADES = 10;
  private static final double LOWEST_MILLIS = 1e-3;
  static final int CLASSES = PER_DECADE * DECADES;
  static final DelayHistogram EMPTY = new DelayHistogram(new long[CLASSES]);

  private final long[] counts;

  /** Keeps a copy. */
  DelayHistogram(long[] counts) {
    this.counts = counts.clone();
  }

  /** The class of a delay. */
  static int classOf(long nanos) {
    double decades = nanos <= 0 ? 0 : Math.log10(nanos / 1e6 / LOWEST_MILLIS);
    return Math.clamp((long) Math.floor(decades * PER_DECADE), 0, CLASSES - 1);
  }

  /** Where a class begins, and the one below it ends. */
  public static double fromMillis(int index) {
    return LOWEST_MILLIS * Math.pow(10, (double) index / PER_DECADE);
  }

  public long count(int index) {
    return counts[index];
  }

  long total() {
    return Arrays.stream(counts).sum();
  }

  /** The first class that is not empty; {@link #CLASSES} when all are. */
  public int first() {
    int first = 0;
    while (first < CLASSES && counts[first] == 0) {
      first++;
    }
    return first;
  }

  /** The last class that is not empty; -1 when all are. */
  public int last() {
    int last = CLASSES - 1;
    while (last >= 0 && counts[last] == 0) {
      last--;
    }
    return last;
  }

  DelayHistogram plus(DelayHistogram other) {
    long[] sum = counts.clone();
    for (int i = 0; i < CLASSES; i++) {
      sum[i] += other.counts[i];
    }
    return new DelayHistogram(sum);
  }
}
