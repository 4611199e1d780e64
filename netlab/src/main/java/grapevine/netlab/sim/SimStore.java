package grapevine.netlab.sim;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.storage.MemoryItemStore;
import java.util.Optional;
import java.util.function.Consumer;

/** A node's store as the lab sees it: it can lose power. */
interface SimStore extends ItemStore {
  /** The process is gone: what had not reached the disk is lost. */
  void crash();

  /** The disk is gone. */
  void wipe();

  /** Counts the crashes: what was promised in another life is not promised any more. */
  int life();

  /** A store for nodes that never crash: all in memory, nothing to lose. */
  static SimStore lasting(long bytesMax) {
    return new Lasting(bytesMax);
  }

  /** In memory, and still there after a crash. */
  final class Lasting implements SimStore {
    private final long bytesMax;
    private MemoryItemStore items;

    private Lasting(long bytesMax) {
      this.bytesMax = bytesMax;
      items = new MemoryItemStore(bytesMax);
    }

    @Override
    public void crash() {}

    @Override
    public int life() {
      return 0;
    }

    @Override
    public void wipe() {
      items = new MemoryItemStore(bytesMax);
    }

    @Override
    public PutResult put(Item item) {
      return items.put(item);
    }

    @Override
    public boolean contains(ItemId id) {
      return items.contains(id);
    }

    @Override
    public Optional<Item> item(ItemId id) {
      return items.item(id);
    }

    @Override
    public void remove(ItemId id) {
      items.remove(id);
    }

    @Override
    public long position() {
      return items.position();
    }

    @Override
    public long committedPosition() {
      return items.committedPosition();
    }

    @Override
    public void sync() {
      items.sync();
    }

    @Override
    public void headers(Consumer<BlockHeader> sink) {
      items.headers(sink);
    }

    @Override
    public void transactions(long wallMillis, Consumer<Transaction> sink) {
      items.transactions(wallMillis, sink);
    }
  }
}
