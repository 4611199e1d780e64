package grapevine.node.transport;

import grapevine.crypto.Ed25519;
import grapevine.node.model.SignatureCheck;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that check signatures: one of the two places where work leaves a node's loop. Any
 * thread may call it; several loops may share it.
 *
 * <p>A long list, as of a block, is cut into slices, so that all cores work on it and a single
 * transaction behind it does not wait for the whole. What waits is bounded by the core, which
 * counts its checks in flight by bytes; the bound here only turns a mistake there into an error
 * instead of a full heap.
 */
public final class VerifyPool implements AutoCloseable {
  /** 9 ms of work: short enough to share a core fairly, long enough to hide the hand-off. */
  static final int SLICE_CHECKS = 64;

  /** 16 MiB of checks in flight, a core's bound, are at most 60,000 lists of a single one. */
  private static final int QUEUED_SLICES_MAX = 100_000;

  private static final long CLOSE_MILLIS = 1000;

  private final ThreadPoolExecutor threads;

  /**
   * @throws IllegalArgumentException if there is no thread
   */
  public VerifyPool(int threads) {
    this(threads, QUEUED_SLICES_MAX);
  }

  /** With another bound, so that a test reaches it. */
  VerifyPool(int threads, int queuedSlicesMax) {
    AtomicInteger started = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queuedSlicesMax),
            task -> {
              Thread thread = new Thread(task, "grapevine-verify-" + started.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * As many threads as this machine gives the process.
   *
   * @param loops that share it, at least 1
   */
  public static VerifyPool ofAllCores(int loops) {
    return new VerifyPool(
        Runtime.getRuntime().availableProcessors(), Math.multiplyExact(loops, QUEUED_SLICES_MAX));
  }

  /**
   * Checks the signatures.
   *
   * @return index of the first that does not hold, -1 when all do; completed on one of the pool's
   *     threads, and never once the pool is closed
   * @throws RejectedExecutionException when more waits than the core allows itself, or after close
   */
  public CompletableFuture<Integer> firstInvalid(List<SignatureCheck> checks) {
    int slices = Math.max(1, (checks.size() + SLICE_CHECKS - 1) / SLICE_CHECKS);
    Verdict verdict = new Verdict(checks, slices);
    for (int i = 0; i < slices; i++) {
      int from = i * SLICE_CHECKS;
      threads.execute(() -> verdict.check(from, Math.min(from + SLICE_CHECKS, checks.size())));
    }
    return verdict.result;
  }

  /** Stops after the checks under way; what waits is forgotten. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("a signature check takes more than a second");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One list under way; its slices meet here. */
  private static final class Verdict {
    private final List<SignatureCheck> checks;
    private final CompletableFuture<Integer> result = new CompletableFuture<>();
    private final AtomicInteger first;
    private final AtomicInteger slicesLeft;

    Verdict(List<SignatureCheck> checks, int slices) {
      this.checks = checks;
      this.first = new AtomicInteger(checks.size());
      this.slicesLeft = new AtomicInteger(slices);
    }

    void check(int from, int to) {
      try {
        // A slice may stop as soon as an earlier index has failed.
        for (int i = from; i < to && i < first.get(); i++) {
          SignatureCheck check = checks.get(i);
          if (!Ed25519.verify(check.key(), check.message(), check.signature())) {
            first.accumulateAndGet(i, Math::min);
          }
        }
        if (slicesLeft.decrementAndGet() == 0) {
          result.complete(first.get() == checks.size() ? -1 : first.get());
        }
      } catch (RuntimeException | Error e) {
        result.completeExceptionally(e);
      }
    }
  }
}
