package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.netlab.epidemic.Comparison.Verdict;
import grapevine.netlab.epidemic.Rumor.Variant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DemersTest {
  private static final List<Comparison> ROWS = Demers.compare(60, 1);

  @Test
  void shouldReproduceEveryFigureButTheKnownGaps() {
    // 13 printed rows of four figures, and the law for the ten of push.
    assertThat(ROWS).hasSize(62);
    for (Comparison row : ROWS) {
      if (row.knownGap() == null) {
        assertThat(row.verdict()).as("%s", row).isEqualTo(Verdict.MATCHES);
      }
    }
  }

  @Test
  void shouldNameTheAverageDelayOfPushAsTheOnlyGap() {
    assertThat(ROWS)
        .filteredOn(row -> row.knownGap() != null)
        .hasSize(10)
        .allSatisfy(
            row -> {
              assertThat(row.published().quantity()).startsWith("t_ave");
              assertThat(row.published().experiment()).startsWith("push");
            });
    assertThat(ROWS.get(2).verdict()).isEqualTo(Verdict.KNOWN_GAP);
  }

  @Test
  void shouldHaveTolerancesThatTellTheVariantsApart() {
    // With k = 1, push leaves 0.18, pull 0.031, and the coin 0.96.
    for (int printed : new int[] {0, 25, 50}) {
      Comparison residue = ROWS.get(printed);
      assertThat(residue.published().quantity()).startsWith("residue");
      assertThat(residue.tolerance()).isLessThan(residue.published().value() / 5);
    }
  }

  @Test
  void shouldRepeatForEqualSeedsOnly() {
    assertThat(Demers.compare(3, 7)).isEqualTo(Demers.compare(3, 7));
    assertThat(Demers.compare(3, 7)).isNotEqualTo(Demers.compare(3, 8));
  }

  @Test
  void shouldPassOnOncePerSiteWithACoinThatAlwaysFalls() {
    // k = 1: each learner tells one site and stops, so the rumor is a chain until it bites itself.
    Rumor.Outcome outcome = Rumor.run(Variant.PUSH_BLIND_COIN, 1, 500, new SplittableRandom(9));
    double learned = 500 * (1 - outcome.residue());
    assertThat(Math.round(500 * outcome.traffic())).isEqualTo(Math.round(learned));
    assertThat(outcome.lastCycles()).isEqualTo(Math.rint(learned) - 1);
    assertThat(outcome.averageCycles()).isEqualTo(outcome.lastCycles() / 2);
  }

  @Test
  void shouldRefuseToSpreadWithoutInterest() {
    assertThatThrownBy(
            () -> Rumor.run(Variant.PUSH_FEEDBACK_COUNTER, 0, 10, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k = 0");
  }

  @Test
  void shouldReadThePrecisionOffThePrintedFigure() {
    assertThat(Demers.lastDigit("38")).isEqualTo(1);
    assertThat(Demers.lastDigit("0.18")).isEqualTo(0.01);
    assertThat(Demers.lastDigit("17.0")).isEqualTo(0.1);
  }
}
