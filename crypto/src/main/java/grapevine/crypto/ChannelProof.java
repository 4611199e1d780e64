package grapevine.crypto;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The payload of handshake messages 2 and 3: the proof that a node's identity key stands behind
 * this very handshake.
 *
 * <pre>
 *   32  Ed25519 identity key
 *   64  its signature over
 *         "grapevine-noise-1" ‖ 0x00
 *         ‖ u8  role of the sender, 'I' (0x49) for the initiator, 'R' (0x52) for the responder
 *         ‖ 32  network id
 *         ‖ 32  the sender's Noise static public key
 *         ‖ 32  transcript hash
 * </pre>
 *
 * <p>The transcript hash is Noise's h of the symmetric state after all tokens of the message that
 * carries the proof (message 2: e, ee, s, es; message 3: s, se, and psk in version 2) and before
 * its payload is encrypted. It covers both ephemeral keys, the sender's static key and, in message
 * 3, the whole of message 2, so that a proof fits one connection only; the role keeps a proof from
 * being sent back to who made it.
 */
final class ChannelProof {
  static final int BYTES = PublicKey.BYTES + Signature.BYTES;
  static final byte INITIATOR = 'I';
  static final byte RESPONDER = 'R';

  private static final String TAG = "grapevine-noise-1";

  private ChannelProof() {}

  static byte[] make(
      KeyPair identity, byte role, Hash256 networkId, byte[] noiseStatic, byte[] transcriptHash) {
    Signature signature =
        identity.sign(TAG, new byte[] {role}, networkId.toBytes(), noiseStatic, transcriptHash);
    ByteBuffer proof = ByteBuffer.allocate(BYTES);
    identity.publicKey().write(proof);
    signature.write(proof);
    return proof.array();
  }

  /** The identity key if the proof holds, otherwise null. */
  static @Nullable PublicKey verify(
      byte[] proof, byte role, Hash256 networkId, byte[] noiseStatic, byte[] transcriptHash) {
    if (proof.length != BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(proof);
    PublicKey key = PublicKey.read(in);
    Signature signature = Signature.read(in);
    byte[] message =
        Ed25519.tagged(TAG, new byte[] {role}, networkId.toBytes(), noiseStatic, transcriptHash);
    return Ed25519.verify(key, message, signature) ? key : null;
  }
}
