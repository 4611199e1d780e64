package grapevine.node.transport;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of a node's event loop: everything that happens to a node passes through {@link #run}.
 *
 * <p>A turn is what becomes ready together: reads, verdicts, calls, deadlines. At its end, once,
 * follows what they have in common. Whatever an input throws is our mistake: it is logged with the
 * input, no other input runs any more, and whoever answers for the node hears of it.
 */
final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

  private final EventLoop eventLoop;
  private final Runnable endOfTurn;
  private final Consumer<Throwable> onFailure;
  private final long originNanos;
  private boolean turnEnds;
  private boolean failed;

  /**
   * @param originNanos reading of {@link System#nanoTime} that is time 0
   * @param endOfTurn runs after the inputs of a turn
   * @param onFailure hears once of the first mistake, on the loop's thread
   */
  Turns(EventLoop eventLoop, long originNanos, Runnable endOfTurn, Consumer<Throwable> onFailure) {
    this.eventLoop = eventLoop;
    this.originNanos = originNanos;
    this.endOfTurn = endOfTurn;
    this.onFailure = onFailure;
  }

  /** Nanoseconds since the origin; any thread. */
  long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  boolean areMine() {
    return eventLoop.inEventLoop();
  }

  /** Whether an input has failed; on the loop's thread. */
  boolean hasFailed() {
    return failed;
  }

  /**
   * Runs an input now; on the loop's thread.
   *
   * @param what the kind of input, and whose it is: for the log if it fails
   */
  void run(String what, Object subject, Runnable input) {
    if (failed) {
      return;
    }
    try {
      input.run();
      if (!turnEnds) {
        turnEnds = true;
        execute(this::endTurn);
      }
    } catch (Throwable e) {
      fail(what, subject, e);
    }
  }

  /**
   * Runs an input later, in a call of its own; any thread. Does nothing once the loop has ended.
   */
  void post(String what, Object subject, Runnable input) {
    execute(() -> run(what, subject, input));
  }

  /** Runs an input at or after a time; any thread. */
  Future<?> schedule(String what, Object subject, Runnable input, long dueNanos) {
    long delayNanos = Math.max(0, dueNanos - nowNanos());
    return eventLoop.schedule(() -> run(what, subject, input), delayNanos, TimeUnit.NANOSECONDS);
  }

  /** Runs something that is no input, even after a failure; any thread. */
  void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      if (!eventLoop.isShuttingDown()) {
        throw e;
      }
      // The loop has ended, and with it everything that the task is about.
    }
  }

  /** A mistake of ours, found on the loop's thread; the first counts. */
  void fail(String what, Object subject, Throwable failure) {
    if (failed) {
      return;
    }
    failed = true;
    try {
      LOG.atError()
          .addKeyValue("input", what)
          .addKeyValue("subject", subject)
          .setCause(failure)
          .log("failed: the node ends");
    } finally {
      onFailure.accept(failure);
    }
  }

  /** Not by {@link #run}, or one turn would end in another for ever. */
  private void endTurn() {
    if (failed) {
      return;
    }
    try {
      endOfTurn.run();
      turnEnds = false;
    } catch (Throwable e) {
      fail("end", "a turn", e);
    }
  }
}
