package grapevine.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 (FIPS 180-4), tagged by purpose. Any thread. The JDK's digest is used because its
 * compiler intrinsic reaches the SHA instructions of the processor, some eight times as fast as
 * Bouncy Castle's; one digest per thread is kept, since looking up a provider costs more than
 * hashing a transaction.
 */
public final class Sha256 {
  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::fresh);

  private Sha256() {}

  /**
   * SHA-256(tag ‖ 0x00 ‖ parts).
   *
   * @param tag ASCII without zero bytes: the purpose, so that a hash for one is none for another
   */
  public static Hash256 hash(String tag, byte[]... parts) {
    MessageDigest digest = DIGEST.get();
    digest.update(DomainTag.prefix(tag));
    return Hash256.of(finish(digest, parts));
  }

  /** SHA-256(tag ‖ 0x00 ‖ remaining bytes); position and limit of the buffer stay as they are. */
  public static Hash256 hash(String tag, ByteBuffer bytes) {
    MessageDigest digest = DIGEST.get();
    digest.update(DomainTag.prefix(tag));
    digest.update(bytes.duplicate());
    return Hash256.of(digest.digest());
  }

  /** SHA-256(parts) without a tag, where a specification from outside demands it. */
  public static Hash256 plain(byte[]... parts) {
    return Hash256.of(digest(parts));
  }

  /** SHA-256(parts) as 32 bytes. */
  static byte[] digest(byte[]... parts) {
    return finish(DIGEST.get(), parts);
  }

  /** A digest of one's own, for a caller with many hashes to make. */
  static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] finish(MessageDigest digest, byte[]... parts) {
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
