package grapevine.node.record;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SeededRandomTest {
  private static final Hash256 SEED = Hash256.fromHex("07".repeat(32));

  @Test
  void shouldGiveTheWordsOfHashesOfSeedAndCounter() {
    SeededRandom random = new SeededRandom(SEED);
    for (long block = 0; block < 3; block++) {
      byte[] counter = ByteBuffer.allocate(8).putLong(block).array();
      Hash256 expected = Sha256.hash("grapevine-recorded-random-1", SEED.toBytes(), counter);
      for (int word = 0; word < 4; word++) {
        assertThat(random.nextLong()).isEqualTo(expected.word(word));
      }
    }
  }

  @Test
  void shouldDifferBySeed() {
    SecureRandom unpredictable = new SecureRandom();
    Hash256 seed = SeededRandom.seed(unpredictable);
    assertThat(SeededRandom.seed(unpredictable)).isNotEqualTo(seed);
    assertThat(new SeededRandom(seed).nextLong()).isEqualTo(new SeededRandom(seed).nextLong());
    assertThat(new SeededRandom(seed).nextLong()).isNotEqualTo(new SeededRandom(SEED).nextLong());
  }

  @Test
  void shouldSpreadEvenly() {
    SeededRandom random = new SeededRandom(SEED);
    int[] counts = new int[8];
    for (int i = 0; i < 80_000; i++) {
      counts[random.nextInt(8)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(9_500, 10_500); // five standard deviations
    }
  }
}
