package grapevine.node.protocol.port;

/** A {@link TokenRate} and what was taken of it. Confined to the core's thread. */
public final class TokenBucket {
  private final TokenRate rate;
  private long paidUntilNanos;

  /**
   * A full bucket.
   *
   * @param intervalNanos time in which one token comes back, at least 1
   * @param burst tokens that can be taken at once after a rest, at least 1
   */
  public TokenBucket(long intervalNanos, int burst) {
    rate = new TokenRate(intervalNanos, burst);
  }

  /** Takes a token if there is one. */
  public boolean take(long nowNanos) {
    if (!rate.isReady(paidUntilNanos, nowNanos)) {
      return false;
    }
    paidUntilNanos = rate.take(paidUntilNanos, nowNanos);
    return true;
  }

  /** From when on {@link #take} succeeds; 0 or less when it always would. */
  public long readyNanos() {
    return rate.readyNanos(paidUntilNanos);
  }
}
