package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Hash256Test {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void shouldKeepItsBytesThroughEveryForm() {
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = randomBytes();
      Hash256 hash = Hash256.of(bytes);
      ByteBuffer written = ByteBuffer.allocate(40).position(3);
      hash.write(written);

      assertThat(hash.toBytes()).isEqualTo(bytes);
      assertThat(written.position()).isEqualTo(35);
      assertThat(Arrays.copyOfRange(written.array(), 3, 35)).isEqualTo(bytes);
      assertThat(Hash256.read(written.position(3))).isEqualTo(hash).hasSameHashCodeAs(hash);
      assertThat(Hash256.fromHex(hash.toHex())).isEqualTo(hash);
      assertThat(Hash256.fromHex(hash.toHex().toUpperCase(Locale.ROOT))).isEqualTo(hash);
      assertThat(hash).hasToString(hash.toHex());
    }
  }

  @Test
  void shouldReadAndWriteTheSameBytesInLittleEndianBuffers() {
    byte[] bytes = randomBytes();
    ByteBuffer little = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);

    Hash256.of(bytes).write(little);

    assertThat(little.array()).isEqualTo(bytes);
    assertThat(Hash256.read(little.flip())).isEqualTo(Hash256.of(bytes));
  }

  @Test
  void shouldGiveWordsBigEndian() {
    Hash256 hash =
        Hash256.fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    assertThat(hash.prefix64()).isEqualTo(0x0001020304050607L);
    assertThat(hash.word(0)).isEqualTo(hash.prefix64());
    assertThat(hash.word(1)).isEqualTo(0x08090a0b0c0d0e0fL);
    assertThat(hash.word(2)).isEqualTo(0x1011121314151617L);
    assertThat(hash.word(3)).isEqualTo(0x18191a1b1c1d1e1fL);
    assertThatThrownBy(() -> hash.word(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Hash256.ZERO.toBytes()).containsOnly(0);
  }

  @Test
  void shouldCompareAsUnsignedBytes() {
    for (int i = 0; i < 5_000; i++) {
      byte[] a = randomBytes();
      byte[] b = a.clone();
      b[random.nextInt(32)] = (byte) random.nextInt();
      b[random.nextInt(32)] = (byte) random.nextInt();

      assertThat(Integer.signum(Hash256.of(a).compareTo(Hash256.of(b))))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
      assertThat(Hash256.of(a).equals(Hash256.of(b))).isEqualTo(Arrays.equals(a, b));
    }
  }

  @Test
  void shouldRefuseWrongLengthsAndDigits() {
    assertThatThrownBy(() -> Hash256.of(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a hash has 32 bytes, but 31 were given");
    assertThatThrownBy(() -> Hash256.fromHex("00"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a hash is written as 64 hexadecimal digits, but 2 characters were given");
    assertThatThrownBy(() -> Hash256.fromHex("g".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a hash is not hexadecimal: gggg");
  }

  @Test
  void shouldSpreadValuesMadeToCollideInAnUnsaltedCode() {
    Set<Integer> codes = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      // With w0 ^ w1 ^ w2 ^ w3, as Long.hashCode would fold them, all of these are equal.
      ByteBuffer words = ByteBuffer.allocate(32).putLong(i).putLong(i).putLong(7).putLong(7);
      codes.add(Hash256.of(words.array()).hashCode());
    }

    assertThat(codes).hasSizeGreaterThan(990);
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }
}
