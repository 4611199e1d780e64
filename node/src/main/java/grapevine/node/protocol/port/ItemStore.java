package grapevine.node.protocol.port;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where accepted items live. Confined to the core's thread; what was put is seen at once, and is on
 * disk when {@link #committedPosition()} has passed its position.
 */
public interface ItemStore {
  /** What became of a put. */
  enum PutResult {
    STORED,
    PRESENT,
    /** No room: nothing changed; the item can still be relayed from memory. */
    FULL
  }

  PutResult put(Item item);

  boolean contains(ItemId id);

  /** The item; every value read from disk has been checked against its hash. */
  Optional<Item> item(ItemId id);

  /** Forgets an item; does nothing when it is not there. */
  void remove(ItemId id);

  /**
   * Number of puts that stored something so far, over the life of the store: position of the last.
   */
  long position();

  /** All puts up to this position are durable. */
  long committedPosition();

  /**
   * Asks for a commit of everything up to {@link #position()} soon, instead of within a second:
   * called for submissions.
   */
  void sync();

  /** Reads every stored header in ascending height; at start. */
  void headers(Consumer<BlockHeader> sink);

  /**
   * Reads every stored transaction that is still unexpired at {@code wallMillis}, and forgets the
   * others; at start.
   */
  void transactions(long wallMillis, Consumer<Transaction> sink);
}
