package grapevine.node.model;

import java.nio.ByteBuffer;

/** What gossip spreads: a transaction or a block. Immutable; one canonical encoding per id. */
public sealed interface Item permits Transaction, Block {
  ItemId id();

  /** Length of the canonical encoding in bytes. */
  int sizeBytes();

  /** Writes the canonical encoding, {@link #sizeBytes()} bytes. */
  void write(ByteBuffer out);

  /** The canonical encoding in an array of its own. */
  default byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(sizeBytes());
    write(out);
    return out.array();
  }

  /** Reads one item that fills {@code in} to its end. */
  static Item read(ItemKind kind, ByteBuffer in) throws MalformedException {
    Item item =
        switch (kind) {
          case TRANSACTION -> Transaction.read(in);
          case BLOCK -> Block.read(in);
        };
    if (in.hasRemaining()) {
      throw new MalformedException(
          in.remaining() + " bytes after the " + kind.label() + ", expected 0");
    }
    return item;
  }
}
