package grapevine.netlab.local;

import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.ItemId;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/**
 * Kills a node with SIGKILL at random moments while clients submit to it, and asks it after each
 * restart for everything it ever acknowledged. One node alone: no neighbour can give back what it
 * lost. What this does not show is a loss of power, since the system's page cache survives a kill.
 */
public final class CrashTrial {
  private static final long UP_MILLIS_MIN = 300;
  private static final long UP_MILLIS_MAX = 2_000;

  private final LocalCluster cluster;
  private final TrafficSource traffic;
  private final TraceRecorder recorder;
  private final RandomGenerator random;

  /**
   * @param cluster one node, which runs
   * @param traffic not yet running
   * @param recorder the one that cluster and traffic tell
   */
  public CrashTrial(
      LocalCluster cluster, TrafficSource traffic, TraceRecorder recorder, RandomGenerator random) {
    this.cluster = cluster;
    this.traffic = traffic;
    this.recorder = recorder;
    this.random = random;
  }

  /**
   * Kills and restarts so many times.
   *
   * @param onRestart is told after each
   * @return names of items that had been acknowledged and were not there after a restart
   */
  public List<String> run(int times, double ratePerSecond, Runnable onRestart)
      throws NodeFailure, IOException, InterruptedException {
    Set<ItemId> lost = new LinkedHashSet<>();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> sending =
          thread.submit(
              () -> {
                traffic.run(Long.MAX_VALUE, ratePerSecond, () -> {});
                return null;
              });
      try {
        for (int i = 0; i < times; i++) {
          Thread.sleep(random.nextLong(UP_MILLIS_MIN, UP_MILLIS_MAX));
          cluster.kill(0);
          Set<ItemId> promised = recorder.acknowledged();
          cluster.restart(0);
          promised.removeAll(held());
          lost.addAll(promised);
          onRestart.run();
          requireRunning(sending);
        }
      } finally {
        thread.shutdownNow();
      }
    }
    return lost.stream().map(ItemId::toString).toList();
  }

  private static void requireRunning(Future<?> sending) throws InterruptedException {
    if (sending.isDone()) {
      try {
        sending.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("submitting failed", e.getCause());
      }
    }
  }

  private Set<ItemId> held() throws NodeFailure, IOException, InterruptedException {
    Set<ItemId> held = new LinkedHashSet<>();
    NodeApi.Page page = cluster.api(0).items(0);
    while (!page.items().isEmpty()) {
      held.addAll(page.items());
      page = cluster.api(0).items(page.next());
    }
    return held;
  }
}
