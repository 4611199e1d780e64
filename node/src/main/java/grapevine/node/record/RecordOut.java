package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import grapevine.node.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of one frame, in a buffer that grows and is used again. Confined to one thread. */
final class RecordOut {
  private static final int BYTES_INITIAL = 1024;

  private final WireWriter scratch = new WireWriter();
  private byte[] bytes = new byte[BYTES_INITIAL];
  private int size;

  RecordOut clear() {
    size = 0;
    return this;
  }

  int size() {
    return size;
  }

  /** All of it; valid until something is written. */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  byte[] array() {
    return bytes;
  }

  private ByteBuffer room(int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * (size + count)));
    }
    ByteBuffer room = ByteBuffer.wrap(bytes, size, count);
    size += count;
    return room;
  }

  RecordOut u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  RecordOut u32(int value) {
    room(4).putInt(value);
    return this;
  }

  RecordOut u64(long value) {
    room(8).putLong(value);
    return this;
  }

  /** Unsigned LEB128 of all 64 bits. */
  RecordOut varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      u8((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    return u8((int) rest);
  }

  RecordOut bytes(ByteBuffer from) {
    room(from.remaining()).put(from.duplicate());
    return this;
  }

  /** varint length, bytes. */
  RecordOut block(byte[] from) {
    varint(from.length);
    return bytes(ByteBuffer.wrap(from));
  }

  /** varint length, UTF-8. */
  RecordOut text(String text) {
    return block(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Its name: a number would change with the order of the constants. */
  RecordOut constant(Enum<?> constant) {
    return text(constant.name());
  }

  RecordOut hash(Hash256 hash) {
    hash.write(room(Hash256.BYTES));
    return this;
  }

  RecordOut key(PublicKey key) {
    key.write(room(PublicKey.BYTES));
    return this;
  }

  RecordOut itemId(ItemId id) {
    return u8(id.kind().code()).hash(id.hash());
  }

  /** u8 kind, varint length, canonical encoding. */
  RecordOut item(Item item) {
    u8(item.id().kind().code()).varint(item.sizeBytes());
    item.write(room(item.sizeBytes()));
    return this;
  }

  RecordOut address(NodeAddress address) {
    address.write(room(address.sizeBytes()));
    return this;
  }

  /** varint length, node record. */
  RecordOut nodeRecord(NodeRecord nodeRecord) {
    varint(nodeRecord.sizeBytes());
    nodeRecord.write(room(nodeRecord.sizeBytes()));
    return this;
  }

  /** u8 1, varint length, frame; or, for a message of a type unknown to us, u8 0, code, length. */
  RecordOut message(Message message) {
    if (message instanceof Message.Unknown unknown) {
      return u8(0).varint(unknown.code()).varint(unknown.bodyBytes());
    }
    ByteBuffer frame = MessageCodec.encode(message, scratch);
    return u8(1).varint(frame.remaining()).bytes(frame);
  }
}
