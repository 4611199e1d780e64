package grapevine.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 public key (RFC 8032) as its 32 bytes, in unsigned order. Immutable. Any 32 bytes make
 * one: whether they encode a usable point is judged by {@link Ed25519#isValidKey} and at
 * verification, so that a key can be read from the wire before anybody pays for arithmetic.
 */
public final class PublicKey implements Comparable<PublicKey> {
  public static final int BYTES = 32;

  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException unless there are exactly 32 bytes
   */
  public static PublicKey of(byte[] bytes) {
    return new PublicKey(FixedBytes.copy(bytes, BYTES, "a public key"));
  }

  /**
   * Takes the next 32 bytes.
   *
   * @throws java.nio.BufferUnderflowException if fewer remain; the caller checks that
   */
  public static PublicKey read(ByteBuffer in) {
    return new PublicKey(FixedBytes.read(in, BYTES));
  }

  /** Puts 32 bytes. */
  public void write(ByteBuffer out) {
    out.put(bytes);
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * @throws IllegalArgumentException unless the text is 64 hexadecimal digits of either case
   */
  public static PublicKey fromHex(String hex) {
    return new PublicKey(FixedBytes.parse(hex, BYTES, "a public key"));
  }

  /** 64 lower-case digits. */
  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** The array itself, for readers in this package that do not write to it. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public int compareTo(PublicKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
  }

  /** Salted per process, as {@link Hash256#hashCode()}. */
  @Override
  public int hashCode() {
    return FixedBytes.hash(bytes);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
