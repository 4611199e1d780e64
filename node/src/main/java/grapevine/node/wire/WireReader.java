package grapevine.node.wire;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Tlv;
import grapevine.node.model.Transaction;
import grapevine.node.wire.ProtocolViolation.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds-checked reads from the body of one message. Whatever is wrong becomes a {@link
 * ProtocolViolation} that names the field; nothing is allocated from a count or length before the
 * bytes for it are known to be there.
 */
final class WireReader {
  private final ByteBuffer in;

  /** Reads {@code body} from its position to its limit. */
  WireReader(ByteBuffer body) {
    in = body;
  }

  /** One entry of a list. */
  interface Entry<T> {
    T read(WireReader in) throws ProtocolViolation;
  }

  private void need(int bytes, String field) throws ProtocolViolation {
    if (in.remaining() < bytes) {
      throw malformed(field + " cut off: " + in.remaining() + " bytes left, expected " + bytes);
    }
  }

  static ProtocolViolation malformed(String detail) {
    return new ProtocolViolation(Reason.MALFORMED, detail);
  }

  int u8(String field) throws ProtocolViolation {
    need(1, field);
    return Byte.toUnsignedInt(in.get());
  }

  int u16(String field) throws ProtocolViolation {
    need(2, field);
    return Short.toUnsignedInt(in.getShort());
  }

  long u32(String field) throws ProtocolViolation {
    need(4, field);
    return Integer.toUnsignedLong(in.getInt());
  }

  /** A u32 below 2^31. */
  int u31(String field) throws ProtocolViolation {
    long value = u32(field);
    if (value > Integer.MAX_VALUE) {
      throw malformed(field + " " + value + ", expected below 2^31");
    }
    return (int) value;
  }

  /** All 64 bits as they are. */
  long u64(String field) throws ProtocolViolation {
    need(8, field);
    return in.getLong();
  }

  /** A u64 below 2^63. */
  long u63(String field) throws ProtocolViolation {
    long value = u64(field);
    if (value < 0) {
      throw malformed(field + " " + Long.toUnsignedString(value) + ", expected below 2^63");
    }
    return value;
  }

  /** Unsigned LEB128 in its shortest form, below 2^31. */
  int varint(String field) throws ProtocolViolation {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = u8(field);
      if ((shift == 28 && next > 7) || (shift > 0 && next == 0)) {
        throw malformed(field + " is no varint: expected its shortest form, below 2^31");
      }
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw malformed(field + " is no varint: expected at most 5 bytes");
  }

  Hash256 hash(String field) throws ProtocolViolation {
    need(Hash256.BYTES, field);
    return Hash256.read(in);
  }

  ItemId itemId(String field) throws ProtocolViolation {
    try {
      ItemKind kind = ItemKind.of(u8(field + " kind"));
      return new ItemId(kind, hash(field + " hash"));
    } catch (MalformedException e) {
      throw malformed(e.detail());
    }
  }

  /** u8 length, printable ASCII. */
  String text(int charsMax, String field) throws ProtocolViolation {
    int length = u8(field + " length");
    if (length > charsMax) {
      throw malformed(field + " of " + length + " characters, expected at most " + charsMax);
    }
    need(length, field);
    byte[] bytes = new byte[length];
    in.get(bytes);
    for (byte b : bytes) {
      if (b < ' ' || b > '~') {
        throw malformed(field + " holds byte " + (b & 0xFF) + ", expected printable ASCII");
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** A varint count within its bound, then so many entries of at least {@code entryBytesMin}. */
  <T> List<T> list(int countMax, int entryBytesMin, Reason excess, Entry<T> entry)
      throws ProtocolViolation {
    int count = varint("count");
    if (count > countMax) {
      throw new ProtocolViolation(excess, count + ">" + countMax);
    }
    need((int) Math.min((long) count * entryBytesMin, Integer.MAX_VALUE), "list");
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(entry.read(this));
    }
    return List.copyOf(list);
  }

  /** u16 length, node record. */
  NodeRecord nodeRecord() throws ProtocolViolation {
    int length = u16("node record length");
    try {
      return NodeRecord.read(in, length);
    } catch (MalformedException e) {
      throw malformed(e.detail());
    }
  }

  List<Tlv> tlvs(int countMax, int bytesMax) throws ProtocolViolation {
    try {
      return Tlv.readList(in, countMax, bytesMax);
    } catch (MalformedException e) {
      throw malformed(e.detail());
    }
  }

  Transaction transaction() throws ProtocolViolation {
    try {
      return Transaction.read(in);
    } catch (MalformedException e) {
      throw malformed(e.detail());
    }
  }

  BlockHeader header() throws ProtocolViolation {
    try {
      return BlockHeader.read(in);
    } catch (MalformedException e) {
      throw malformed(e.detail());
    }
  }

  /** A copy of everything to the end, within bounds. */
  ByteBuffer rest(int bytesMin, int bytesMax, String field) throws ProtocolViolation {
    int length = in.remaining();
    if (length < bytesMin || length > bytesMax) {
      throw malformed(field + " of " + length + " bytes, expected " + bytesMin + " to " + bytesMax);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  void end() throws ProtocolViolation {
    if (in.hasRemaining()) {
      throw malformed(in.remaining() + " bytes after the message, expected 0");
    }
  }
}
