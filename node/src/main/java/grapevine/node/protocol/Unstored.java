package grapevine.node.protocol;

import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Accepted items that the store had no room for: relayed from memory, and put again once a second,
 * in the order in which they came, until the store takes them. So a node whose disk is full goes on
 * relaying, and owes its disk nothing when there is space again. Confined to the core's thread.
 *
 * <p>Bounded: blocks by {@link #BLOCK_BYTES_MAX}, and without room for a block none is accepted;
 * sync asks for it again later. Transactions are those of the pool, whose bytes count there; each
 * that leaves the pool leaves here ({@link #forget}).
 */
final class Unstored implements Component {
  /** Two of the largest blocks, sixteen of the default size. */
  static final long BLOCK_BYTES_MAX = 16 << 20;

  private static final long RETRY_NANOS = 1_000_000_000;

  private final ItemStore store;
  private final Map<ItemId, Item> items = new LinkedHashMap<>();
  private long blockBytes;
  private long retryNanos = NEVER;

  Unstored(ItemStore store) {
    this.store = store;
  }

  /**
   * Puts an item into the store, behind those that wait for it, or keeps it here.
   *
   * @return whether the store has it
   */
  boolean put(Item item, long nowNanos) {
    if (items.isEmpty() && store.put(item) != PutResult.FULL) {
      return true;
    }
    if (items.putIfAbsent(item.id(), item) == null) {
      blockBytes += blockBytes(item);
      retryNanos = StrictMath.min(retryNanos, nowNanos + RETRY_NANOS);
    }
    return false;
  }

  private static long blockBytes(Item item) {
    return item instanceof Block ? item.sizeBytes() : 0;
  }

  /** Whether a block of this size may be accepted, should the store have no room for it. */
  boolean hasRoom(long bytes) {
    return blockBytes + bytes <= BLOCK_BYTES_MAX;
  }

  Optional<Item> item(ItemId id) {
    return Optional.ofNullable(items.get(id));
  }

  void forget(ItemId id) {
    Item item = items.remove(id);
    if (item != null) {
      blockBytes -= blockBytes(item);
      retryNanos = items.isEmpty() ? NEVER : retryNanos;
    }
  }

  @Override
  public void onTimer(long nowNanos) {
    Iterator<Item> waiting = items.values().iterator();
    boolean taken = true;
    while (taken && waiting.hasNext()) {
      Item item = waiting.next();
      taken = store.put(item) != PutResult.FULL;
      if (taken) {
        waiting.remove();
        blockBytes -= blockBytes(item);
      }
    }
    retryNanos = items.isEmpty() ? NEVER : nowNanos + RETRY_NANOS;
  }

  @Override
  public long nextDeadlineNanos() {
    return retryNanos;
  }

  @Override
  public void checkInvariants() {
    long bytes = items.values().stream().mapToLong(Unstored::blockBytes).sum();
    require(bytes == blockBytes, "bytes of blocks are miscounted");
    require(bytes <= BLOCK_BYTES_MAX, "too many bytes of blocks");
    require(items.isEmpty() == (retryNanos == NEVER), "they are tried again while there are any");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("unstored items: " + what);
    }
  }
}
