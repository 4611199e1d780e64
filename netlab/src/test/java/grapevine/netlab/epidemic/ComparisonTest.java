package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.epidemic.Comparison.Published;
import grapevine.netlab.epidemic.Comparison.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Published TEN = new Published("dice", "pips", 10, "a book");

  @Test
  void shouldEstimateTheErrorOfAMean() {
    Sample sample = Sample.of(new double[] {1, 3, 5, 7});
    assertThat(sample.mean()).isEqualTo(4);
    // Squares of 3, 1, 1, 3 are 20; divided by 3.
    assertThat(sample.deviation()).isCloseTo(Math.sqrt(20 / 3.0), within(1e-12));
    assertThat(sample.standardError()).isCloseTo(Math.sqrt(20 / 3.0) / 2, within(1e-12));
    assertThatThrownBy(() -> Sample.of(new double[0])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldAllowForTheChanceOfBothMeans() {
    Comparison row = Comparison.ofMeans(TEN, new Sample(100, 10, 1), 0.1, 25, 0, null);
    assertThat(row.tolerance()).isCloseTo(0.05 + 3 * Math.sqrt(0.05), within(1e-12));
    assertThat(row.basis()).contains("100 runs here and 25 there");
  }

  @Test
  void shouldNotTakeRareEventsThatDidNotHappenForCertainty() {
    Comparison row = Comparison.ofMeans(TEN, new Sample(100, 10, 0), 0, 25, 2, null);
    assertThat(row.tolerance()).isCloseTo(3 * 2 * Math.sqrt(0.05), within(1e-12));
  }

  @Test
  void shouldAllowForOurChanceAloneBesideAFormula() {
    Comparison row = Comparison.ofFormula(TEN, new Sample(100, 10, 1), 2, "O(1)");
    assertThat(row.tolerance()).isCloseTo(2.3, within(1e-12));
  }

  @Test
  void shouldJudgeByTheTolerance() {
    assertThat(verdict(10.5, null)).isEqualTo(Verdict.MATCHES);
    assertThat(verdict(9.5, null)).isEqualTo(Verdict.MATCHES);
    assertThat(verdict(10.6, null)).isEqualTo(Verdict.DIFFERS);
    assertThat(verdict(10.6, "others saw it too")).isEqualTo(Verdict.KNOWN_GAP);
    assertThat(verdict(10.5, "others saw it too")).isEqualTo(Verdict.MATCHES);
    assertThat(verdict(Double.NaN, null)).isEqualTo(Verdict.DIFFERS);
  }

  private static Verdict verdict(double measured, @Nullable String gap) {
    return new Comparison(TEN, new Sample(1, measured, 0), 0.5, "given", gap).verdict();
  }
}
