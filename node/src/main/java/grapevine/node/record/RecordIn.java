package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import grapevine.node.wire.MessageReader;
import grapevine.node.wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Bounds-checked reads of what {@link RecordOut} wrote; what does not fit is named. */
final class RecordIn {
  private final ByteBuffer in;

  RecordIn(ByteBuffer in) {
    this.in = in;
  }

  /** One entry of a list. */
  interface Entry<T> {
    T read(RecordIn in) throws MalformedException;
  }

  /** The bytes of a length that stands before them, as a buffer of their own. */
  ByteBuffer block(String field) throws MalformedException {
    long length = varint(field + " length");
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException(
          field + " of " + length + " bytes, but " + in.remaining() + " are left");
    }
    ByteBuffer block = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return block;
  }

  private void need(int bytes, String field) throws MalformedException {
    if (in.remaining() < bytes) {
      throw new MalformedException(
          field + " cut off: " + in.remaining() + " bytes left, expected " + bytes);
    }
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  int u8(String field) throws MalformedException {
    need(1, field);
    return Byte.toUnsignedInt(in.get());
  }

  int u32(String field) throws MalformedException {
    need(4, field);
    return in.getInt();
  }

  long u64(String field) throws MalformedException {
    need(8, field);
    return in.getLong();
  }

  long varint(String field) throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8(field);
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException(field + " is no varint: expected at most 10 bytes");
  }

  /** A varint that fits a positive int. */
  int number(String field) throws MalformedException {
    long value = varint(field);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new MalformedException(field + " " + value + ", expected below 2^31");
    }
    return (int) value;
  }

  <T> List<T> list(String field, Entry<T> entry) throws MalformedException {
    int count = number(field + " count");
    List<T> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(entry.read(this));
    }
    return List.copyOf(list);
  }

  String text(String field) throws MalformedException {
    return StandardCharsets.UTF_8.decode(block(field)).toString();
  }

  Hash256 hash(String field) throws MalformedException {
    need(Hash256.BYTES, field);
    return Hash256.read(in);
  }

  PublicKey key(String field) throws MalformedException {
    need(PublicKey.BYTES, field);
    return PublicKey.read(in);
  }

  PeerId peer() throws MalformedException {
    return new PeerId(varint("peer"));
  }

  Item item() throws MalformedException {
    ItemKind kind = ItemKind.of(u8("item kind"));
    return Item.read(kind, block("item"));
  }

  BlockHeader header() throws MalformedException {
    return BlockHeader.read(in);
  }

  NodeAddress address() throws MalformedException {
    return NodeAddress.read(in);
  }

  NodeRecord nodeRecord() throws MalformedException {
    ByteBuffer block = block("node record");
    return NodeRecord.read(block, block.remaining());
  }

  Message message() throws MalformedException {
    if (u8("message form") == 0) {
      return new Message.Unknown(number("message type"), number("message length"));
    }
    List<Message> messages = new ArrayList<>();
    try {
      new MessageReader(MessageCodec.BODY_BYTES_MAX)
          .read(block("message"), (message, frameBytes) -> messages.add(message));
    } catch (ProtocolViolation e) {
      throw new MalformedException("message: " + e.detail());
    }
    if (messages.size() != 1) {
      throw new MalformedException(messages.size() + " messages in a frame, expected 1");
    }
    return messages.getFirst();
  }

  /** The constant with this name. */
  <E extends Enum<E>> E constant(Class<E> type, String field) throws MalformedException {
    String name = text(field);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new MalformedException(field + " is not known to this build");
  }

  void end() throws MalformedException {
    if (in.hasRemaining()) {
      throw new MalformedException(in.remaining() + " bytes too many in the frame");
    }
  }
}
