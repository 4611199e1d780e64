package grapevine.netlab.local;

import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.Block;
import grapevine.node.model.Item;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Hands items to nodes and counts what became of that. Any thread. */
final class Submissions {
  private final LocalCluster cluster;
  private final TraceRecorder recorder;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final SortedMap<String, Long> refused =
      Collections.synchronizedSortedMap(new TreeMap<>());

  Submissions(LocalCluster cluster, TraceRecorder recorder) {
    this.cluster = cluster;
    this.recorder = recorder;
  }

  /**
   * Returns when the node has answered, or cannot.
   *
   * @param item a block brings transactions that nobody has
   */
  void submit(int node, Item item) {
    if (item instanceof Block block) {
      block.transactions().forEach(carried -> recorder.onCarried(carried.id()));
    }
    try {
      switch (cluster.api(node).submit(item)) {
        case NodeApi.Submitted.Acknowledged each -> {
          acknowledged.incrementAndGet();
          recorder.onAcknowledged(item.id());
        }
        case NodeApi.Submitted.Refused each -> refused.merge(each.key(), 1L, Long::sum);
      }
    } catch (NodeFailure | IOException e) {
      onUnanswered();
    } catch (InterruptedException e) {
      onUnanswered();
      Thread.currentThread().interrupt();
    }
  }

  /** Something could not be handed in. */
  void onUnanswered() {
    unanswered.incrementAndGet();
  }

  /** Items that a node answered to be safe. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** Items without an answer: the node was down, or took too long. */
  long unanswered() {
    return unanswered.get();
  }

  /** Items that were refused, by reason. */
  SortedMap<String, Long> refused() {
    return new TreeMap<>(refused);
  }
}
