package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineTest {
  private static final long MILLIS = 1_000_000;

  @Test
  void shouldPassOneAfterAnother() {
    Line line = new Line(8_000); // a byte a millisecond

    assertThat(line.take(10, 0)).isEqualTo(10 * MILLIS);
    assertThat(line.take(5, 2 * MILLIS)).isEqualTo(15 * MILLIS);
    assertThat(line.expected(1, 20 * MILLIS)).isEqualTo(21 * MILLIS);
  }

  @Test
  void shouldPassWhatIsLeftOfASlowTimeAtItsOwnRate() {
    Line line = new Line(80_000);
    line.slow(8_000, 10 * MILLIS);

    assertThat(line.take(4, 0)).isEqualTo(4 * MILLIS);
    assertThat(line.take(26, 5 * MILLIS)).as("5 bytes slow, 21 fast").isEqualTo(12_100_000);
    assertThat(line.take(10, 20 * MILLIS)).isEqualTo(21 * MILLIS);
  }

  @Test
  void shouldBeOpenAgainWhenTheSlowTimeIsOver() {
    Line line = new Line(0);
    assertThat(line.isOpen(1)).isTrue();
    line.slow(8_000, 10 * MILLIS);

    assertThat(line.isOpen(9 * MILLIS)).isFalse();
    assertThat(line.take(1_000, 0)).isEqualTo(10 * MILLIS);
    assertThat(line.isOpen(11 * MILLIS)).isTrue();
  }
}
