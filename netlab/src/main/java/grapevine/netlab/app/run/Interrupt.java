package grapevine.netlab.app.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as a request: a run that looks at {@link #isRequested} ends early, and the process waits
 * until what was measured so far has been told. A second Ctrl-C does not wait. Any thread.
 */
public final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook = new Thread(this::onShutdown, "netlab-interrupt");
  private volatile boolean requested;

  public Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void onShutdown() {
    requested = true;
    try {
      told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean isRequested() {
    return requested;
  }

  /** All has been told. */
  @Override
  public void close() {
    told.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends at this very moment.
      }
    }
  }
}
