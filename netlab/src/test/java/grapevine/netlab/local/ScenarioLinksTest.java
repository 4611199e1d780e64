package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScenarioLinksTest {
  private final ScenarioLinks links =
      new ScenarioLinks(LocalScenarios.of(LocalScenarios.LINKS, List.of()));

  @Test
  void shouldBeAsTheScenarioSays() {
    assertThat(links.delayNanos(0, 1)).isEqualTo(10_000_000);
    assertThat(links.upBitsPerSecond(2)).isEqualTo(8_000_000);
    assertThat(links.downBitsPerSecond(2)).isEqualTo(8_000_000);
    assertThat(links.loss(0, 1)).isZero();
  }

  @Test
  void shouldCutAcrossAPartitionOnlyUntilItHeals() {
    links.setApart(List.of(0, 1), true);
    assertThat(links.loss(0, 2)).isEqualTo(1);
    assertThat(links.loss(2, 1)).isEqualTo(1);
    assertThat(links.loss(0, 1)).isZero();
    links.setApart(List.of(0, 1), false);
    assertThat(links.loss(0, 2)).isZero();
  }

  @Test
  void shouldCutOneWayOnly() {
    links.setMute(List.of(1), true);
    assertThat(links.loss(1, 0)).isEqualTo(1);
    assertThat(links.loss(0, 1)).isZero();
  }

  @Test
  void shouldSlowAReaderAndMendIt() {
    links.slow(List.of(1), 0.5);
    assertThat(links.downBitsPerSecond(1)).isEqualTo(500_000);
    assertThat(links.downBitsPerSecond(0)).isEqualTo(8_000_000);
    links.mend(List.of(1));
    assertThat(links.downBitsPerSecond(1)).isEqualTo(8_000_000);
  }
}
