package grapevine.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * What the values of fixed size share: the check of a length, and hexadecimal text. Stateless; any
 * thread.
 */
final class FixedBytes {
  private FixedBytes() {}

  /**
   * @throws IllegalArgumentException unless there are exactly so many bytes
   */
  static byte[] need(byte[] bytes, int size, String what) {
    if (bytes.length != size) {
      throw new IllegalArgumentException(
          what + " has " + size + " bytes, but " + bytes.length + " were given");
    }
    return bytes;
  }

  static byte[] copy(byte[] bytes, int size, String what) {
    return need(bytes, size, what).clone();
  }

  static byte[] read(ByteBuffer in, int size) {
    byte[] bytes = new byte[size];
    in.get(bytes);
    return bytes;
  }

  static byte[] parse(String hex, int size, String what) {
    if (hex.length() != 2 * size) {
      throw new IllegalArgumentException(
          "%s is written as %d hexadecimal digits, but %d characters were given"
              .formatted(what, 2 * size, hex.length()));
    }
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + " is not hexadecimal: " + hex, e);
    }
  }

  /** Takes eight bytes as a big-endian word, whatever the order of the buffer is set to. */
  static long word(ByteBuffer in) {
    long word = in.getLong();
    return in.order() == ByteOrder.BIG_ENDIAN ? word : Long.reverseBytes(word);
  }

  /** Puts a word as eight bytes, big-endian, whatever the order of the buffer is set to. */
  static void put(ByteBuffer out, long word) {
    out.putLong(out.order() == ByteOrder.BIG_ENDIAN ? word : Long.reverseBytes(word));
  }
}
