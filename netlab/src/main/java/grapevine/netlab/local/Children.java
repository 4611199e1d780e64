package grapevine.netlab.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes that the lab started. Any thread.
 *
 * <p>Always: none of them outlives the lab. {@link #close} ends all, and so does a shutdown hook,
 * because a lab is left with Ctrl-C as often as at its end; once it has begun nothing is started.
 */
final class Children implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final List<NodeProcess> all = new ArrayList<>();
  private final Thread hook = new Thread(this::endForGood, "end of the nodes");
  private boolean closed;

  Children() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * @throws NodeFailure when the lab is ending
   */
  synchronized NodeProcess start(String name, List<String> command, Path log)
      throws NodeFailure, IOException {
    if (closed) {
      throw new NodeFailure(name + " is not started: the lab is ending");
    }
    all.removeIf(child -> !child.isAlive());
    NodeProcess child = NodeProcess.start(name, command, log);
    all.add(child);
    return child;
  }

  /** Asks all to stop, and kills those that still live after five seconds. */
  void endAll() throws InterruptedException {
    endAll(STOP_TIMEOUT);
  }

  /** The same with more patience. */
  synchronized void endAll(Duration timeout) throws InterruptedException {
    all.forEach(NodeProcess::stop);
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    for (NodeProcess child : all) {
      child.awaitEnd(deadlineNanos);
    }
    all.clear();
  }

  private void endForGood() {
    synchronized (this) {
      closed = true;
      try {
        endAll();
      } catch (InterruptedException e) {
        all.forEach(NodeProcess::destroy);
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    endForGood();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook itself is running, or about to: it will find nothing to do.
    }
  }
}
