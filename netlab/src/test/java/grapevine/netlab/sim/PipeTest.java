package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.trace.ItemTrace;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What TCP costs a block of two nodes, held against a calculation by hand. A block takes an
 * announcement, a question, and the body: two one-way delays, then the body's.
 */
class PipeTest {
  private static final double DELAY_MILLIS = 50;

  private static double blockMillis(int bytes, Links.Bandwidth bandwidth) {
    Links links = Runs.links(new Links.Latency.Uniform(DELAY_MILLIS, 0), bandwidth);
    Load.Blocks blocks = new Load.Blocks(5_000, 1, bytes, 60_000, 0, 10_000);
    SimResult result = Runs.unchecked(Runs.scenario(2, "announce", links, List.of(blocks)));
    assertThat(result.violations()).isEmpty();
    List<ItemTrace> items = Runs.items(result, "block");
    return Runs.delaysMillis(result, items.getFirst())[1];
  }

  @Test
  void shouldSendWithinTheFirstWindowInOneGo() {
    // Announcement, question, body: three delays; one signature of the header, one of the body's.
    assertThat(blockMillis(10_000, Runs.unlimited())).isCloseTo(150.3, within(0.5));
  }

  @Test
  void shouldDoubleTheWindowWithEachRoundTrip() {
    // 14,480 bytes, then 28,960 and 57,920: 101,360 after two more round trips.
    assertThat(blockMillis(95_000, Runs.unlimited())).isCloseTo(350.4, within(2.0));
  }

  @Test
  void shouldTakeAsLongAsTheLineNeedsOnceTheWindowIsWide() {
    double slow = blockMillis(500_000, new Links.Bandwidth.Uniform(4, 0));
    // 500,000 bytes and headers at 4 Mbit/s take 1,036 ms, whatever the window does meanwhile.
    assertThat(slow).isBetween(1_186.0, 1_400.0);
  }

  @Test
  void shouldTakeAsLongOnTheReceiversLine() {
    double slow = blockMillis(500_000, new Links.Bandwidth.Uniform(0, 4));
    assertThat(slow).isBetween(1_186.0, 1_450.0);
  }

  @Test
  void shouldStartAnewAfterARest() {
    Links links = Runs.links(new Links.Latency.Uniform(DELAY_MILLIS, 0), Runs.unlimited());
    Load.Blocks blocks = new Load.Blocks(5_000, 1, 95_000, 60_000, 0, 10_000);
    SimResult result = Runs.unchecked(Runs.scenario(2, "announce", links, List.of(blocks)));
    List<ItemTrace> items = Runs.items(result, "block");
    assertThat(items).hasSize(2);
    assertThat(Runs.delaysMillis(result, items.get(1))[1])
        .isCloseTo(Runs.delaysMillis(result, items.get(0))[1], within(5.0));
  }
}
