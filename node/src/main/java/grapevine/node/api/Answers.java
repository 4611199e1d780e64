package grapevine.node.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a {@link NodeGate} promised. */
final class Answers {
  /** Far beyond a slow disk's commit; a client's own patience ends about here. */
  static final long TIMEOUT_NANOS = 30_000_000_000L;

  private Answers() {}

  static <T> T await(CompletableFuture<T> answer) throws ApiError, InterruptedException {
    return await(answer, TIMEOUT_NANOS);
  }

  /**
   * @throws IllegalArgumentException if the node found the question wrong
   */
  static <T> T await(CompletableFuture<T> answer, long timeoutNanos)
      throws ApiError, InterruptedException {
    try {
      return answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw ApiError.busy("the node gave no answer in time");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RejectedExecutionException) {
        throw ApiError.stopping();
      }
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw wrong;
      }
      throw new IllegalStateException("the node failed", e);
    }
  }
}
