package grapevine.netlab.local;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Does to real nodes and their links what a schedule says goes wrong. One thread walks; what is
 * done to one node goes on in order on threads of its own, because a start takes seconds and must
 * not hold up what happens to others.
 */
final class FaultDriver {
  private final LocalCluster cluster;
  private final @Nullable ScenarioLinks links;
  private final Origin origin;
  private final List<CompletableFuture<Void>> lastOfNode = new ArrayList<>();

  /** Something that is done to one node. */
  private interface Deed {
    void on(int node) throws NodeFailure, IOException, InterruptedException;
  }

  /**
   * @param links null where there are none that could be cut
   */
  FaultDriver(LocalCluster cluster, @Nullable ScenarioLinks links, Origin origin) {
    this.cluster = cluster;
    this.links = links;
    this.origin = origin;
    for (int node = 0; node < cluster.nodes(); node++) {
      lastOfNode.add(CompletableFuture.completedFuture(null));
    }
  }

  /**
   * Walks to the end, and waits until nodes that were to start again have done so.
   *
   * @throws NodeFailure when one did not
   */
  void run(List<Schedule.Event> events) throws NodeFailure, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (Schedule.Event event : events) {
          Origin.sleepUntil(origin.nanos() + event.atNanos());
          happen(event, threads);
        }
        for (CompletableFuture<Void> last : lastOfNode) {
          last.join();
        }
      } catch (CompletionException e) {
        throw new NodeFailure("a fault could not be carried out: " + e.getMessage());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private void happen(Schedule.Event event, ExecutorService threads) {
    List<Integer> nodes = event.nodes();
    boolean begins = event.begins();
    switch (event.fault()) {
      case Fault.Crash fault when begins -> forEach(nodes, node -> crash(node, fault), threads);
      case Fault.Crash fault -> forEach(nodes, cluster::revive, threads);
      case Fault.Freeze fault -> forEach(nodes, node -> cluster.setFrozen(node, begins), threads);
      case Fault.Partition fault -> links().setApart(nodes, begins);
      case Fault.OneWay fault -> links().setMute(nodes, begins);
      case Fault.SlowReader fault when begins -> links().slow(nodes, fault.downMbit());
      case Fault.SlowReader fault -> links().mend(nodes);
      case Fault.Churn fault -> throw new IllegalStateException("churn comes as crashes");
      case Fault.ClockOffset fault -> throw unbearable(fault);
      case Fault.Withhold fault -> throw unbearable(fault);
      case Fault.Silent fault -> throw unbearable(fault);
    }
  }

  private static IllegalStateException unbearable(Fault fault) {
    return new IllegalStateException("refused before the start: " + fault);
  }

  private ScenarioLinks links() {
    if (links == null) {
      throw new IllegalStateException("refused before the start: there are no links to cut");
    }
    return links;
  }

  private void crash(int node, Fault.Crash fault)
      throws NodeFailure, IOException, InterruptedException {
    cluster.kill(node);
    if (!fault.storeKept()) {
      cluster.wipe(node);
    }
  }

  private void forEach(List<Integer> nodes, Deed deed, ExecutorService threads) {
    for (int node : nodes) {
      lastOfNode.set(node, lastOfNode.get(node).thenRunAsync(() -> perform(deed, node), threads));
    }
  }

  private static void perform(Deed deed, int node) {
    try {
      deed.on(node);
    } catch (NodeFailure | IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
