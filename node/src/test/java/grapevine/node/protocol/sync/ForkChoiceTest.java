package grapevine.node.protocol.sync;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import org.junit.jupiter.api.Test;

class ForkChoiceTest {
  private static final Hash256 LOW = Hash256.fromHex("7f" + "ff".repeat(31));
  private static final Hash256 HIGH = Hash256.fromHex("80" + "00".repeat(31));

  @Test
  void shouldPreferGreaterHeightWhateverTheIds() {
    assertThat(ForkChoice.better(8, HIGH, 7, LOW)).isTrue();
    assertThat(ForkChoice.better(7, LOW, 8, HIGH)).isFalse();
  }

  @Test
  void shouldPreferTheLowerIdAtEqualHeightComparedUnsigned() {
    assertThat(ForkChoice.better(7, LOW, 7, HIGH)).isTrue();
    assertThat(ForkChoice.better(7, HIGH, 7, LOW)).isFalse();
  }

  @Test
  void shouldNotFindABlockBetterThanItself() {
    Hash256 id = Sha256.plain();

    assertThat(ForkChoice.better(7, id, 7, id)).isFalse();
  }
}
