package grapevine.node.protocol.port;

/**
 * The node's wall clock: its monotonic clock plus an offset that follows the system's wall clock
 * slowly. Confined to the core's thread; written by NodeCore only, read by every part.
 *
 * <p>A jump of more than {@link #JUMP_MILLIS_MAX} is not followed but reported: an operator, not a
 * leap of the clock, decides what time it is. Peers never move it. Below that the offset moves by
 * at most {@link #SLEW_PARTS} of the time that has passed, so that it never runs backwards.
 */
public final class NodeTime {
  /** A wall clock further off than this is not followed. */
  public static final long JUMP_MILLIS_MAX = 60_000;

  /** The offset moves by at most one part in so many of the time passed. */
  public static final long SLEW_PARTS = 20;

  private long offsetMillis;
  private long lastNanos;
  private long jumpMillis;

  public NodeTime(long wallMillis, long nowNanos) {
    offsetMillis = wallMillis - nowNanos / 1_000_000;
    lastNanos = nowNanos;
  }

  /** Milliseconds since 1970 as this node sees it. */
  public long millis(long nowNanos) {
    return offsetMillis + nowNanos / 1_000_000;
  }

  /** Microseconds since 1970 as this node sees it. */
  public long micros(long nowNanos) {
    return offsetMillis * 1000 + nowNanos / 1000;
  }

  /** The monotonic time at which this node's wall clock will read {@code wallMillis}. */
  public long nanosAt(long wallMillis) {
    return (wallMillis - offsetMillis) * 1_000_000;
  }

  /** The system's wall clock reads {@code wallMillis} now; to be told about once a second. */
  public void onWallClock(long wallMillis, long nowNanos) {
    long differenceMillis = wallMillis - millis(nowNanos);
    long slewMillis = (nowNanos - lastNanos) / 1_000_000 / SLEW_PARTS;
    if (Math.abs(differenceMillis) > JUMP_MILLIS_MAX) {
      jumpMillis = differenceMillis;
      lastNanos = nowNanos;
    } else if (slewMillis > 0) {
      jumpMillis = 0;
      offsetMillis += Math.clamp(differenceMillis, -slewMillis, slewMillis);
      lastNanos = nowNanos;
    }
  }

  /** How far off a system clock is that is not followed; 0 while it is followed. */
  public long jumpMillis() {
    return jumpMillis;
  }
}
