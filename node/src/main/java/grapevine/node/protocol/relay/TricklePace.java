package grapevine.node.protocol.relay;

import java.util.random.RandomGenerator;

/**
 * The pace of {@code trickle}, Bitcoin Core's: announcements of transactions leave at the ticks of
 * Poisson processes, one for each outbound peer and one that all inbound peers share. Who listens
 * to many links of a node then cannot tell from the times what it heard first. Confined to the
 * core's thread.
 *
 * <p>A tick's time is drawn when something begins to wait, not when the tick before has passed. The
 * exponential distribution has no memory, so the time from any moment to the next tick is
 * distributed alike however long the process has run, and both ways are the same; but this one
 * wakes nobody for nothing. Inbound peers join the tick that is due, if there is one.
 */
final class TricklePace implements Pace {
  private final RelayStrategy.Limits limits;
  private final RandomGenerator random;

  /** The inbound peers' tick; in the past when none is due. */
  private long inboundNanos = Long.MIN_VALUE;

  TricklePace(RelayStrategy.Limits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
  }

  @Override
  public long opensNanos(boolean outbound, long quietNanos, long nowNanos) {
    if (outbound) {
      return nowNanos + exponential(limits.outboundMeanNanos());
    }
    if (inboundNanos <= nowNanos) {
      inboundNanos = nowNanos + exponential(limits.inboundMeanNanos());
    }
    return inboundNanos;
  }

  /** By inversion: 1 − u is never 0, so the result is at most 37 means. */
  private long exponential(long meanNanos) {
    return (long) (-meanNanos * StrictMath.log(1 - random.nextDouble()));
  }

  @Override
  public boolean goesAlong() {
    return false;
  }
}
