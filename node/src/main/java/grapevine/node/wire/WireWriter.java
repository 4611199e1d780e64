package grapevine.node.wire;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes messages into one buffer that grows to the longest message so far and is used again; or
 * only counts what it would write, for whoever needs to know a length and no bytes. Confined to one
 * thread.
 */
public final class WireWriter {
  private static final int BYTES_INITIAL = 512;

  private final boolean measures;
  private ByteBuffer out;
  private int counted;

  /** A writer that writes. */
  public WireWriter() {
    measures = false;
    out = ByteBuffer.allocate(BYTES_INITIAL);
  }

  private WireWriter(ByteBuffer none) {
    measures = true;
    out = none;
  }

  /** A writer that only counts. */
  public static WireWriter measuring() {
    return new WireWriter(ByteBuffer.allocate(0));
  }

  void clear() {
    out.clear();
    counted = 0;
  }

  int position() {
    return measures ? counted : out.position();
  }

  void skip(int bytes) {
    if (!counts(bytes)) {
      room(bytes).position(out.position() + bytes);
    }
  }

  /** Counts so many bytes and is done, when that is all that is asked for. */
  private boolean counts(int bytes) {
    counted += bytes;
    return measures;
  }

  /** So many bytes that somebody else knows to write. */
  WireWriter put(int bytes, Consumer<ByteBuffer> writer) {
    if (!counts(bytes)) {
      writer.accept(room(bytes));
    }
    return this;
  }

  /** What stands from {@code from} to the position; valid until the writer is used again. */
  ByteBuffer slice(int from) {
    return out.duplicate().flip().position(from);
  }

  /** The buffer, with room for so many more bytes. */
  private ByteBuffer room(int bytes) {
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
    if (!counts(1)) {
      room(1).put((byte) value);
    }
    return this;
  }

  WireWriter u16(int value) {
    if (!counts(2)) {
      room(2).putShort((short) value);
    }
    return this;
  }

  WireWriter u32(long value) {
    if (!counts(4)) {
      room(4).putInt((int) value);
    }
    return this;
  }

  WireWriter u64(long value) {
    if (!counts(8)) {
      room(8).putLong(value);
    }
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
    if (!counts(Hash256.BYTES)) {
      hash.write(room(Hash256.BYTES));
    }
    return this;
  }

  WireWriter itemId(ItemId id) {
    return u8(id.kind().code()).hash(id.hash());
  }

  WireWriter text(String text, int charsMax) {
    require(text.length(), charsMax, "characters");
    u8(text.length());
    if (!counts(text.length())) {
      room(text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }
    return this;
  }

  WireWriter bytes(ByteBuffer bytes) {
    if (!counts(bytes.remaining())) {
      room(bytes.remaining()).put(bytes.duplicate());
    }
    return this;
  }

  WireWriter nodeRecord(NodeRecord nodeRecord) {
    u16(nodeRecord.sizeBytes());
    if (!counts(nodeRecord.sizeBytes())) {
      nodeRecord.write(room(nodeRecord.sizeBytes()));
    }
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
