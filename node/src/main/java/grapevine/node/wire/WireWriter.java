package grapevine.node.wire;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes messages into one buffer that grows to the longest message so far and is used again.
 * Confined to one thread.
 */
public final class WireWriter {
  private static final int BYTES_INITIAL = 512;

  private ByteBuffer out = ByteBuffer.allocate(BYTES_INITIAL);

  void clear() {
    out.clear();
  }

  int position() {
    return out.position();
  }

  void skip(int bytes) {
    room(bytes).position(out.position() + bytes);
  }

  /** What stands from {@code from} to the position; valid until the writer is used again. */
  ByteBuffer slice(int from) {
    return out.duplicate().flip().position(from);
  }

  /** The buffer, with room for so many more bytes. */
  ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int needed = out.position() + bytes;
      ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, out.capacity() * 2));
      out = larger.put(out.flip());
    }
    return out;
  }

  void u8At(int index, int value) {
    out.put(index, (byte) value);
  }

  WireWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  WireWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  WireWriter u32(long value) {
    room(4).putInt((int) value);
    return this;
  }

  WireWriter u64(long value) {
    room(8).putLong(value);
    return this;
  }

  WireWriter varint(int value) {
    int rest = value;
    while (rest >= 0x80) {
      u8((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    return u8(rest);
  }

  WireWriter hash(Hash256 hash) {
    hash.write(room(Hash256.BYTES));
    return this;
  }

  WireWriter itemId(ItemId id) {
    return u8(id.kind().code()).hash(id.hash());
  }

  WireWriter text(String text, int charsMax) {
    require(text.length(), charsMax, "characters");
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    u8(bytes.length).room(bytes.length).put(bytes);
    return this;
  }

  WireWriter bytes(ByteBuffer bytes) {
    room(bytes.remaining()).put(bytes.duplicate());
    return this;
  }

  WireWriter nodeRecord(NodeRecord nodeRecord) {
    u16(nodeRecord.sizeBytes());
    nodeRecord.write(room(nodeRecord.sizeBytes()));
    return this;
  }

  <T> WireWriter list(List<T> list, int countMax, BiConsumer<WireWriter, T> entry) {
    require(list.size(), countMax, "entries");
    varint(list.size());
    list.forEach(element -> entry.accept(this, element));
    return this;
  }

  /** A peer would disconnect and ban us for more: our mistake, found where it is made. */
  private static void require(int count, int countMax, String what) {
    if (count > countMax) {
      throw new IllegalArgumentException(count + " " + what + ", expected at most " + countMax);
    }
  }
}
