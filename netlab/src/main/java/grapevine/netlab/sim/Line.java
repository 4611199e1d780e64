package grapevine.netlab.sim;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a node's access line: so many bits a second, one packet after another. Several
 * connections that want to send take turns, a burst each, as packets of several sockets do.
 * Confined to the simulation's thread.
 */
final class Line {
  private static final double NANOS_PER_SECOND = 1e9;

  private double nanosPerByte;
  private long freeNanos;
  private @Nullable ArrayDeque<Pipe> waiting;

  /**
   * @param bitsPerSecond 0 for a line that is never busy
   */
  Line(double bitsPerSecond) {
    setRate(bitsPerSecond);
  }

  /** From now on; what is under way is not changed, and what comes later stays behind it. */
  void setRate(double bitsPerSecond) {
    nanosPerByte = bitsPerSecond == 0 ? 0 : 8 * NANOS_PER_SECOND / bitsPerSecond;
  }

  boolean isLimited() {
    return nanosPerByte > 0;
  }

  /**
   * Whether what comes at a time comes through at once: no rate, and nothing from a slower time.
   */
  boolean isOpen(long atNanos) {
    return nanosPerByte == 0 && freeNanos < atNanos;
  }

  /** When it can take more. */
  long freeNanos() {
    return freeNanos;
  }

  /** Sends so many bytes after all that it was given before; when they are through. */
  long take(long bytes, long nowNanos) {
    freeNanos = Math.max(freeNanos, nowNanos) + (long) (bytes * nanosPerByte);
    return freeNanos;
  }

  /** When so many bytes that come at a time will be through, as things stand. */
  long expected(long bytes, long atNanos) {
    return Math.max(freeNanos, atNanos) + (long) (bytes * nanosPerByte);
  }

  /** The connection wants to send when the line is free. */
  void await(Pipe pipe) {
    if (waiting == null) {
      waiting = new ArrayDeque<>(4);
    }
    waiting.add(pipe);
  }

  /** Whose turn it is; null when nobody waits. */
  @Nullable Pipe next() {
    return waiting == null ? null : waiting.poll();
  }

  boolean hasWaiting() {
    return waiting != null && !waiting.isEmpty();
  }
}
