package grapevine.node.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KnownItemsTest {
  @Test
  void shouldKnowNothingAtFirst() {
    KnownItems known = new KnownItems(16_384);

    assertThat(known.contains(0)).isFalse();
    assertThat(known.count()).isZero();
    known.checkInvariants();
  }

  @Test
  void shouldKnowTheLatestAndForgetTheOldest() {
    KnownItems known = new KnownItems(16_384);
    for (long hash = 1; hash <= 20_000; hash++) {
      assertThat(known.add(mixed(hash))).isTrue();
    }

    for (long hash = 1; hash <= 20_000; hash++) {
      assertThat(known.contains(mixed(hash))).isEqualTo(hash > 20_000 - 16_384);
    }
    assertThat(known.count()).isEqualTo(16_384);
    known.checkInvariants();
  }

  @Test
  void shouldNotAddTwice() {
    KnownItems known = new KnownItems(16);

    assertThat(known.add(7)).isTrue();
    assertThat(known.add(7)).isFalse();
    assertThat(known.count()).isEqualTo(1);
  }

  /** Few distinct low bits, so that nearly every search passes over others' places. */
  @Test
  void shouldAnswerAsAQueueDoesWhateverCollides() {
    SplittableRandom random = new SplittableRandom(1);
    for (int countMax = 1; countMax <= 64; countMax *= 2) {
      KnownItems known = new KnownItems(countMax);
      ArrayDeque<Long> twin = new ArrayDeque<>();
      for (int i = 0; i < 3_000; i++) {
        long hash = random.nextLong(3L * countMax) << 32 | random.nextInt(3);
        assertThat(known.contains(hash)).isEqualTo(twin.contains(hash));
        assertThat(known.add(hash)).isEqualTo(!twin.contains(hash));
        if (!twin.contains(hash)) {
          twin.add(hash);
        }
        if (twin.size() > countMax) {
          twin.remove();
        }
        known.checkInvariants();
      }
    }
  }

  @Test
  void shouldRefuseBoundsThatItsIndexCannotHold() {
    for (int countMax : new int[] {0, -1, 3, 1 << 16}) {
      assertThatThrownBy(() -> new KnownItems(countMax))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("known items " + countMax);
    }
  }

  private static long mixed(long value) {
    return value * 0x9e3779b97f4a7c15L;
  }
}
