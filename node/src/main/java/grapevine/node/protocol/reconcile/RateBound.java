package grapevine.node.protocol.reconcile;

/**
 * A token bucket in one number: the time at which it is full again (the generic cell rate
 * algorithm, ITU-T I.371). Starts full.
 */
final class RateBound {
  private final Rate rate;
  private long fullNanos;

  RateBound(Rate rate) {
    this.rate = rate;
  }

  /** Takes a token if there is one. */
  boolean take(long nowNanos) {
    if (nowNanos < nextNanos()) {
      return false;
    }
    fullNanos = StrictMath.max(fullNanos, nowNanos) + rate.everyNanos();
    return true;
  }

  /** When the next token is there; in the past if there is one. */
  long nextNanos() {
    return fullNanos - (rate.burst() - 1) * rate.everyNanos();
  }
}
