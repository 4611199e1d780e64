package grapevine.node.api;

import grapevine.node.metrics.Account;
import grapevine.node.metrics.ItemTrace;
import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.NodeView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The node, as the API sees it. Any thread may call; every method returns at once, and its future
 * ends on a thread of the node. A node that is stopping ends futures with a {@link
 * java.util.concurrent.RejectedExecutionException}; any other failure is a defect of the node.
 */
public interface NodeGate {
  CompletableFuture<NodeView.Status> status();

  /**
   * Whether the node stores what is new.
   *
   * @param problem why it does not: a word of the code; null when it does
   * @param detail the same as a sentence, for who may know paths
   * @param diskFreeBytes what the store's file system has left
   */
  record StoreState(@Nullable String problem, @Nullable String detail, long diskFreeBytes) {}

  /** Answers at once, whatever the core does. */
  StoreState store();

  /** Whether the node has begun to stop: it still answers, and wants no new work. */
  boolean isDraining();

  /** A ready peer, and what has passed between it and the node. */
  record PeerReport(NodeView.Peer peer, Account account) {}

  CompletableFuture<List<PeerReport>> peers();

  /**
   * Nodes that are known, connected or not.
   *
   * @param services bits that each must offer
   */
  CompletableFuture<List<NodeView.Known>> known(long services, int countMax);

  /**
   * What has passed between the node and all its peers, also those that have gone.
   *
   * @param sinceNanos how long the node has counted
   * @param socketBytesIn with records, tags and handshakes
   */
  record Traffic(Account account, long sinceNanos, long socketBytesIn, long socketBytesOut) {}

  CompletableFuture<Traffic> traffic();

  CompletableFuture<NodeView.PoolUse> pool();

  /** What the node did with an item, if it remembers. */
  CompletableFuture<Optional<ItemTrace>> trace(ItemId id);

  CompletableFuture<List<NodeView.Tip>> tips();

  CompletableFuture<NodeView.SetDigest> digest();

  CompletableFuture<Optional<Item>> item(ItemId id);

  /** One stored item at its place in the order of storing. */
  record Stored(long position, ItemId id) {}

  /**
   * Stored, durable items behind a position, ascending.
   *
   * @param position of the last that the caller knows; 0 for none
   * @param countMax at least 1
   */
  CompletableFuture<List<Stored>> since(long position, int countMax);

  /**
   * Checks and takes in transactions of this node's user. Ends when every one that is held has
   * reached the disk.
   *
   * @return what became of each, in the order given
   */
  CompletableFuture<List<NodeView.Submission>> submit(List<Transaction> transactions);

  /**
   * Checks and takes in a block that one of the network's producers has signed, and all that it
   * carries. Ends when it has reached the disk, if it is held.
   */
  CompletableFuture<NodeView.Submission> submit(Block block);

  /**
   * Opens a stream of events, to be closed by the caller.
   *
   * @param events names of the wanted events; empty for all
   * @return ends with an {@link IllegalArgumentException} when no event has one of the names
   */
  CompletableFuture<EventStream> subscribe(Set<String> events);

  /** Events for one reader, on one thread. */
  interface EventStream extends AutoCloseable {
    /**
     * The next JSON lines, each ended by a line feed; waits for the first at most so long, and then
     * a moment for those that come with it.
     *
     * @return UTF-8; empty when nothing came in time
     */
    byte[] take(long timeoutNanos) throws InterruptedException;

    @Override
    void close();
  }
}
