package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SipHashTest {
  private final SplittableRandom random = new SplittableRandom(24);

  @Test
  void shouldGiveThe64OutputsOfTheReferenceCode() {
    SipHash sipHash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    List<String> expected = new ArrayList<>();
    for (String line : TestResource.lines("siphash_2_4.txt")) {
      expected.addAll(List.of(line.split(" ")));
    }
    assertThat(expected).hasSize(64);
    for (int size = 0; size < 64; size++) {
      byte[] input = new byte[size];
      for (int i = 0; i < size; i++) {
        input[i] = (byte) i;
      }
      ByteBuffer output = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      output.putLong(sipHash.hash(input));

      assertThat(HexFormat.of().formatHex(output.array())).isEqualTo(expected.get(size));
    }
  }

  @Test
  void shouldHashIdsAndBuffersAsTheirBytes() {
    for (int i = 0; i < 500; i++) {
      SipHash sipHash = new SipHash(random.nextLong(), random.nextLong());
      byte[] id = new byte[32];
      random.nextBytes(id);
      ByteBuffer direct = ByteBuffer.allocateDirect(40).position(5).put(id).position(5).limit(37);

      assertThat(sipHash.hash(Hash256.of(id))).isEqualTo(sipHash.hash(id));
      assertThat(sipHash.hash(direct)).isEqualTo(sipHash.hash(id));
      assertThat(direct.position()).isEqualTo(5);
    }
  }

  @Test
  void shouldHashWordsAsTheirBytes() {
    for (int count = 0; count < 8; count++) {
      SipHash sipHash = new SipHash(random.nextLong(), random.nextLong());
      long[] words = random.longs(count).toArray();
      ByteBuffer bytes = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(words);

      assertThat(sipHash.hash(words)).isEqualTo(sipHash.hash(bytes));
    }
  }
}
