package grapevine.node.protocol.port;

/**
 * A rate with room for a burst, the same for all whom it binds; what each has taken is one number
 * that is kept beside whatever else is kept of him: the time up to which everything taken has been
 * paid for (the generic cell rate algorithm, ITU-T I.371). It begins at 0. Immutable.
 *
 * <p>{@link TokenBucket} holds rate and number together: easier to use, and 40 bytes instead of 8
 * for each peer and limit.
 *
 * @param intervalNanos time in which one token comes back, at least 1
 * @param burst tokens that can be taken at once after a rest, at least 1
 */
public record TokenRate(long intervalNanos, int burst) {
  public TokenRate {
    if (intervalNanos < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "token every " + intervalNanos + " ns, burst " + burst + ", expected at least 1");
    }
  }

  /** From when on there is a token; 0 or less when there always would be. */
  public long readyNanos(long paidUntilNanos) {
    return paidUntilNanos - intervalNanos * (burst - 1);
  }

  /** Whether there is a token. */
  public boolean isReady(long paidUntilNanos, long nowNanos) {
    return nowNanos >= readyNanos(paidUntilNanos);
  }

  /** What the number becomes when a token is taken. */
  public long take(long paidUntilNanos, long nowNanos) {
    return Math.max(paidUntilNanos, nowNanos) + intervalNanos;
  }
}
