package grapevine.netlab.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Does the same with every node at a time, each on a virtual thread. Stateless. */
final class Concurrently {
  /** What is done with one node. */
  interface Task<R> {
    R call(int node) throws NodeFailure, IOException, InterruptedException;
  }

  private Concurrently() {}

  /**
   * Results by the order of the nodes. The first failure ends the others and is thrown.
   *
   * @param atOnceMax so many at a time, begun in order
   */
  static <R> List<R> forEach(List<Integer> nodes, int atOnceMax, Task<R> task)
      throws NodeFailure, IOException, InterruptedException {
    Semaphore turns = new Semaphore(atOnceMax, true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ExecutorCompletionService<R>(threads);
      List<Future<R>> results = new ArrayList<>(nodes.size());
      try {
        for (int node : nodes) {
          results.add(
              done.submit(
                  () -> {
                    turns.acquire();
                    try {
                      return task.call(node);
                    } catch (IOException e) {
                      throw new IOException("node " + node + ": " + e.getMessage(), e);
                    } finally {
                      turns.release();
                    }
                  }));
        }
        for (int i = 0; i < nodes.size(); i++) {
          done.take().get();
        }
        return results.stream().map(Future::resultNow).toList();
      } catch (ExecutionException e) {
        throw unwrapped(e);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static IOException unwrapped(ExecutionException e)
      throws NodeFailure, InterruptedException {
    return switch (e.getCause()) {
      case NodeFailure failure -> throw failure;
      case IOException failure -> failure;
      case InterruptedException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      case null, default -> throw new IllegalStateException(e);
    };
  }
}
