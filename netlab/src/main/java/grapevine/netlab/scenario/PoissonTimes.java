package grapevine.netlab.scenario;

import java.util.random.RandomGenerator;

/** Times of things that happen at a steady rate, independently of each other. One thread. */
final class PoissonTimes {
  private final double gapNanos;
  private final RandomGenerator random;
  private double atNanos;

  /**
   * @param gapNanos mean time between two
   */
  PoissonTimes(long fromNanos, double gapNanos, RandomGenerator random) {
    this.atNanos = fromNanos;
    this.gapNanos = gapNanos;
    this.random = random;
  }

  long nextNanos() {
    // 1 − nextDouble lies in (0, 1], where the logarithm is finite.
    atNanos -= gapNanos * StrictMath.log(1 - random.nextDouble());
    return (long) atNanos;
  }
}
