package grapevine.crypto;

import java.security.SecureRandom;

/**
 * Hash codes for tables whose keys others choose: an attacker who does not know the salt cannot
 * make keys that share a place. Stateless but for the salt, which is drawn once per process; any
 * thread. So nothing may depend on these codes but speed.
 *
 * <p>Multilinear over the 32-bit halves of the words (Lemire and Kaser, "Strongly universal string
 * hashing is fast", 2014): for any two lists of words whatsoever, chosen by whoever does not know
 * the salt, the codes agree with probability 2^-32. A plain chain of xor and multiplication would
 * not do: flipping the top bit of one word and repairing it in the next collides whatever the salt
 * is.
 */
public final class SaltedHash {
  /** The longest key: an address of 64 bytes, and a word for its kind, length and port. */
  private static final int WORDS_MAX = 9;

  private static final long[] SALT = new SecureRandom().longs(2L * WORDS_MAX + 1).toArray();

  private SaltedHash() {}

  /** Of four words: an id or a key of 32 bytes. */
  public static int of(long w0, long w1, long w2, long w3) {
    return (int) ((SALT[0] + term(0, w0) + term(1, w1) + term(2, w2) + term(3, w3)) >>> 32);
  }

  /**
   * Of a word and bytes behind it, which are filled up with zeros to words: so the first word must
   * tell their number apart.
   *
   * @param bytes at most 64
   * @throws IllegalArgumentException for more
   */
  public static int of(long word, byte[] bytes) {
    if (bytes.length > (WORDS_MAX - 1) * Long.BYTES) {
      throw new IllegalArgumentException(
          bytes.length + " bytes, expected at most " + (WORDS_MAX - 1) * Long.BYTES);
    }
    long sum = SALT[0] + term(0, word);
    for (int start = 0; start < bytes.length; start += Long.BYTES) {
      long next = 0;
      for (int i = start; i < Math.min(start + Long.BYTES, bytes.length); i++) {
        next = (next << Byte.SIZE) | (bytes[i] & 0xff);
      }
      sum += term(1 + start / Long.BYTES, next);
    }
    return (int) (sum >>> 32);
  }

  private static long term(int index, long word) {
    return (SALT[2 * index + 1] + (word >>> 32)) * (SALT[2 * index + 2] + (word & 0xffff_ffffL));
  }
}
