package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FixedValuesTest {
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void shouldKeepThe32BytesOfAPublicKey() {
    for (int i = 0; i < 200; i++) {
      byte[] bytes = bytes(32);
      PublicKey key = PublicKey.of(bytes);
      ByteBuffer written = ByteBuffer.allocate(32);
      key.write(written);

      assertThat(written.array()).isEqualTo(bytes);
      assertThat(PublicKey.read(written.flip())).isEqualTo(key).hasSameHashCodeAs(key);
      assertThat(PublicKey.fromHex(key.toString())).isEqualTo(key);
      byte[] other = bytes(32);
      assertThat(Integer.signum(key.compareTo(PublicKey.of(other))))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(bytes, other)));
    }
  }

  @Test
  void shouldKeepThe64BytesOfASignature() {
    for (int i = 0; i < 200; i++) {
      byte[] bytes = bytes(64);
      Signature signature = Signature.of(bytes);
      ByteBuffer written = ByteBuffer.allocate(64);
      signature.write(written);

      assertThat(written.array()).isEqualTo(bytes);
      assertThat(Signature.read(written.flip())).isEqualTo(signature).hasSameHashCodeAs(signature);
      assertThat(Signature.fromHex(signature.toString())).isEqualTo(signature);
      assertThat(signature).isNotEqualTo(Signature.of(bytes(64)));
    }
  }

  @Test
  void shouldNotChangeWithTheArraysItWasMadeFromOrGave() {
    byte[] bytes = bytes(32);
    PublicKey key = PublicKey.of(bytes);
    String before = key.toHex();
    bytes[0] ^= 1;
    key.toBytes()[1] ^= 1;

    assertThat(key.toHex()).isEqualTo(before);
  }

  @Test
  void shouldNameWhatHasTheWrongLength() {
    assertThatThrownBy(() -> PublicKey.of(new byte[33]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a public key has 32 bytes, but 33 were given");
    assertThatThrownBy(() -> Signature.fromHex("ab"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a signature is written as 128 hexadecimal digits, but 2 characters were given");
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
