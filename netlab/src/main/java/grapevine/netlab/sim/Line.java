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

  private final double nanosPerByte;
  private double slowNanosPerByte;
  private long slowUntilNanos;
  private long freeNanos;
  private @Nullable ArrayDeque<Pipe> waiting;

  /**
   * @param bitsPerSecond 0 for a line that is never busy
   */
  Line(double bitsPerSecond) {
    nanosPerByte = nanosPerByte(bitsPerSecond);
  }

  private static double nanosPerByte(double bitsPerSecond) {
    return bitsPerSecond == 0 ? 0 : 8 * NANOS_PER_SECOND / bitsPerSecond;
  }

  /**
   * From now until then it has this rate, and what is not through by then goes on at its own: the
   * end is told with the beginning, so that what waits at the end need not be looked for. What is
   * under way already is not changed.
   */
  void slow(double bitsPerSecond, long untilNanos) {
    slowNanosPerByte = nanosPerByte(bitsPerSecond);
    slowUntilNanos = untilNanos;
  }

  boolean isLimited() {
    return nanosPerByte > 0;
  }

  /**
   * Whether what comes at a time comes through at once: no rate, and nothing from a slower time.
   */
  boolean isOpen(long atNanos) {
    return nanosPerByte == 0 && freeNanos < atNanos && slowUntilNanos <= atNanos;
  }

  /** When it can take more. */
  long freeNanos() {
    return freeNanos;
  }

  /** Sends so many bytes after all that it was given before; when they are through. */
  long take(long bytes, long nowNanos) {
    freeNanos = expected(bytes, nowNanos);
    return freeNanos;
  }

  /** When so many bytes that come at a time will be through, as things stand. */
  long expected(long bytes, long atNanos) {
    long beginNanos = Math.max(freeNanos, atNanos);
    if (beginNanos >= slowUntilNanos) {
      return beginNanos + (long) (bytes * nanosPerByte);
    }
    double slowBytes = (slowUntilNanos - beginNanos) / slowNanosPerByte;
    return bytes <= slowBytes
        ? beginNanos + (long) (bytes * slowNanosPerByte)
        : slowUntilNanos + (long) ((bytes - slowBytes) * nanosPerByte);
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
