package grapevine.node.storage;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a store reports, so that a test can wait for it. */
final class Reports implements LmdbItemStore.Listener {
  final BlockingQueue<Long> committed = new LinkedBlockingQueue<>();
  final BlockingQueue<StoreProblem> problems = new LinkedBlockingQueue<>();
  final BlockingQueue<Boolean> outcomes = new LinkedBlockingQueue<>();
  final BlockingQueue<String> damages = new LinkedBlockingQueue<>();
  final BlockingQueue<Boolean> recoveries = new LinkedBlockingQueue<>();

  @Override
  public void onCommitted(long position, long tookNanos) {
    committed.add(position);
    outcomes.add(true);
  }

  @Override
  public void onProblem(StoreProblem problem) {
    problems.add(problem);
    outcomes.add(false);
  }

  @Override
  public void onRecovered() {
    recoveries.add(true);
  }

  @Override
  public void onDamaged(String detail) {
    damages.add(detail);
  }

  /** Waits until a position is durable. */
  void awaitCommitted(long position) throws InterruptedException {
    while (await(committed) < position) {
      // An earlier batch.
    }
  }

  static <T> T await(BlockingQueue<T> queue) throws InterruptedException {
    return Optional.ofNullable(queue.poll(10, TimeUnit.SECONDS))
        .orElseThrow(() -> new AssertionError("nothing was reported within 10 s"));
  }
}
