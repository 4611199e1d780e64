package grapevine.netlab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class WiresTest {
  private static final double MILLI = 1e6;
  private static final Links.Bandwidth UNLIMITED = new Links.Bandwidth.Unlimited();

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void shouldHaveOneDelayEverywhereWhenUniform() {
    Wires wires = wires(new Links.Latency.Uniform(25, 0));
    assertThat(wires.hasJitter()).isFalse();
    assertThat(wires.delayNanos(3, 7, random)).isEqualTo(25_000_000);
    assertThat(wires.baseDelayNanos(99_999, 0)).isEqualTo(25_000_000);
    assertThat(wires.region(4)).isEqualTo(-1);
    assertThat(wires.upBitsPerSecond(4)).isZero();
  }

  @Test
  void shouldSpreadPacketsEvenlyWithinTheJitter() {
    Wires wires = wires(new Links.Latency.Uniform(25, 10));
    assertThat(wires.hasJitter()).isTrue();
    double[] millis = sorted(10_000, () -> wires.delayNanos(1, 2, random));
    assertThat(millis[0]).isBetween(15.0, 15.1);
    assertThat(millis[9_999]).isBetween(34.9, 35.0);
    assertThat(millis[2_500]).isBetween(19.7, 20.3);
    assertThat(wires.baseDelayNanos(1, 2)).isEqualTo(25_000_000);
  }

  @Test
  void shouldDrawEachPairOnceFromANormalDistribution() {
    Wires wires = wires(new Links.Latency.Normal(50, 10));
    int[] pair = {0};
    double[] millis = sorted(10_000, () -> wires.baseDelayNanos(pair[0]++, 7));
    // Quantiles of 50 ± 10: 16 % at 40, 50 % at 50, 84 % at 60.
    assertThat(millis[1_587]).isBetween(39.5, 40.5);
    assertThat(millis[5_000]).isBetween(49.6, 50.4);
    assertThat(millis[8_413]).isBetween(59.5, 60.5);
    assertThat(wires.hasJitter()).isFalse();
    assertThat(wires.delayNanos(3, 9, random)).isEqualTo(wires.baseDelayNanos(9, 3));
  }

  @Test
  void shouldKeepANormalDelayAboveATenthOfItsMean() {
    Wires wires = wires(new Links.Latency.Normal(50, 100));
    int[] pair = {0};
    double[] millis = sorted(1_000, () -> wires.baseDelayNanos(7, pair[0]++));
    assertThat(millis[0]).isEqualTo(5.0);
  }

  @Test
  void shouldDrawEachPairOnceFromALogNormalDistribution() {
    Wires wires = wires(new Links.Latency.LogNormal(10, 0.5));
    int[] pair = {0};
    double[] millis = sorted(10_000, () -> wires.baseDelayNanos(pair[0]++, 7));
    // One deviation up is e^0.5 times the median.
    assertThat(millis[5_000]).isBetween(9.8, 10.2);
    assertThat(millis[8_413]).isBetween(16.0, 17.0);
    assertThat(millis[1_587]).isBetween(5.8, 6.3);
  }

  @Test
  void shouldBeTheSameForTheSameSeedOnly() {
    Links.Latency latency = new Links.Latency.LogNormal(10, 0.5);
    long delay = wires(latency).baseDelayNanos(3, 4);
    assertThat(wires(latency).baseDelayNanos(4, 3)).isEqualTo(delay);
    assertThat(Wires.of(new Links(latency, UNLIMITED, 0, 0), 100, 43).baseDelayNanos(3, 4))
        .isNotEqualTo(delay);
  }

  @Test
  void shouldDrawPacketsBetweenRegionsAsPublished() {
    Wires wires = regions(2019, 1_000);
    int america = nodeIn(wires, 0);
    int asia = nodeIn(wires, 3);
    assertThat(wires.baseDelayNanos(america, asia)).isEqualTo(198_000_000);
    double[] millis = sorted(100_000, () -> wires.delayNanos(america, asia, random));
    // Pareto with scale 193 and shape 39.6: median 193 × 2^(1/39.6), mean 198.
    assertThat(millis[0]).isBetween(193.0, 193.01);
    assertThat(millis[50_000]).isBetween(196.3, 196.5);
    assertThat(Arrays.stream(millis).average().orElseThrow()).isBetween(197.8, 198.2);
    assertThat(wires.hasJitter()).isTrue();
  }

  @Test
  void shouldSettleRegionsAsPublished() {
    Wires wires = regions(2015, 10_000);
    int[] counts = new int[6];
    for (int node = 0; node < 10_000; node++) {
      counts[wires.region(node)]++;
    }
    assertThat(counts).containsExactly(3869, 5159, 113, 574, 119, 166);
    assertThat(wires.regionNames()).startsWith("north-america", "europe").hasSize(6);
    // Not in the order of their numbers.
    assertThat(wires.region(0) * 6 + wires.region(1) * 36 + wires.region(2)).isPositive();
    int europe = nodeIn(wires, 1);
    assertThat(wires.upBitsPerSecond(europe)).isEqualTo(8_100_000);
    assertThat(wires.downBitsPerSecond(europe)).isEqualTo(24_000_000);
  }

  @Test
  void shouldRepeatPlacesOfAMatrixThatIsTooSmall() {
    Wires wires =
        wires(
            new Links.Latency.Matrix(
                List.of(List.of(1.0, 20.0), List.of(20.0, 2.0)),
                List.of(List.of(0.0, 5.0), List.of(5.0, 0.0))));
    assertThat(wires.baseDelayNanos(0, 1)).isEqualTo(20_000_000);
    assertThat(wires.baseDelayNanos(3, 5)).isEqualTo(2_000_000);
    double[] millis = sorted(1_000, () -> wires.delayNanos(0, 3, random));
    assertThat(millis[0]).isBetween(15.0, 15.1);
    assertThat(millis[999]).isBetween(24.9, 25.0);
  }

  @Test
  void shouldTellBandwidthsAndLosses() {
    Links links =
        new Links(
            new Links.Latency.Uniform(1, 0),
            new Links.Bandwidth.Listed(List.of(1.0, 2.0), List.of(3.0, 0.5)),
            0.25,
            0.125);
    Wires wires = Wires.of(links, 4, 1);
    assertThat(wires.upBitsPerSecond(3)).isEqualTo(2_000_000);
    assertThat(wires.downBitsPerSecond(1)).isEqualTo(500_000);
    assertThat(wires.messageLoss()).isEqualTo(0.25);
    assertThat(wires.packetLoss()).isEqualTo(0.125);
    Links uniform =
        new Links(new Links.Latency.Uniform(1, 0), new Links.Bandwidth.Uniform(20, 0.1), 0, 0);
    assertThat(Wires.of(uniform, 4, 1).upBitsPerSecond(2)).isEqualTo(20_000_000);
    assertThat(Wires.of(uniform, 4, 1).downBitsPerSecond(2)).isEqualTo(100_000);
  }

  @Test
  void shouldRefuseAYearWithoutATable() {
    assertThatThrownBy(() -> regions(1999, 10))
        .hasMessage("no table of regions for 1999, expected one of [2015, 2019]");
  }

  private static Wires wires(Links.Latency latency) {
    return Wires.of(new Links(latency, UNLIMITED, 0, 0), 100_000, 42);
  }

  private static Wires regions(int year, int nodes) {
    return Wires.of(
        new Links(new Links.Latency.Regions(year), new Links.Bandwidth.Regions(year), 0, 0),
        nodes,
        42);
  }

  private static int nodeIn(Wires wires, int region) {
    int node = 0;
    while (wires.region(node) != region) {
      node++;
    }
    return node;
  }

  private static double[] sorted(int count, LongSupplier nanos) {
    double[] millis = new double[count];
    for (int i = 0; i < count; i++) {
      millis[i] = nanos.getAsLong() / MILLI;
    }
    Arrays.sort(millis);
    return millis;
  }
}
