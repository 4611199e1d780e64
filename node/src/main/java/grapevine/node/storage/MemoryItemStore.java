package grapevine.node.storage;

import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemLog;
import grapevine.node.protocol.port.ItemStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Items in memory only: for tests, the lab, and a node that must not write. Confined to the core's
 * thread. Everything put counts as committed, because there is nothing a crash could leave behind.
 * One map and nothing else, since a simulation keeps one of these per node; so {@link #since} walks
 * all items.
 */
public final class MemoryItemStore implements ItemStore, ItemLog {
  /** What an item costs beside its bytes: map entry, holder, id. */
  static final long ITEM_BYTES = 160;

  private record Stored(long position, Item item) {}

  private final long bytesMax;

  /** In the order of their positions. */
  private final Map<ItemId, Stored> items = new LinkedHashMap<>();

  private long bytes;
  private long position;

  /**
   * @param bytesMax puts that would exceed it answer FULL
   */
  public MemoryItemStore(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public PutResult put(Item item) {
    if (items.containsKey(item.id())) {
      return PutResult.PRESENT;
    }
    long cost = cost(item);
    if (bytes + cost > bytesMax) {
      return PutResult.FULL;
    }
    position++;
    bytes += cost;
    items.put(item.id(), new Stored(position, item));
    return PutResult.STORED;
  }

  private static long cost(Item item) {
    return ITEM_BYTES + item.sizeBytes();
  }

  @Override
  public boolean contains(ItemId id) {
    return items.containsKey(id);
  }

  @Override
  public Optional<Item> item(ItemId id) {
    return Optional.ofNullable(items.get(id)).map(Stored::item);
  }

  @Override
  public void remove(ItemId id) {
    Stored removed = items.remove(id);
    if (removed != null) {
      bytes -= cost(removed.item);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long committedPosition() {
    return position;
  }

  @Override
  public void sync() {}

  @Override
  public void headers(Consumer<BlockHeader> sink) {
    List<BlockHeader> headers = new ArrayList<>();
    for (Stored stored : items.values()) {
      if (stored.item instanceof Block block) {
        headers.add(block.header());
      }
    }
    headers.sort(Comparator.comparingLong(BlockHeader::height).thenComparing(BlockHeader::hash));
    headers.forEach(sink);
  }

  @Override
  public void transactions(long wallMillis, Consumer<Transaction> sink) {
    for (Stored stored : List.copyOf(items.values())) {
      if (stored.item instanceof Transaction transaction) {
        if (transaction.expiryMillis() > wallMillis) {
          sink.accept(transaction);
        } else {
          remove(transaction.id());
        }
      }
    }
  }

  @Override
  public List<Entry> since(long position, int countMax) {
    List<Entry> entries = new ArrayList<>();
    for (Stored stored : items.values()) {
      if (stored.position > position) {
        entries.add(new Entry(stored.position, stored.item.id()));
        if (entries.size() == countMax) {
          break;
        }
      }
    }
    return entries;
  }
}
