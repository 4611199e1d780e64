package grapevine.netlab.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Comparison.Verdict;
import grapevine.netlab.published.Experiment.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated experiments at small size; those of the models have tests of their own. */
class ExperimentsTest {
  @Test
  void shouldCountMessagesAndBytesAsPublishedUnderCoresTimers() {
    List<Comparison> rows = CoreTimers.compare(440, 6, Shipped::read);
    assertThat(rows).hasSize(6);
    assertThat(rows.subList(2, 6)).allSatisfy(ExperimentsTest::matches);
  }

  @Test
  void shouldNameTheSizeAsTheGapOfTimes() {
    for (Comparison row : CoreTimers.compare(220, 3, Shipped::read).subList(0, 2)) {
      assertThat(row.knownGap()).contains("run with 220");
      assertThat(row.measured().mean()).isBetween(2.0, row.published().value());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flood", "announce"})
  void shouldTakeAsManyHopsAsTheoryHas(String relay) {
    List<Comparison> rows = Hops.random(relay, 150, 3, Shipped::read);
    assertThat(rows).hasSizeGreaterThanOrEqualTo(3).allSatisfy(ExperimentsTest::matches);
    // After one hop the dialled and the diallers of the origin know: 16 of 149, but for doubles.
    assertThat(rows.getFirst().measured().mean()).isBetween(0.09, 0.13);
  }

  @Test
  void shouldReachEverybodyInOneHopOfACompleteGraph() {
    Comparison row = Hops.complete(40, Shipped::read);
    assertThat(row.measured().mean()).isEqualTo(1);
    matches(row);
  }

  @Test
  void shouldShowWhatAFasterInternetMeansForBlocks() {
    List<Comparison> rows = SixRegions.compare(60, 1, Shipped::read);
    assertThat(rows.subList(0, 2))
        .allSatisfy(
            row -> {
              matches(row);
              assertThat(row.measured().mean()).isBetween(50.0, 80.0);
            });
    assertThat(rows.subList(2, 6)).allSatisfy(row -> assertThat(row.knownGap()).isNotNull());
  }

  @Test
  void shouldNotMeasureRunsThatDoNotDeliver() {
    Experiment.Source hasty =
        (name, settings) -> {
          List<String> shorter = new ArrayList<>(settings);
          shorter.addAll(List.of("observation.load_s=8.1", "observation.settle_s=0"));
          return Shipped.read(name, shorter);
        };
    assertThatThrownBy(() -> Hops.random("announce", 50, 1, hasty))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hops, 50 nodes, seed 1: ");
  }

  @Test
  void shouldAskForMemoryOnlyWhereItIsNeeded() {
    for (Experiment experiment : Experiment.values()) {
      assertThat(experiment.heapBytesMin(Size.QUICK)).isZero();
      assertThat(experiment.label())
          .isEqualTo(experiment.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    assertThat(Experiment.CORE_TIMERS.heapBytesMin(Size.FULL)).isGreaterThan(10L << 30);
  }

  private static void matches(Comparison row) {
    assertThat(row.verdict()).as("%s", row).isEqualTo(Verdict.MATCHES);
  }
}
