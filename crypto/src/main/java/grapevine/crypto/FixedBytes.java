package grapevine.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What the values of fixed size share: the check of a length, hexadecimal text, and a salted hash
 * code. Stateless but for the salt; any thread.
 *
 * <p>The hash code is multilinear over the 32-bit halves of the words (Lemire and Kaser, "Strongly
 * universal string hashing is fast", 2014): keys are drawn once per process, so that for any two
 * values whatsoever, chosen by whoever does not know the keys, the codes agree with probability
 * 2^-32. A plain chain of xor and multiplication would not do: flipping the top bit of one word and
 * repairing it in the next collides whatever the salt is.
 */
final class FixedBytes {
  /** Enough for the longest value, a signature of eight words. */
  private static final int WORDS_MAX = 8;

  private static final long[] SALT = new SecureRandom().longs(2L * WORDS_MAX + 1).toArray();

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

  static int hash(byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long sum = SALT[0];
    for (int i = 0; i < bytes.length / Long.BYTES; i++) {
      sum += term(i, words.getLong(i * Long.BYTES));
    }
    return (int) (sum >>> 32);
  }

  static int hash(long w0, long w1, long w2, long w3) {
    return (int) ((SALT[0] + term(0, w0) + term(1, w1) + term(2, w2) + term(3, w3)) >>> 32);
  }

  private static long term(int index, long word) {
    return (SALT[2 * index + 1] + (word >>> 32)) * (SALT[2 * index + 2] + (word & 0xffff_ffffL));
  }
}
