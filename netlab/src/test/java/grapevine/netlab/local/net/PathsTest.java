package grapevine.netlab.local.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PathsTest {
  private static final long MS = 1_000_000;

  /** Of 1,250 bytes at 10 Mbit/s. */
  private static final long TURN = MS;

  private static Paths paths(LinkTable table) {
    return new Paths(3, table, new SplittableRandom(1));
  }

  @Test
  void shouldDelayByTheTableOnly() {
    Paths paths = paths(new LinkTable.Uniform(50 * MS, 0, 0, 0));
    assertThat(paths.onSent(0, 1, 1_500, 10 * MS)).isEqualTo(60 * MS);
    assertThat(paths.onArrived(1, 1_500, 60 * MS)).isEqualTo(60 * MS);
  }

  @Test
  void shouldSendOneAfterTheOtherOnOneUpLink() {
    Paths paths = paths(new LinkTable.Uniform(0, 0, 0, 10_000_000));
    assertThat(paths.onSent(0, 1, 1_250, 0)).isEqualTo(TURN);
    assertThat(paths.onSent(0, 2, 1_250, 0)).isEqualTo(2 * TURN);
    assertThat(paths.onSent(1, 2, 1_250, 0)).as("another host's link").isEqualTo(TURN);
    assertThat(paths.onSent(0, 1, 1_250, 9 * MS)).as("idle since").isEqualTo(9 * MS + TURN);
  }

  @Test
  void shouldReceiveOneAfterTheOtherOnOneDownLink() {
    Paths paths = paths(new LinkTable.Uniform(0, 0, 0, 10_000_000));
    assertThat(paths.onArrived(2, 1_250, 5 * MS)).isEqualTo(5 * MS + TURN);
    assertThat(paths.onArrived(2, 1_250, 5 * MS)).isEqualTo(5 * MS + 2 * TURN);
  }

  @Test
  void shouldDropWhatWouldWaitTooLong() {
    Paths paths = paths(new LinkTable.Uniform(0, 0, 0, 10_000_000));
    int taken = 0;
    while (paths.onSent(0, 1, 1_250, 0) != Paths.OVERFLOWED) {
      taken++;
    }
    assertThat(taken).isEqualTo(201);
    assertThat(paths.onSent(0, 1, 1_250, TURN)).isEqualTo(202 * TURN);
  }

  @Test
  void shouldLoseAsManyAsTheTableSays() {
    Paths paths = paths(new LinkTable.Uniform(0, 0, 0.2, 0));
    int lost = 0;
    for (int i = 0; i < 100_000; i++) {
      if (paths.onSent(0, 1, 100, i) == Paths.LOST) {
        lost++;
      }
    }
    assertThat(lost).isCloseTo(20_000, Offset.offset(500));
  }

  @Test
  void shouldJitterWithinBoundsAndNeverReorderAPair() {
    Paths paths = paths(new LinkTable.Uniform(50 * MS, 5 * MS, 0, 0));
    long last = 0;
    long earliest = Long.MAX_VALUE;
    long latest = 0;
    for (int i = 1; i <= 1_000; i++) {
      long sent = i * 20L * MS;
      long arrival = paths.onSent(0, 1, 100, sent);
      assertThat(arrival).isGreaterThan(last);
      last = arrival;
      earliest = Math.min(earliest, arrival - sent);
      latest = Math.max(latest, arrival - sent);
    }
    assertThat(earliest).isBetween(45 * MS, 46 * MS);
    assertThat(latest).isBetween(54 * MS, 55 * MS);
    long first = paths.onSent(1, 2, 100, 0);
    for (int i = 0; i < 100; i++) {
      long next = paths.onSent(1, 2, 100, 0);
      assertThat(next).isGreaterThan(first);
      first = next;
    }
  }

  @Test
  void shouldRefuseATableThatMakesNoSense() {
    assertThatThrownBy(() -> new LinkTable.Uniform(0, 0, 1.5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loss 1.5");
  }
}
