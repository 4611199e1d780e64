package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExchangeTest {
  private static final double EXACT = 1e-12;

  @Test
  void shouldFollowTheRecurrencesComputedByHand() {
    // n = 10, p = 0.9: one holder, so 0.9 · (1 - 1/10)^1.
    assertThat(Exchange.PUSH.lackingAfter(0.9, 10, 1)).isCloseTo(0.81, within(EXACT));
    // n = 4, p = 0.5: two holders, so 0.5 · 0.75².
    assertThat(Exchange.PUSH.lackingAfter(0.5, 4, 1)).isCloseTo(0.28125, within(EXACT));
    assertThat(Exchange.PULL.lackingAfter(0.3, 10, 1)).isCloseTo(0.09, within(EXACT));
    assertThat(Exchange.PUSH_PULL.lackingAfter(0.9, 10, 1)).isCloseTo(0.729, within(EXACT));
  }

  @Test
  void shouldPassLessWhenCallsAreLost() {
    // Of two holders each hits a node with chance 0.5/4.
    assertThat(Exchange.PUSH.lackingAfter(0.5, 4, 0.5)).isCloseTo(0.3828125, within(EXACT));
    // Half of the askers ask a holder, half of those in vain.
    assertThat(Exchange.PULL.lackingAfter(0.5, 4, 0.5)).isCloseTo(0.375, within(EXACT));
  }

  @Test
  void shouldStayWithinAFewRoundsOfPittelForPush() {
    for (int nodes : RoundCounts.NODES) {
      assertThat(Exchange.PUSH.roundsExpected(nodes) - Exchange.pittelRounds(nodes))
          .as("%d nodes", nodes)
          .isBetween(0.0, 2.5);
    }
  }

  @Test
  void shouldGiveThePublishedValuesOfTheFormulas() {
    double[] push = {16.9, 22.5, 28.1, 33.7};
    double[] pushPull = {9.1, 11.6, 14.0, 16.4};
    for (int i = 0; i < push.length; i++) {
      int nodes = RoundCounts.NODES.get(i);
      assertThat(Exchange.pittelRounds(nodes)).isCloseTo(push[i], within(0.05));
      assertThat(Exchange.pushPullRounds(nodes)).isCloseTo(pushPull[i], within(0.05));
    }
  }
}
