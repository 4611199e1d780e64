package grapevine.node.metrics;

import grapevine.node.protocol.port.TokenBucket;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Lines of one sort that others can provoke: ten at once, then one every 30 s, and each says how
 * many were left out before it. Confined to the core's thread.
 */
final class LogBudget {
  private static final int BURST_LINES = 10;
  private static final long LINE_NANOS = 30_000_000_000L;

  private final TokenBucket lines = new TokenBucket(LINE_NANOS, BURST_LINES);
  private long omitted;

  /** Whether a line may be written now; one that may not is counted. */
  boolean allows(long nowNanos) {
    boolean allowed = lines.take(nowNanos);
    omitted += allowed ? 0 : 1;
    return allowed;
  }

  void write(LoggingEventBuilder line, String message) {
    (omitted == 0 ? line : line.addKeyValue("omitted", omitted)).log(message);
    omitted = 0;
  }
}
