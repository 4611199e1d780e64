package grapevine.netlab.report.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void shouldTakeStudentsIntervalOfTheMean() {
    // Deviation √2.5, its error √0.5, and t at 4 degrees of freedom 2.7764.
    Estimate estimate = Estimate.over(List.of(1.0, 2.0, 3.0, 4.0, 5.0));
    assertThat(estimate.mean()).isEqualTo(3);
    assertThat(estimate.halfWidth()).isCloseTo(1.96322, within(1e-4));
    assertThat(estimate.runs()).isEqualTo(5);
  }

  @Test
  void shouldKnowStudentsTBeyondItsTable() {
    // From printed tables.
    assertThat(Estimate.t(11)).isCloseTo(2.2010, within(1e-3));
    assertThat(Estimate.t(19)).isCloseTo(2.0930, within(1e-3));
    assertThat(Estimate.t(30)).isCloseTo(2.0423, within(1e-3));
    assertThat(Estimate.t(100)).isCloseTo(1.9840, within(1e-3));
  }

  @Test
  void shouldHaveNoIntervalForOneRun() {
    Estimate estimate = Estimate.over(List.of(4.0));
    assertThat(estimate.mean()).isEqualTo(4);
    assertThat(estimate.hasInterval()).isFalse();
  }

  @Test
  void shouldLeaveOutRunsInWhichAFigureIsNotKnown() {
    assertThat(Estimate.over(List.of(1.0, Double.NaN, 3.0)).mean()).isEqualTo(2);
    assertThat(Estimate.over(List.of(1.0, Double.NaN, 3.0)).runs()).isEqualTo(2);
    assertThat(Estimate.over(List.of(Double.NaN)).mean()).isNaN();
  }

  @Test
  void shouldNotAverageAwayARunThatNeverGotThere() {
    Estimate estimate = Estimate.over(List.of(1.0, Double.POSITIVE_INFINITY));
    assertThat(estimate.mean()).isInfinite();
    assertThat(estimate.hasInterval()).isFalse();
  }
}
