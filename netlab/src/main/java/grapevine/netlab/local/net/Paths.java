package grapevine.netlab.local.net;

import java.util.random.RandomGenerator;

/**
 * When packets arrive: pure arithmetic over a {@link LinkTable}, in nanoseconds from any origin at
 * or after which all times lie. Confined to one thread.
 *
 * <p>A packet takes its turn on the sender's up link, then travels, then takes its turn on the
 * receiver's down link. A turn lasts as long as the packet's bits at the link's rate, and begins
 * when the one before has ended; there is no burst that goes faster, as a token bucket would allow,
 * because a modem has none. Both ends are computed from due times, never from when the emulator got
 * round to it, so that its own lateness does not add up.
 */
final class Paths {
  /** Instead of a time: the packet is gone. */
  static final long LOST = -1;

  /** Instead of a time: the packet found its queue full. */
  static final long OVERFLOWED = -2;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final LinkTable table;
  private final RandomGenerator random;
  private final int hosts;
  private final long[] upFreeNanos;
  private final long[] downFreeNanos;
  private final long[] lastArrivalNanos;

  Paths(int hosts, LinkTable table, RandomGenerator random) {
    this.hosts = hosts;
    this.table = table;
    this.random = random;
    this.upFreeNanos = new long[hosts];
    this.downFreeNanos = new long[hosts];
    this.lastArrivalNanos = new long[hosts * hosts];
  }

  /**
   * When a packet reaches the receiver's down link, to be told to {@link #onArrived} in that order;
   * or {@link #LOST}, or {@link #OVERFLOWED}.
   */
  long onSent(int from, int to, int bytes, long nowNanos) {
    double loss = table.loss(from, to);
    if (loss > 0 && random.nextDouble() < loss) {
      return LOST;
    }
    long sentNanos = turn(upFreeNanos, from, table.upBitsPerSecond(from), bytes, nowNanos);
    if (sentNanos < 0) {
      return sentNanos;
    }
    long delayNanos = table.delayNanos(from, to);
    long jitterNanos = table.jitterNanos(from, to);
    if (jitterNanos > 0) {
      delayNanos = Math.max(0, delayNanos + random.nextLong(-jitterNanos, jitterNanos + 1));
    }
    int pair = from * hosts + to;
    long arrivalNanos = Math.max(sentNanos + delayNanos, lastArrivalNanos[pair] + 1);
    lastArrivalNanos[pair] = arrivalNanos;
    return arrivalNanos;
  }

  /** When the receiver has the packet, or {@link #OVERFLOWED}. */
  long onArrived(int to, int bytes, long arrivalNanos) {
    return turn(downFreeNanos, to, table.downBitsPerSecond(to), bytes, arrivalNanos);
  }

  private long turn(long[] freeNanos, int host, long bitsPerSecond, int bytes, long nowNanos) {
    if (bitsPerSecond == 0) {
      return nowNanos;
    }
    long startNanos = Math.max(nowNanos, freeNanos[host]);
    if (startNanos - nowNanos > table.queueNanosMax()) {
      return OVERFLOWED;
    }
    long endNanos = startNanos + bytes * 8L * NANOS_PER_SECOND / bitsPerSecond;
    freeNanos[host] = endNanos;
    return endNanos;
  }
}
