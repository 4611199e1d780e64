package grapevine.crypto;

import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * An X25519 key pair (RFC 7748), Noise's DH function 25519. Immutable. Bouncy Castle computes it at
 * more than twice the rate of the JDK.
 */
final class DhKeyPair {
  static final int KEY_BYTES = 32;

  private final byte[] secret;
  private final byte[] publicKey = new byte[KEY_BYTES];

  private DhKeyPair(byte[] secret) {
    this.secret = secret;
    X25519.generatePublicKey(secret, 0, publicKey, 0);
  }

  static DhKeyPair ofSecret(byte[] secret) {
    return new DhKeyPair(FixedBytes.copy(secret, KEY_BYTES, "an X25519 secret"));
  }

  static DhKeyPair generate(RandomGenerator random) {
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    return new DhKeyPair(secret);
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * The shared secret, or null when it is zero: then the other key is a point of small order, and
   * the secret is none, because anybody knows it.
   */
  byte @Nullable [] agree(byte[] otherPublicKey) {
    byte[] shared = new byte[KEY_BYTES];
    return X25519.calculateAgreement(secret, 0, otherPublicKey, 0, shared, 0) ? shared : null;
  }
}
