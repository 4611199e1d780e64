package grapevine.node.model;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.crypto.Signature;
import java.nio.ByteBuffer;

/** Bounds-checked reads that name the field they miss. */
final class Fields {
  private Fields() {}

  static void need(ByteBuffer in, int bytes, String field) throws MalformedException {
    if (in.remaining() < bytes) {
      throw new MalformedException(
          field + " cut off: " + in.remaining() + " bytes left, expected " + bytes);
    }
  }

  static int u8(ByteBuffer in, String field) throws MalformedException {
    need(in, 1, field);
    return Byte.toUnsignedInt(in.get());
  }

  static int u16(ByteBuffer in, String field) throws MalformedException {
    need(in, 2, field);
    return Short.toUnsignedInt(in.getShort());
  }

  static long u32(ByteBuffer in, String field) throws MalformedException {
    need(in, 4, field);
    return Integer.toUnsignedLong(in.getInt());
  }

  /** A u64 whose highest bit must be zero, so that it is a plain non-negative {@code long}. */
  static long u63(ByteBuffer in, String field) throws MalformedException {
    need(in, 8, field);
    long value = in.getLong();
    if (value < 0) {
      throw new MalformedException(
          field + " " + Long.toUnsignedString(value) + ", expected below 2^63");
    }
    return value;
  }

  static Hash256 hash(ByteBuffer in, String field) throws MalformedException {
    need(in, Hash256.BYTES, field);
    return Hash256.read(in);
  }

  static PublicKey key(ByteBuffer in, String field) throws MalformedException {
    need(in, PublicKey.BYTES, field);
    return PublicKey.read(in);
  }

  static Signature signature(ByteBuffer in, String field) throws MalformedException {
    need(in, Signature.BYTES, field);
    return Signature.read(in);
  }

  static byte[] bytes(ByteBuffer in, int length, String field) throws MalformedException {
    need(in, length, field);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
