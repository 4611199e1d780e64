package grapevine.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Noise's SymmetricState (revision 34, section 5.2): the chaining key, the hash of all that was
 * said so far, and the cipher of the handshake. Confined to one thread, used once.
 */
final class SymmetricState {
  private final NoiseCipher kind;
  private final CipherState cipher;
  private byte[] chainingKey;
  private byte[] hash;

  SymmetricState(NoiseProtocol protocol) {
    kind = protocol.cipher();
    cipher = new CipherState(kind);
    byte[] name = protocol.name().getBytes(StandardCharsets.US_ASCII);
    hash = name.length <= Hash256.BYTES ? Arrays.copyOf(name, Hash256.BYTES) : Sha256.digest(name);
    chainingKey = hash;
  }

  /** The hash of the transcript up to now, 32 bytes. */
  byte[] hash() {
    return hash.clone();
  }

  void mixHash(byte[] data) {
    hash = Sha256.digest(hash, data);
  }

  void mixKey(byte[] input) {
    byte[][] keys = hkdf(input, 2);
    chainingKey = keys[0];
    cipher.initializeKey(keys[1]);
  }

  void mixKeyAndHash(byte[] input) {
    byte[][] keys = hkdf(input, 3);
    chainingKey = keys[0];
    mixHash(keys[1]);
    cipher.initializeKey(keys[2]);
  }

  byte[] encryptAndHash(byte[] plain) {
    byte[] sealed = plain;
    if (cipher.hasKey()) {
      sealed = new byte[plain.length + NoiseCipher.TAG_BYTES];
      cipher.seal(hash, ByteBuffer.wrap(plain), ByteBuffer.wrap(sealed));
    }
    mixHash(sealed);
    return sealed;
  }

  /** Null when the bytes were not sealed by someone with the same transcript and keys. */
  byte @Nullable [] decryptAndHash(byte[] sealed) {
    byte[] plain = sealed;
    if (cipher.hasKey()) {
      if (sealed.length < NoiseCipher.TAG_BYTES) {
        return null;
      }
      plain = new byte[sealed.length - NoiseCipher.TAG_BYTES];
      if (!cipher.open(hash, ByteBuffer.wrap(sealed), ByteBuffer.wrap(plain))) {
        return null;
      }
    }
    mixHash(sealed);
    return plain;
  }

  /** How many bytes the encryption of so many takes now. */
  int sealedSize(int plainBytes) {
    return cipher.hasKey() ? plainBytes + NoiseCipher.TAG_BYTES : plainBytes;
  }

  /** The ciphers of the two directions, that of the initiator's messages first. */
  CipherState[] split() {
    byte[][] keys = hkdf(new byte[0], 2);
    CipherState[] ciphers = {new CipherState(kind), new CipherState(kind)};
    ciphers[0].initializeKey(keys[0]);
    ciphers[1].initializeKey(keys[1]);
    return ciphers;
  }

  /** Noise's HKDF (section 4.3), with HMAC-SHA256 (RFC 2104) and the chaining key as salt. */
  private byte[][] hkdf(byte[] input, int outputs) {
    byte[] temporary = hmac(chainingKey, input);
    byte[][] keys = new byte[outputs][];
    byte[] last = new byte[0];
    for (int i = 0; i < outputs; i++) {
      last = hmac(temporary, last, new byte[] {(byte) (i + 1)});
      keys[i] = last;
    }
    return keys;
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
