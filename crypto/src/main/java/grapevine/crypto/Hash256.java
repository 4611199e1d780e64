package grapevine.crypto;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * 32 bytes that name something: the id of an item, a Merkle root, a network id. Immutable. Held as
 * four longs, because a node keeps millions of them and an array each would cost half as much
 * again.
 *
 * <p>The order is that of the bytes, unsigned. The hash code is salted per process: hashes on the
 * wire are chosen by peers, and a predictable code would let them fill one bucket of a table. So
 * the order in which a hash map iterates differs from run to run; the core never depends on it,
 * since iterating hash maps is forbidden there, and determinism is not disturbed.
 */
public final class Hash256 implements Comparable<Hash256> {
  public static final int BYTES = 32;
  public static final Hash256 ZERO = new Hash256(0, 0, 0, 0);

  private final long w0;
  private final long w1;
  private final long w2;
  private final long w3;

  private Hash256(long w0, long w1, long w2, long w3) {
    this.w0 = w0;
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
  }

  /**
   * @throws IllegalArgumentException unless there are exactly 32 bytes
   */
  public static Hash256 of(byte[] bytes) {
    return read(ByteBuffer.wrap(FixedBytes.need(bytes, BYTES, "a hash")));
  }

  /**
   * Takes the next 32 bytes, whatever the order of the buffer is set to.
   *
   * @throws java.nio.BufferUnderflowException if fewer remain; the caller checks that
   */
  public static Hash256 read(ByteBuffer in) {
    return new Hash256(
        FixedBytes.word(in), FixedBytes.word(in), FixedBytes.word(in), FixedBytes.word(in));
  }

  /** Puts 32 bytes. */
  public void write(ByteBuffer out) {
    FixedBytes.put(out, w0);
    FixedBytes.put(out, w1);
    FixedBytes.put(out, w2);
    FixedBytes.put(out, w3);
  }

  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    write(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /**
   * @throws IllegalArgumentException unless the text is 64 hexadecimal digits of either case
   */
  public static Hash256 fromHex(String hex) {
    return of(FixedBytes.parse(hex, BYTES, "a hash"));
  }

  /** 64 lower-case digits. */
  public String toHex() {
    return HexFormat.of().formatHex(toBytes());
  }

  /** The first eight bytes, big-endian: for keyed digests and buckets. */
  public long prefix64() {
    return w0;
  }

  /**
   * Bytes 8 × index to 8 × index + 7, big-endian.
   *
   * @param index 0 to 3
   */
  public long word(int index) {
    return switch (index) {
      case 0 -> w0;
      case 1 -> w1;
      case 2 -> w2;
      case 3 -> w3;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  @Override
  public int compareTo(Hash256 other) {
    if (w0 != other.w0) {
      return Long.compareUnsigned(w0, other.w0);
    }
    if (w1 != other.w1) {
      return Long.compareUnsigned(w1, other.w1);
    }
    if (w2 != other.w2) {
      return Long.compareUnsigned(w2, other.w2);
    }
    return Long.compareUnsigned(w3, other.w3);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Hash256 hash
        && w0 == hash.w0
        && w1 == hash.w1
        && w2 == hash.w2
        && w3 == hash.w3;
  }

  /** Salted per process, see the class. */
  @Override
  public int hashCode() {
    return SaltedHash.of(w0, w1, w2, w3);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
