package grapevine.node.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static int taken(TokenBucket bucket, int tries, long nowNanos) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += bucket.take(nowNanos) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void shouldGiveTheBurstAtOnceAndThenOneAnInterval() {
    TokenBucket bucket = new TokenBucket(100, 3);

    assertThat(taken(bucket, 5, 1_000)).isEqualTo(3);
    assertThat(bucket.readyNanos()).isEqualTo(1_100);
    assertThat(bucket.take(1_099)).isFalse();
    assertThat(taken(bucket, 5, 1_100)).isOne();
  }

  @Test
  void shouldNotSaveUpMoreThanTheBurst() {
    assertThat(taken(new TokenBucket(100, 2), 5, 1_000_000)).isEqualTo(2);
  }

  @Test
  void shouldAgreeWithABucketThatCountsTokens() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 200; round++) {
      int interval = random.nextInt(1, 50);
      int burst = random.nextInt(1, 6);
      TokenBucket bucket = new TokenBucket(interval, burst);
      long now = 0;
      long credit = (long) burst * interval;
      for (int i = 0; i < 100; i++) {
        long elapsed = random.nextInt(0, 2 * interval);
        now += elapsed;
        credit = Math.min((long) burst * interval, credit + elapsed);
        boolean expected = credit >= interval;
        credit -= expected ? interval : 0;

        assertThat(bucket.take(now)).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldRefuseARateOfNothing() {
    assertThatThrownBy(() -> new TokenBucket(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenBucket(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
