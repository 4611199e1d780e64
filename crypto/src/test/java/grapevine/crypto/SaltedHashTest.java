package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The salt is another one in each run; what is expected holds but for one run in millions. */
class SaltedHashTest {
  private static final int KEYS = 1 << 16;

  /** Half a pair is expected to agree of so many keys. */
  private static final int PAIRS_MAX = 10;

  @Test
  void shouldSpreadWordsThatDifferInAFewBits() {
    Set<Integer> codes = new HashSet<>();
    for (long key = 0; key < KEYS; key++) {
      codes.add(SaltedHash.of(key << 48, 0, key, 0));
    }
    assertThat(codes).hasSizeGreaterThan(KEYS - PAIRS_MAX);
  }

  @Test
  void shouldReadEveryByte() {
    Set<Integer> codes = new HashSet<>();
    for (int place = 0; place < 64; place++) {
      for (int value = 1; value < 256; value++) {
        byte[] bytes = new byte[64];
        bytes[place] = (byte) value;
        codes.add(SaltedHash.of(7, bytes));
      }
    }
    assertThat(codes).hasSizeGreaterThan(64 * 255 - PAIRS_MAX);
  }

  @Test
  void shouldTellLengthsApartByTheFirstWord() {
    assertThat(SaltedHash.of(4, new byte[4])).isNotEqualTo(SaltedHash.of(16, new byte[16]));
    assertThat(SaltedHash.of(5, new byte[5])).isEqualTo(SaltedHash.of(5, new byte[5]));
  }

  @Test
  void shouldRefuseMoreBytesThanItHasSaltFor() {
    assertThatThrownBy(() -> SaltedHash.of(0, new byte[65]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("65 bytes, expected at most 64");
  }
}
