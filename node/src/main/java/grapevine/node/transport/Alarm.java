package grapevine.node.transport;

import grapevine.node.protocol.port.Component;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * At most one armed timer for a deadline that moves. Confined to the loop's thread.
 *
 * <p>An earlier deadline re-arms it; a later one leaves it armed, and it looks again when it fires.
 * Deadlines mostly move back, so that way almost none of the moves costs anything.
 */
final class Alarm {
  private final Turns turns;
  private final Object owner;
  private final LongSupplier deadlineNanos;
  private final Runnable onDue;
  private @Nullable Future<?> armed;
  private long armedNanos = Component.NEVER;

  /**
   * @param owner whose deadline it is, for the log
   * @param deadlineNanos when it is due, {@link Component#NEVER} if never
   * @param onDue called at or after the deadline; moves the deadline, or it is called again
   */
  Alarm(Turns turns, Object owner, LongSupplier deadlineNanos, Runnable onDue) {
    this.turns = turns;
    this.owner = owner;
    this.deadlineNanos = deadlineNanos;
    this.onDue = onDue;
  }

  /** To be called when the deadline may have moved. */
  void adjust() {
    long deadline = deadlineNanos.getAsLong();
    if (deadline < armedNanos) {
      cancel();
      armedNanos = deadline;
      armed = turns.schedule("deadline", owner, this::fire, deadline);
    }
  }

  void cancel() {
    if (armed != null) {
      armed.cancel(false);
      armed = null;
    }
    armedNanos = Component.NEVER;
  }

  private void fire() {
    armed = null;
    armedNanos = Component.NEVER;
    if (deadlineNanos.getAsLong() <= turns.nowNanos()) {
      onDue.run();
    }
    adjust();
  }
}
