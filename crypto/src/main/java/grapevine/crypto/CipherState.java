package grapevine.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Noise's CipherState (revision 34, section 5.1): a key and a counter that is the nonce. Confined
 * to one thread. The counter grows by one with each message and never repeats under a key, whatever
 * the caller does, because nobody can set it back.
 */
final class CipherState {
  /** Reserved by Noise for rekeying; as an unsigned counter the last value. */
  private static final long REKEY_COUNTER = -1L;

  private final NoiseCipher kind;
  private final Cipher engine;
  private final byte[] nonce = new byte[NoiseCipher.NONCE_BYTES];
  private @Nullable SecretKeySpec key;
  private long counter;

  CipherState(NoiseCipher kind) {
    this.kind = kind;
    this.engine = kind.engine();
  }

  void initializeKey(byte[] keyBytes) {
    key = kind.key(keyBytes);
    counter = 0;
  }

  boolean hasKey() {
    return key != null;
  }

  /** Number of messages sealed or opened since the first key. */
  long counter() {
    return counter;
  }

  /**
   * Seals what remains of plain and puts it with its tag into out.
   *
   * @throws IllegalStateException without a key, or after 2^64 - 1 messages
   */
  void seal(byte[] associated, ByteBuffer plain, ByteBuffer out) {
    useCounter();
    run(Cipher.ENCRYPT_MODE, associated, plain, out);
    counter++;
  }

  /**
   * Opens what remains of sealed and puts the plaintext into out. When the tag does not fit, the
   * answer is false, what was put into out is to be thrown away, and the counter stays.
   */
  boolean open(byte[] associated, ByteBuffer sealed, ByteBuffer out) {
    useCounter();
    if (!run(Cipher.DECRYPT_MODE, associated, sealed, out)) {
      return false;
    }
    counter++;
    return true;
  }

  /**
   * Noise's REKEY: the new key is made of the old one, which then cannot be found from it. The
   * counter goes on.
   */
  void rekey() {
    byte[] sealed = new byte[NoiseCipher.KEY_BYTES + NoiseCipher.TAG_BYTES];
    kind.putNonce(nonce, REKEY_COUNTER);
    run(
        Cipher.ENCRYPT_MODE,
        new byte[0],
        ByteBuffer.allocate(NoiseCipher.KEY_BYTES),
        ByteBuffer.wrap(sealed));
    key = kind.key(Arrays.copyOf(sealed, NoiseCipher.KEY_BYTES));
  }

  /** Opens under a nonce that is not made from a counter: for vectors of the bare cipher. */
  boolean openWith(byte[] rawNonce, byte[] associated, ByteBuffer sealed, ByteBuffer out) {
    System.arraycopy(FixedBytes.copy(rawNonce, nonce.length, "a nonce"), 0, nonce, 0, nonce.length);
    return run(Cipher.DECRYPT_MODE, associated, sealed, out);
  }

  /** Seals under a nonce that is not made from a counter: for vectors of the bare cipher. */
  void sealWith(byte[] rawNonce, byte[] associated, ByteBuffer plain, ByteBuffer out) {
    System.arraycopy(FixedBytes.copy(rawNonce, nonce.length, "a nonce"), 0, nonce, 0, nonce.length);
    run(Cipher.ENCRYPT_MODE, associated, plain, out);
  }

  private void useCounter() {
    if (counter == REKEY_COUNTER) {
      throw new IllegalStateException("no nonce is left under this key");
    }
    kind.putNonce(nonce, counter);
  }

  private boolean run(int mode, byte[] associated, ByteBuffer in, ByteBuffer out) {
    if (key == null) {
      throw new IllegalStateException("no key yet");
    }
    if (mode == Cipher.DECRYPT_MODE && in.remaining() < NoiseCipher.TAG_BYTES) {
      return false;
    }
    try {
      engine.init(mode, key, kind.parameters(nonce));
      if (associated.length > 0) {
        engine.updateAAD(associated);
      }
      engine.doFinal(in, out);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      // Room, key length and nonce are right by construction: this is our mistake, not a peer's.
      throw new IllegalStateException("the cipher refused its input", e);
    }
  }
}
