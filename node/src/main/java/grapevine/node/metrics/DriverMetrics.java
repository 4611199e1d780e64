package grapevine.node.metrics;

import grapevine.node.protocol.NodeView;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.OptionalLong;

/**
 * What the core's events do not tell: how large things are, sampled about once a second, and how
 * long the disk and the event loop take. Sampled on the core's thread or from a copied status, so
 * that a scrape never waits for the core; any thread may call.
 */
public final class DriverMetrics {
  private final Gauge.Child inbound;
  private final Gauge.Child outbound;
  private final Gauge addressTable;
  private final Gauge sendQueue;
  private final Gauge clockOffset;
  private final Gauge poolTransactions;
  private final Gauge poolBytes;
  private final Gauge bestHeight;
  private final Gauge tips;
  private final Gauge clockJump;
  private final Gauge storeEntries;
  private final Gauge storeBytes;
  private final Gauge storeMapUsed;
  private final Gauge diskFree;
  private final Gauge storeReadOnly;
  private final WordCounters storeErrors;
  private final Histogram commit;
  private final Histogram lag;

  /**
   * How full the store is.
   *
   * @param mapUsedRatio share of the map's largest size that is in use, 0 to 1
   * @param diskFreeBytes what its file system has left
   * @param readOnly whether it takes nothing new
   */
  public record StoreUse(
      long entries, long bytes, double mapUsedRatio, long diskFreeBytes, boolean readOnly) {}

  public DriverMetrics(Exposition to) {
    Gauge peers =
        to.gauge(
            "grapevine_peers_connected",
            "Peers that have a place, ready or about to be.",
            "direction");
    inbound = peers.labels("inbound");
    outbound = peers.labels("outbound");
    addressTable =
        to.gauge(
            "grapevine_peer_table_entries",
            "Known node addresses, by what our own dials say of them.",
            "state");
    sendQueue =
        to.gauge("grapevine_send_queue_bytes", "Queued for all peers and not taken by them yet.");
    clockOffset =
        to.gauge(
            "grapevine_clock_offset_seconds",
            "How far the peers' clocks are ahead of ours: median of their pongs; NaN if unknown.");
    clockOffset.set(Double.NaN);
    poolTransactions = to.gauge("grapevine_pool_transactions", "Transactions in the pool.");
    poolBytes = to.gauge("grapevine_pool_bytes", "Size of the transactions in the pool.");
    bestHeight = to.gauge("grapevine_best_height", "Height of the best tip.");
    tips = to.gauge("grapevine_tips", "Tips of the tree of blocks.");
    clockJump =
        to.gauge(
            "grapevine_clock_jump_seconds",
            "How far off the system's wall clock is while it is not followed, else 0.");
    storeEntries = to.gauge("grapevine_store_entries", "Items in the store.");
    storeBytes = to.gauge("grapevine_store_bytes", "Bytes of the store on disk.");
    storeMapUsed = to.gauge("grapevine_store_map_used_ratio", "Used share of the store's map.");
    diskFree = to.gauge("grapevine_disk_free_bytes", "What the file system of the store has left.");
    storeReadOnly =
        to.gauge("grapevine_store_read_only", "1 while the store takes nothing new, else 0.");
    storeErrors =
        new WordCounters(
            to.counter(
                "grapevine_store_errors_total",
                "Times that the store could not write, and damaged values that it found.",
                "kind"));
    commit = to.seconds("grapevine_store_commit_seconds", "Duration of a commit to disk.");
    lag =
        to.seconds(
            "grapevine_eventloop_lag_seconds", "How late the event loop comes to what is due.");
  }

  public void onSample(NodeView.Status status, NodeView.Gauges gauges, StoreUse store) {
    inbound.set(status.peersInbound());
    outbound.set(status.peersOutbound());
    gauges.addresses().forEach((state, count) -> addressTable.labels(state).set(count));
    sendQueue.set((double) gauges.sendQueueBytes());
    OptionalLong offsetMicros = gauges.clockOffsetMicros();
    clockOffset.set(offsetMicros.isPresent() ? offsetMicros.getAsLong() / 1e6 : Double.NaN);
    poolTransactions.set(status.poolTransactions());
    poolBytes.set((double) status.poolBytes());
    bestHeight.set((double) status.bestHeight());
    tips.set(status.tips());
    clockJump.set(status.clockJumpMillis() / 1e3);
    storeEntries.set((double) store.entries);
    storeBytes.set((double) store.bytes);
    storeMapUsed.set(store.mapUsedRatio);
    diskFree.set((double) store.diskFreeBytes);
    storeReadOnly.set(store.readOnly ? 1 : 0);
  }

  /**
   * Nothing is stored any more, or a stored value is damaged; {@code kind} is a word of the code.
   */
  public void onStoreError(String kind) {
    storeErrors.add(kind, 1);
  }

  /** A commit to disk has ended. */
  public void onCommit(long tookNanos) {
    commit.observe(tookNanos / 1e9);
  }

  /** The event loop ran something that was due {@code lagNanos} ago. */
  public void onLoopLag(long lagNanos) {
    lag.observe(lagNanos / 1e9);
  }
}
