package grapevine.netlab.epidemic;

/**
 * Growth of the share that has the news, in continuous time, when holders meet random nodes at a
 * constant rate: i' = β i (1 - i), from one node on.
 *
 * @param nodes at least 1
 * @param perMilli β, more than 0
 */
public record Logistic(double nodes, double perMilli) {
  /** i(t) = 1 / (1 + (n - 1) e^(-βt)). */
  public double share(double millis) {
    return 1 / (1 + (nodes - 1) * StrictMath.exp(-perMilli * millis));
  }

  /** The inverse; 0 for a share that one node already is. */
  public double millisUntil(double share) {
    double millis = StrictMath.log((nodes - 1) * share / (1 - share)) / perMilli;
    return Math.max(0, millis);
  }
}
