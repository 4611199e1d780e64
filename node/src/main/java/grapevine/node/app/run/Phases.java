package grapevine.node.app.run;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be stopped in the opposite order. Confined to the thread that starts
 * and stops. A step that fails to stop does not keep the others from it.
 */
final class Phases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Phases.class);

  private final Deque<Phase> started = new ArrayDeque<>();

  /** Stops something. */
  interface Stop {
    void run() throws Exception;
  }

  private record Phase(String name, Stop stop) {}

  void started(String name, Stop stop) {
    started.push(new Phase(name, stop));
  }

  /** Stops everything that has been started and not been stopped. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      Phase phase = started.pop();
      long beganNanos = System.nanoTime();
      try {
        phase.stop.run();
        LOG.atInfo()
            .addKeyValue("phase", phase.name)
            .addKeyValue("millis", (System.nanoTime() - beganNanos) / 1_000_000)
            .log("stopped");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.atError().addKeyValue("phase", phase.name).setCause(e).log("did not stop as it should");
      }
    }
  }
}
