package grapevine.netlab.report.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void shouldRoundRanksUpExactly() {
    assertThat(Percentiles.rank(50, 10)).isEqualTo(5);
    assertThat(Percentiles.rank(90, 10)).isEqualTo(9);
    assertThat(Percentiles.rank(99, 10)).isEqualTo(10);
    assertThat(Percentiles.rank(100, 10)).isEqualTo(10);
    assertThat(Percentiles.rank(50, 9)).isEqualTo(5);
    assertThat(Percentiles.rank(1, 1)).isEqualTo(1);
    // Math.ceil(0.07 * 100) is 8.
    assertThat(Percentiles.rank(7, 100)).isEqualTo(7);
  }

  @Test
  void shouldOnlyReturnWhatWasMeasured() {
    long[] values = {40, 10, 30, 20};
    assertThat(Percentiles.of(50, values)).isEqualTo(20);
    assertThat(Percentiles.of(75, values)).isEqualTo(30);
    assertThat(Percentiles.of(76, values)).isEqualTo(40);
    assertThat(Percentiles.of(1, values)).isEqualTo(10);
    assertThat(values).containsExactly(40, 10, 30, 20);
  }

  @Test
  void shouldCountTiesEachForItself() {
    assertThat(Percentiles.of(50, new long[] {7, 7, 7, 1, 9})).isEqualTo(7);
    assertThat(Percentiles.of(80, new long[] {7, 7, 7, 1, 9})).isEqualTo(7);
    assertThat(Percentiles.of(81, new long[] {7, 7, 7, 1, 9})).isEqualTo(9);
  }

  @Test
  void shouldRefuseNothing() {
    assertThatThrownBy(() -> Percentiles.of(50, new long[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
