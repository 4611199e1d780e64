package grapevine.node.api;

import grapevine.node.protocol.port.TokenBucket;
import java.util.function.LongSupplier;

/**
 * How many requests a second are served, with a second's worth at once after a rest. Any thread.
 */
final class RequestRate {
  private final TokenBucket bucket;
  private final LongSupplier nanoTime;
  private final long originNanos;

  /**
   * @param nanoTime a clock that does not go back, ns
   */
  RequestRate(int perSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    originNanos = nanoTime.getAsLong();
    bucket = new TokenBucket(1_000_000_000L / perSecond, perSecond);
  }

  /** Counts one more, if it is within the rate. */
  synchronized boolean take() {
    return bucket.take(nanoTime.getAsLong() - originNanos);
  }
}
