package grapevine.crypto;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

/**
 * The one verifier of Ed25519 signatures (RFC 8032) in Grapevine. Stateless; any thread.
 *
 * <p>There may be only one, because implementations differ at the edges and the validity of an item
 * must not depend on who checks it. Bouncy Castle verifies with the cofactor, and rejects S ≥ L,
 * non-canonical encodings and keys of small order. The JDK's provider verifies without the cofactor
 * and accepts a key of small order, under which one signature fits every message. A network of
 * which one part used each would split on one crafted transaction. The edges are pinned by the
 * twelve vectors of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020) in the tests,
 * so that a new release of the library cannot move them unseen.
 *
 * <p>Keys and signatures come from peers: malformed ones are {@code false}, never an exception.
 */
public final class Ed25519 {
  private Ed25519() {}

  /**
   * Whether the key made this signature over exactly these bytes. Signers in Grapevine sign tagged
   * bytes, so the message is normally made by {@link #tagged}.
   */
  public static boolean verify(PublicKey key, byte[] message, Signature signature) {
    Ed25519PublicKeyParameters point;
    try {
      point = new Ed25519PublicKeyParameters(key.toBytes());
    } catch (IllegalArgumentException e) {
      return false;
    }
    return point.verify(
        org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm.Ed25519,
        null,
        message,
        0,
        message.length,
        signature.bytes(),
        0);
  }

  /**
   * Whether the 32 bytes are the canonical encoding of a point that is not of small order. Tells a
   * bad key from a bad signature after {@link #verify} said no.
   */
  public static boolean isValidKey(PublicKey key) {
    return org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyPartial(key.toBytes(), 0);
  }

  /**
   * tag ‖ 0x00 ‖ parts: the bytes that {@link KeyPair#sign} signs.
   *
   * @param tag ASCII without zero bytes: the purpose of the signature
   */
  public static byte[] tagged(String tag, byte[]... parts) {
    return DomainTag.prepend(tag, parts);
  }
}
