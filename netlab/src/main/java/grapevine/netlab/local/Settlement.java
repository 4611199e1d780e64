package grapevine.netlab.local;

import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The end of a run: waits until all live nodes say that they hold the same, then asks each what it
 * holds. Delivery is decided by what nodes list, never by their events, of which some may be lost.
 * Confined to one thread.
 */
public final class Settlement {
  private static final int ASKED_MAX = 32;
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int NODES_NAMED_MAX = 5;

  /**
   * Whether the nodes agree.
   *
   * @param atNanos when the nodes were asked; all that was born before is in every set, if they
   *     agree
   * @param difference in words; empty when they agree
   */
  public record Agreement(boolean reached, long atNanos, String difference) {}

  private final LocalCluster cluster;
  private final TraceRecorder recorder;
  private final long[] cursors;

  public Settlement(LocalCluster cluster, TraceRecorder recorder) {
    this.cluster = cluster;
    this.recorder = recorder;
    this.cursors = new long[cluster.nodes()];
  }

  /** Asks again and again until all live nodes agree or time is up. */
  public Agreement awaitAgreement(Duration timeout)
      throws NodeFailure, IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (true) {
      Agreement agreement = compare();
      if (agreement.reached || System.nanoTime() - deadlineNanos > 0) {
        return agreement;
      }
      cluster.requireAllAlive();
      Thread.sleep(PAUSE);
    }
  }

  private Agreement compare() throws NodeFailure, IOException, InterruptedException {
    long atNanos = System.nanoTime();
    List<Integer> nodes = cluster.up();
    List<Digest> digests =
        Concurrently.forEach(nodes, ASKED_MAX, node -> cluster.api(node).digest());
    Map<Digest, List<Integer>> byDigest = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      byDigest.computeIfAbsent(digests.get(i), unseen -> new ArrayList<>()).add(nodes.get(i));
    }
    return new Agreement(byDigest.size() == 1, atNanos, difference(byDigest));
  }

  /** How others differ from what most nodes hold. */
  private static String difference(Map<Digest, List<Integer>> byDigest) {
    Digest common = byDigest.keySet().iterator().next();
    for (Digest digest : byDigest.keySet()) {
      if (nodesOf(byDigest, digest) > nodesOf(byDigest, common)) {
        common = digest;
      }
    }
    List<String> words = new ArrayList<>();
    for (var entry : byDigest.entrySet()) {
      for (int node : entry.getValue()) {
        if (!entry.getKey().equals(common)) {
          words.add("node " + node + " has " + entry.getKey().difference(common));
        }
      }
    }
    int named = Math.min(words.size(), NODES_NAMED_MAX);
    String more = words.size() > named ? "; and " + (words.size() - named) + " more nodes" : "";
    return String.join("; ", words.subList(0, named)) + more;
  }

  private static int nodesOf(Map<Digest, List<Integer>> byDigest, Digest digest) {
    return byDigest.getOrDefault(digest, List.of()).size();
  }

  /**
   * Asks every live node what it holds, again until nothing is missing or time is up: nodes list
   * what is on the disk, and write what they got from peers only about once a second.
   *
   * @param startNanos of the trace
   * @param endNanos of the trace: what was born later need not be everywhere
   */
  public void collect(long startNanos, long endNanos, Duration timeout)
      throws NodeFailure, IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (true) {
      Concurrently.forEach(cluster.up(), ASKED_MAX, this::readOn);
      Trace trace = recorder.trace(startNanos, endNanos, List.of());
      boolean complete = trace.items().stream().allMatch(item -> trace.lacking(item).isEmpty());
      if (complete || System.nanoTime() - deadlineNanos > 0) {
        return;
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Reads a node's list from where it was left; returns the number of items read. */
  private int readOn(int node) throws NodeFailure, IOException, InterruptedException {
    int read = 0;
    while (true) {
      NodeApi.Page page = cluster.api(node).items(cursors[node]);
      page.items().forEach(item -> recorder.onHeld(node, item));
      if (page.items().isEmpty()) {
        return read;
      }
      read += page.items().size();
      cursors[node] = page.next();
    }
  }
}
