package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.epidemic.Comparison.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundCountsTest {
  @ParameterizedTest
  @EnumSource
  void shouldTakeAsManyRoundsAsTheRecurrenceSays(Exchange exchange) {
    Sample sample = RoundCounts.sample(exchange, 1_000, 300, new SplittableRandom(1));
    assertThat(sample.mean()).isCloseTo(exchange.roundsExpected(1_000), within(1.5));
    assertThat(sample.deviation()).isBetween(0.2, 2.0);
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeOneRoundForTwoNodes(Exchange exchange) {
    assertThat(RoundCounts.rounds(exchange, 2, new SplittableRandom(2))).isEqualTo(1);
  }

  @Test
  void shouldReproduceThePublishedMeansAtSmallSize() {
    assertThat(RoundCounts.compare(200, 3, 10_000))
        .hasSize(10)
        .allSatisfy(row -> assertThat(row.verdict()).as("%s", row).isEqualTo(Verdict.MATCHES));
  }

  @Test
  void shouldLeaveOutLargerSizesAndChangeNothingElse() {
    var upTo10k = RoundCounts.compare(5, 4, 10_000);
    assertThat(RoundCounts.compare(5, 4, 1_000)).isEqualTo(upTo10k.subList(0, 5));
    assertThat(RoundCounts.compare(5, 5, 1_000)).isNotEqualTo(upTo10k.subList(0, 5));
  }

  @Test
  void shouldCallEveryOtherNodeAboutEquallyOften() {
    int[] called = new int[6];
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 5_000; i++) {
      called[RoundCounts.other(2, 6, random)]++;
    }
    assertThat(called[2]).isZero();
    // 1,000 each are expected, with a standard deviation of 28.
    for (int node : new int[] {0, 1, 3, 4, 5}) {
      assertThat(called[node]).isBetween(850, 1_150);
    }
  }
}
