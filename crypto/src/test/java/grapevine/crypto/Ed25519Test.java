package grapevine.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;

class Ed25519Test {
  private static final HexFormat HEX = HexFormat.of();

  private final SplittableRandom random = new SplittableRandom(25519);

  @Test
  void shouldSignAndVerifyTheVectorsOfRfc8032() {
    List<String> lines = TestResource.lines("rfc8032_ed25519.txt");
    assertThat(lines).hasSize(4);
    for (String line : lines) {
      String[] fields = line.split(" ");
      byte[] seed = HEX.parseHex(fields[0]);
      PublicKey key = PublicKey.fromHex(fields[1]);
      byte[] message = HEX.parseHex(fields[2].equals("-") ? "" : fields[2]);
      Signature signature = Signature.fromHex(fields[3]);
      byte[] signed = new byte[64];
      new Ed25519PrivateKeyParameters(seed)
          .sign(
              org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm.Ed25519,
              null,
              message,
              0,
              message.length,
              signed,
              0);

      assertThat(KeyPair.ofSeed(seed).publicKey()).isEqualTo(key);
      assertThat(Signature.of(signed)).isEqualTo(signature);
      assertThat(Ed25519.verify(key, message, signature)).isTrue();
    }
  }

  @Test
  void shouldVerifyWhatAKeyPairSignedOverTagAndParts() {
    KeyPair pair = KeyPair.generate(random);
    Signature signature = pair.sign("purpose", new byte[] {1}, new byte[] {2, 3});

    byte[] message = Ed25519.tagged("purpose", new byte[] {1, 2}, new byte[] {3});
    assertThat(message).isEqualTo("purpose\0\1\2\3".getBytes(US_ASCII));
    assertThat(Ed25519.verify(pair.publicKey(), message, signature)).isTrue();
    assertThat(
            Ed25519.verify(
                pair.publicKey(), Ed25519.tagged("other", new byte[] {1, 2, 3}), signature))
        .isFalse();
  }

  @Test
  void shouldRejectEverySingleBitFlippedInKeyMessageOrSignature() {
    KeyPair pair = KeyPair.generate(random);
    byte[] message = Ed25519.tagged("purpose", new byte[] {42});
    Signature signature = pair.sign("purpose", new byte[] {42});

    for (int bit = 0; bit < 64 * 8; bit++) {
      assertThat(
              Ed25519.verify(
                  pair.publicKey(), message, Signature.of(flip(signature.toBytes(), bit))))
          .isFalse();
    }
    for (int bit = 0; bit < 32 * 8; bit++) {
      PublicKey other = PublicKey.of(flip(pair.publicKey().toBytes(), bit));
      assertThat(Ed25519.verify(other, message, signature)).isFalse();
    }
    for (int bit = 0; bit < message.length * 8; bit++) {
      assertThat(Ed25519.verify(pair.publicKey(), flip(message, bit), signature)).isFalse();
    }
  }

  @Test
  void shouldCallSmallOrderAndNonCanonicalKeysInvalid() {
    List<String> bad =
        List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    for (String hex : bad) {
      PublicKey key = PublicKey.fromHex(hex);
      assertThat(Ed25519.isValidKey(key)).as(hex).isFalse();
      // R equal to a small-order key and S = 0 satisfies the equation for every message.
      byte[] forged = new byte[64];
      System.arraycopy(key.toBytes(), 0, forged, 0, 32);
      assertThat(Ed25519.verify(key, new byte[0], Signature.of(forged))).as(hex).isFalse();
    }
    assertThat(Ed25519.isValidKey(KeyPair.generate(random).publicKey())).isTrue();
  }

  @Test
  void shouldAnswerGarbageWithFalseAndNeverThrow() {
    for (int i = 0; i < 500; i++) {
      byte[] key = new byte[32];
      byte[] signature = new byte[64];
      byte[] message = new byte[random.nextInt(40)];
      random.nextBytes(key);
      random.nextBytes(signature);
      random.nextBytes(message);
      PublicKey publicKey = PublicKey.of(key);

      assertThat(Ed25519.verify(publicKey, message, Signature.of(signature))).isFalse();
      boolean decodes = decodes(key);
      assertThat(Ed25519.isValidKey(publicKey)).isEqualTo(decodes);
    }
  }

  @Test
  void shouldMakeKeysFromSeedsAndNeverShowThem() {
    KeyPair pair = KeyPair.generate(random);

    assertThat(KeyPair.ofSeed(pair.seed()).publicKey()).isEqualTo(pair.publicKey());
    assertThat(pair.toString())
        .contains(pair.publicKey().toHex())
        .doesNotContain(HEX.formatHex(pair.seed()));
    assertThatThrownBy(() -> KeyPair.ofSeed(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a key seed has 32 bytes, but 31 were given");
  }

  private static boolean decodes(byte[] key) {
    try {
      new org.bouncycastle.crypto.params.Ed25519PublicKeyParameters(key);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }
}
