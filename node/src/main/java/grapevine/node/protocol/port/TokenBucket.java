package grapevine.node.protocol.port;

/**
 * A rate with room for a burst, as one number: the time up to which everything taken has been paid
 * for (the generic cell rate algorithm, ITU-T I.371). A bucket per peer and limit costs 40 bytes.
 * Confined to the core's thread.
 */
public final class TokenBucket {
  private final long intervalNanos;
  private final long aheadNanosMax;
  private long paidUntilNanos;

  /**
   * A full bucket.
   *
   * @param intervalNanos time in which one token comes back, at least 1
   * @param burst tokens that can be taken at once after a rest, at least 1
   */
  public TokenBucket(long intervalNanos, int burst) {
    if (intervalNanos < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "token every " + intervalNanos + " ns, burst " + burst + ", expected at least 1");
    }
    this.intervalNanos = intervalNanos;
    this.aheadNanosMax = intervalNanos * (burst - 1);
  }

  /** Takes a token if there is one. */
  public boolean take(long nowNanos) {
    if (nowNanos < readyNanos()) {
      return false;
    }
    paidUntilNanos = Math.max(paidUntilNanos, nowNanos) + intervalNanos;
    return true;
  }

  /** From when on {@link #take} succeeds; 0 or less when it always would. */
  public long readyNanos() {
    return paidUntilNanos - aheadNanosMax;
  }
}
