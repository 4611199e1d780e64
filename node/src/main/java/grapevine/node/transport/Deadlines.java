package grapevine.node.transport;

import grapevine.node.protocol.port.Component;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one connection is waited for, and until when. Confined to the loop's thread. Costs nothing
 * while nothing is awaited.
 */
final class Deadlines {
  /** What is awaited. */
  enum Wait {
    /** The open channel. */
    HANDSHAKE,
    /** The rest of a message or record that has begun. */
    FRAME,
    /** That the socket takes something of what is queued. */
    WRITE,
    /** That the other side closes too. */
    LINGER;

    private long timeoutNanos(TransportLimits limits) {
      return switch (this) {
        case HANDSHAKE -> limits.handshakeTimeoutNanos();
        case FRAME -> limits.frameTimeoutNanos();
        case WRITE -> limits.writeStallNanos();
        case LINGER -> limits.lingerNanos();
      };
    }
  }

  private final Turns turns;
  private final TransportLimits limits;
  private final Alarm alarm;
  private final Map<Wait, Long> dueNanos = new EnumMap<>(Wait.class);

  /**
   * @param owner whose deadlines they are, for the log
   * @param onOverdue called when {@link #overdue} has an answer; stops that wait
   */
  Deadlines(Turns turns, TransportLimits limits, Object owner, Runnable onOverdue) {
    this.turns = turns;
    this.limits = limits;
    this.alarm = new Alarm(turns, owner, this::nextNanos, onOverdue);
  }

  /** Waits anew, from now. */
  void start(Wait wait) {
    dueNanos.put(wait, turns.nowNanos() + wait.timeoutNanos(limits));
    alarm.adjust();
  }

  boolean isWaiting(Wait wait) {
    return dueNanos.containsKey(wait);
  }

  void stop(Wait wait) {
    dueNanos.remove(wait);
  }

  /** Waits for nothing any more. */
  void stopAll() {
    dueNanos.clear();
    alarm.cancel();
  }

  /** What has been awaited for too long, if anything. */
  @Nullable Wait overdue() {
    long nowNanos = turns.nowNanos();
    for (Map.Entry<Wait, Long> due : dueNanos.entrySet()) {
      if (due.getValue() <= nowNanos) {
        return due.getKey();
      }
    }
    return null;
  }

  private long nextNanos() {
    long next = Component.NEVER;
    for (long due : dueNanos.values()) {
      next = Math.min(next, due);
    }
    return next;
  }
}
