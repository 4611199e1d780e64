package grapevine.crypto;

import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * An Ed25519 key pair (RFC 8032): who a node, a sender or a producer is. Immutable; any thread. All
 * of it follows from a seed of 32 bytes, which is the secret: nothing here prints it.
 */
public final class KeyPair {
  public static final int SEED_BYTES = 32;

  private final Ed25519PrivateKeyParameters secret;
  private final PublicKey publicKey;

  private KeyPair(Ed25519PrivateKeyParameters secret) {
    this.secret = secret;
    this.publicKey = PublicKey.of(secret.generatePublicKey().getEncoded());
  }

  /**
   * @throws IllegalArgumentException unless the seed has exactly 32 bytes
   */
  public static KeyPair ofSeed(byte[] seed) {
    return new KeyPair(
        new Ed25519PrivateKeyParameters(FixedBytes.copy(seed, SEED_BYTES, "a key seed")));
  }

  /**
   * @param random in production a {@link java.security.SecureRandom}; a seeded generator only where
   *     keys must repeat from run to run, in tests and the simulator
   */
  public static KeyPair generate(RandomGenerator random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return ofSeed(seed);
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  /** The secret, 32 bytes; for a key file. */
  public byte[] seed() {
    return secret.getEncoded();
  }

  /**
   * Signs tag ‖ 0x00 ‖ parts; deterministic.
   *
   * @param tag ASCII without zero bytes: the purpose of the signature
   */
  public Signature sign(String tag, byte[]... parts) {
    byte[] message = Ed25519.tagged(tag, parts);
    byte[] signature = new byte[Signature.BYTES];
    secret.sign(
        org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm.Ed25519,
        null,
        message,
        0,
        message.length,
        signature,
        0);
    return Signature.of(signature);
  }

  @Override
  public String toString() {
    return "KeyPair[" + publicKey + "]";
  }
}
