package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.epidemic.Comparison.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PercolationTest {
  @Test
  void shouldLeaveThePublishedSharesOut() {
    double[] published = {0.2032, 0.0595, 0.0198, 0.00698};
    for (int fanOut = 2; fanOut <= 5; fanOut++) {
      assertThat(InfectAndDie.residue(fanOut)).isCloseTo(published[fanOut - 2], within(5e-5));
    }
  }

  @Test
  void shouldLeaveThoseSharesOutWhenPlayedOut() {
    assertThat(InfectAndDie.compare(20, 1))
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.verdict()).as("%s", row).isEqualTo(Verdict.MATCHES));
  }

  @Test
  void shouldReachAlmostNobodyBelowTheThreshold() {
    assertThat(Percolation.erdosRenyi(4, 0.25)).isZero();
    assertThat(Percolation.erdosRenyi(4, 0.26)).isBetween(0.01, 0.15);
    assertThat(Percolation.regular(5, 0.25)).isZero();
    assertThat(Percolation.regular(5, 0.26)).isBetween(0.01, 0.15);
    double threshold = 1 / Percolation.dialledGrowth(8);
    assertThat(Percolation.dialled(8, threshold * 0.999)).isZero();
    assertThat(Percolation.dialled(8, threshold * 1.03)).isBetween(0.01, 0.15);
    assertThat(InfectAndDie.residue(1)).isEqualTo(1);
  }

  @Test
  void shouldSolveTheCubicGraphByHand() {
    // u = 1 - q + q u², so u = (1 - q) / q: at q = 0.8, 1/4, and S = 1 - 1/64.
    assertThat(Percolation.regular(3, 0.8)).isCloseTo(63.0 / 64, within(1e-9));
  }

  @Test
  void shouldReachEveryoneWhereEveryNodeDialsAndNothingIsLost() {
    assertThat(Percolation.dialled(2, 1)).isCloseTo(1, within(1e-9));
    assertThat(Percolation.regular(3, 1)).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldGrowByFewerThanTwiceTheDials() {
    // d = 4: 4 + √12.
    assertThat(Percolation.dialledGrowth(4)).isCloseTo(7.4641016, within(1e-6));
  }

  @Test
  void shouldTellEveryoneInAChainOfTwo() {
    assertThat(InfectAndDie.run(1, 2, new SplittableRandom(1))).isZero();
  }
}
