package grapevine.netlab.epidemic;

/**
 * Mean and spread of repeated runs. Immutable.
 *
 * @param deviation of a single run, with n - 1 in the divisor; 0 for one run
 */
public record Sample(int runs, double mean, double deviation) {
  /**
   * @throws IllegalArgumentException when there are no values
   */
  public static Sample of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no runs, expected at least one");
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1));
    return new Sample(values.length, mean, deviation);
  }

  /** Of the mean. */
  public double standardError() {
    return deviation / Math.sqrt(runs);
  }
}
