package grapevine.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 signature (RFC 8032): R of 32 bytes and S of 32. Immutable. Any 64 bytes make one;
 * {@link Ed25519#verify} judges them.
 */
public final class Signature {
  public static final int BYTES = 64;

  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException unless there are exactly 64 bytes
   */
  public static Signature of(byte[] bytes) {
    return new Signature(FixedBytes.copy(bytes, BYTES, "a signature"));
  }

  /**
   * Takes the next 64 bytes.
   *
   * @throws java.nio.BufferUnderflowException if fewer remain; the caller checks that
   */
  public static Signature read(ByteBuffer in) {
    return new Signature(FixedBytes.read(in, BYTES));
  }

  /** Puts 64 bytes. */
  public void write(ByteBuffer out) {
    out.put(bytes);
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * @throws IllegalArgumentException unless the text is 128 hexadecimal digits of either case
   */
  public static Signature fromHex(String hex) {
    return new Signature(FixedBytes.parse(hex, BYTES, "a signature"));
  }

  /** 128 lower-case digits. */
  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** The array itself, for readers in this package that do not write to it. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Signature signature && Arrays.equals(bytes, signature.bytes);
  }

  /** Salted per process, as {@link Hash256#hashCode()}. */
  @Override
  public int hashCode() {
    return SaltedHash.of(0, bytes);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
