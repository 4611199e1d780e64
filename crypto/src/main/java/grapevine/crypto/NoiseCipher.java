package grapevine.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two ciphers of the Noise Protocol Framework (revision 34, section 12), on the JDK's engines:
 * those use the AES instructions of the processor and are several times as fast as Bouncy Castle's.
 * Grapevine speaks AESGCM; ChaChaPoly is here because most official vectors are for it.
 */
enum NoiseCipher {
  AES_GCM("AESGCM", "AES/GCM/NoPadding", "AES", ByteOrder.BIG_ENDIAN),
  CHACHA_POLY("ChaChaPoly", "ChaCha20-Poly1305", "ChaCha20", ByteOrder.LITTLE_ENDIAN);

  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  private final String noiseName;
  private final String engineName;
  private final String keyName;
  private final ByteOrder counterOrder;

  NoiseCipher(String noiseName, String engineName, String keyName, ByteOrder counterOrder) {
    this.noiseName = noiseName;
    this.engineName = engineName;
    this.keyName = keyName;
    this.counterOrder = counterOrder;
  }

  /** As it stands in the name of a Noise protocol. */
  String noiseName() {
    return noiseName;
  }

  Cipher engine() {
    try {
      return Cipher.getInstance(engineName);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks " + engineName, e);
    }
  }

  SecretKeySpec key(byte[] key) {
    return new SecretKeySpec(FixedBytes.copy(key, KEY_BYTES, "a cipher key"), keyName);
  }

  /** Four zero bytes and the counter in the order of bytes that this cipher has. */
  void putNonce(byte[] nonce, long counter) {
    ByteBuffer.wrap(nonce).order(counterOrder).putInt(0, 0).putLong(Integer.BYTES, counter);
  }

  AlgorithmParameterSpec parameters(byte[] nonce) {
    return this == AES_GCM
        ? new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce)
        : new IvParameterSpec(nonce);
  }
}
