package grapevine.netlab.app.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a run is: a bar on a terminal, elsewhere a line every few seconds, so that a log
 * stays readable. One thread begins and closes phases, any thread steps.
 */
public final class Progress {
  private static final long LINE_NANOS = 5_000_000_000L;
  private static final int WIDTH = 100;
  private static final int NAME_WIDTH = 18;
  private static final long UPDATE_NANOS = 200_000_000;

  private final PrintStream err;
  private final boolean terminal;

  Progress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** To stderr, as bars if that is a terminal. */
  public static Progress ofSystem() {
    return new Progress(System.err, isTerminal());
  }

  /**
   * The console says only whether stdin and stdout are both one, and since Java 22 not even that.
   */
  private static boolean isTerminal() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev/pts");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Begins a phase of so many steps. */
  public Phase phase(String name, long steps) {
    return new Phase(name, steps);
  }

  /** A part of a run, shown until it is closed. */
  public final class Phase implements AutoCloseable {
    private final String name;
    private final long steps;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong dueNanos = new AtomicLong();
    private final @Nullable ProgressBar bar;

    private Phase(String name, long steps) {
      this.name = name;
      this.steps = steps;
      this.bar =
          terminal
              ? new ProgressBarBuilder()
                  .setTaskName(name + " ".repeat(Math.max(0, NAME_WIDTH - name.length())))
                  .setInitialMax(steps)
                  .setStyle(ProgressBarStyle.ASCII)
                  .setUpdateIntervalMillis((int) TimeUnit.NANOSECONDS.toMillis(UPDATE_NANOS))
                  .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
                  .hideEta()
                  .build()
              : null;
      dueNanos.set(System.nanoTime() + (terminal ? UPDATE_NANOS : LINE_NANOS));
      if (bar == null) {
        err.println(name + " ...");
      }
    }

    public void step() {
      long now = done.incrementAndGet();
      if (bar != null) {
        bar.stepTo(now);
      } else {
        lineWhenDue(now);
      }
    }

    /**
     * So many steps are done; any thread, as often as it likes.
     *
     * @param message made only when it is shown
     */
    void stepTo(long count, Supplier<String> message) {
      if (bar == null) {
        if (isDue(LINE_NANOS)) {
          err.println(name + ": " + message.get());
        }
        return;
      }
      bar.stepTo(count);
      if (isDue(UPDATE_NANOS)) {
        bar.setExtraMessage(message.get());
      }
    }

    private void lineWhenDue(long now) {
      if (isDue(LINE_NANOS)) {
        err.println(name + ": " + now + " of " + steps);
      }
    }

    private boolean isDue(long everyNanos) {
      long due = dueNanos.get();
      long nowNanos = System.nanoTime();
      return nowNanos - due >= 0 && dueNanos.compareAndSet(due, nowNanos + everyNanos);
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
