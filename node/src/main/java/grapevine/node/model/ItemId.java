package grapevine.node.model;

import grapevine.crypto.Hash256;
import java.util.Comparator;

/**
 * The name of an item on the wire: what it is, and the hash over all its bytes (of a block: over
 * its whole header), signature included.
 */
public record ItemId(ItemKind kind, Hash256 hash) implements Comparable<ItemId> {
  /** u8 kind, 32-byte hash. */
  public static final int BYTES = 1 + Hash256.BYTES;

  private static final Comparator<ItemId> ORDER =
      Comparator.comparing(ItemId::kind).thenComparing(ItemId::hash);

  public static ItemId transaction(Hash256 hash) {
    return new ItemId(ItemKind.TRANSACTION, hash);
  }

  public static ItemId block(Hash256 hash) {
    return new ItemId(ItemKind.BLOCK, hash);
  }

  @Override
  public int compareTo(ItemId other) {
    return ORDER.compare(this, other);
  }

  /** {@code transaction:hex} or {@code block:hex}. */
  @Override
  public String toString() {
    return kind.label() + ":" + hash.toHex();
  }
}
