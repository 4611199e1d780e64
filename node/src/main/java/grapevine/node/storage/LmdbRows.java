package grapevine.node.storage;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.MalformedException;
import java.nio.ByteBuffer;

/**
 * The bytes of keys and values, see {@link LmdbTables}: writing them into buffers that are used
 * again, since LMDB takes direct buffers only and those are dear; and reading them with suspicion.
 * One instance per thread; what a method returns holds until the next call of one that fills the
 * same buffer.
 */
final class LmdbRows {
  static final int POSITION_BYTES = Long.BYTES;
  static final int HEADER_KEY_BYTES = Long.BYTES + Hash256.BYTES;

  /** One row, copied. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Row(byte[] key, byte[] value) {}

  private final ByteBuffer key = ByteBuffer.allocateDirect(HEADER_KEY_BYTES);
  private final ByteBuffer value = ByteBuffer.allocateDirect(BlockHeader.BYTES);

  ByteBuffer hashKey(Hash256 hash) {
    hash.write(key.clear());
    return key.flip();
  }

  ByteBuffer headerKey(BlockHeader header) {
    header.hash().write(key.clear().putLong(header.height()));
    return key.flip();
  }

  ByteBuffer positionKey(long position) {
    return key.clear().putLong(position).flip();
  }

  ByteBuffer key(byte[] bytes) {
    return key.clear().put(bytes).flip();
  }

  ByteBuffer logValue(ItemId id) {
    id.hash().write(value.clear().put((byte) id.kind().code()));
    return value.flip();
  }

  ByteBuffer headerValue(BlockHeader header) {
    header.write(value.clear());
    return value.flip();
  }

  ByteBuffer number(long number) {
    return value.clear().putLong(number).flip();
  }

  /** A key of another length means that the tree itself is damaged. */
  static void requireKey(ByteBuffer key, int bytes) {
    if (key.remaining() != bytes) {
      throw new IndexOutOfBoundsException(
          "key of " + key.remaining() + " bytes, expected " + bytes);
    }
  }

  /** The hash in a key of headers, which stays as it is. */
  static Hash256 headerHash(ByteBuffer key) {
    requireKey(key, HEADER_KEY_BYTES);
    return Hash256.read(key.duplicate().position(Long.BYTES));
  }

  static long headerHeight(Row row) {
    return ByteBuffer.wrap(row.key).getLong();
  }

  static ItemId headerId(Row row) {
    return ItemId.block(headerHash(ByteBuffer.wrap(row.key)));
  }

  /**
   * Reads the value of an item and compares it with its id: all bytes of a transaction go into its
   * id; of a block the header does, and its transactions through the root that stands there.
   *
   * @throws DamagedValueException when the value is not that item
   */
  static Item parseItem(ItemId id, byte[] value) throws DamagedValueException {
    if (value.length < POSITION_BYTES) {
      throw damaged(id, "it has " + value.length + " bytes", "at least " + POSITION_BYTES);
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(value, POSITION_BYTES, value.length - POSITION_BYTES);
      Item item = Item.read(id.kind(), in);
      if (!item.id().equals(id)) {
        throw damaged(id, "its bytes hash to " + item.id().hash(), "the hash it is stored under");
      }
      if (item instanceof Block block
          && !Block.transactionRoot(block.transactions())
              .equals(block.header().transactionRoot())) {
        throw damaged(id, "its transactions have another root", "the root in its header");
      }
      return item;
    } catch (MalformedException e) {
      throw damaged(id, e.detail(), "the item that was stored");
    }
  }

  /** Likewise for a row of the table of headers. */
  static BlockHeader parseHeader(Row row) throws DamagedValueException {
    ItemId id = headerId(row);
    try {
      BlockHeader header = BlockHeader.read(ByteBuffer.wrap(row.value));
      if (!header.id().equals(id)) {
        throw damaged(id, "its header hashes to " + header.hash(), "the hash it is stored under");
      }
      return header;
    } catch (MalformedException e) {
      throw damaged(id, e.detail(), "the header that was stored");
    }
  }

  private static DamagedValueException damaged(ItemId id, String found, String expected) {
    return new DamagedValueException(
        "stored " + id + " is damaged: " + found + "; expected " + expected);
  }
}
