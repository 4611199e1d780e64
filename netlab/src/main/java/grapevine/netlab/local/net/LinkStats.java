package grapevine.netlab.local.net;

/**
 * What the emulator did, and how punctually. Immutable.
 *
 * <p>Lateness is how much later than due a packet was handed over, and on top of it how long it may
 * have waited before the emulator read it; it has nothing to do with the delay that was asked for.
 *
 * @param delivered packets that reached their receivers
 * @param bytes of those
 * @param lost on purpose, as the table said
 * @param overflowed dropped because an up or down link's queue was full
 * @param foreign dropped because nobody here has their address
 * @param undeliverable dropped because the receiver's device did not take them
 * @param late of those delivered, more than 1 ms and more than 5 % of their delay late
 */
public record LinkStats(
    long delivered,
    long bytes,
    long lost,
    long overflowed,
    long foreign,
    long undeliverable,
    long late,
    Lateness lateness) {
  /** Packets of which so many percent may be late before a run's figures mean nothing. */
  private static final int LATE_PERCENT_MAX = 1;

  /** In nanoseconds. */
  public record Lateness(long p50, long p99, long max) {}

  /** Whether the links were as asked: of a hundred packets at most one was late. */
  public boolean isValid() {
    return late * 100 <= delivered * LATE_PERCENT_MAX;
  }

  /** One line for a report. */
  public String text() {
    return ("%d packets, lateness p50 %.3f ms, p99 %.3f ms, max %.1f ms, %d late; %d lost,"
            + " %d overflowed%s")
        .formatted(
            delivered,
            lateness.p50 / 1e6,
            lateness.p99 / 1e6,
            lateness.max / 1e6,
            late,
            lost,
            overflowed,
            isValid() ? "" : ": INVALID, this machine was too slow for these links");
  }
}
