package grapevine.crypto;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 public key (RFC 8032) as its 32 bytes, in unsigned order. Immutable. Any 32 bytes make
 * one: whether they encode a usable point is judged by {@link Ed25519#isValidKey} and at
 * verification, so that a key can be read from the wire before anybody pays for arithmetic.
 *
 * <p>Held as four big-endian longs, as {@link Hash256} is: keys are looked up for every connection
 * and every record of a node, and an array would be one more place in memory to look at.
 */
public final class PublicKey implements Comparable<PublicKey> {
  public static final int BYTES = 32;

  private final long w0;
  private final long w1;
  private final long w2;
  private final long w3;

  private PublicKey(long w0, long w1, long w2, long w3) {
    this.w0 = w0;
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
  }

  /**
   * @throws IllegalArgumentException unless there are exactly 32 bytes
   */
  public static PublicKey of(byte[] bytes) {
    return read(ByteBuffer.wrap(FixedBytes.need(bytes, BYTES, "a public key")));
  }

  /**
   * Takes the next 32 bytes.
   *
   * @throws java.nio.BufferUnderflowException if fewer remain; the caller checks that
   */
  public static PublicKey read(ByteBuffer in) {
    return new PublicKey(
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
  public static PublicKey fromHex(String hex) {
    return of(FixedBytes.parse(hex, BYTES, "a public key"));
  }

  /** 64 lower-case digits. */
  public String toHex() {
    return HexFormat.of().formatHex(toBytes());
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
  public int compareTo(PublicKey other) {
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
    return other instanceof PublicKey key
        && w0 == key.w0
        && w1 == key.w1
        && w2 == key.w2
        && w3 == key.w3;
  }

  /** Salted per process, as {@link Hash256#hashCode()}. */
  @Override
  public int hashCode() {
    return SaltedHash.of(w0, w1, w2, w3);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
