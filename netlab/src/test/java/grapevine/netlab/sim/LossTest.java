package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.ItemTrace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three messages of ten vanish from the first to the last second: announcements, bodies, repair.
 */
class LossTest {
  private static final Links LOSSY =
      new Links(new Links.Latency.Uniform(50, 10), Runs.unlimited(), 0.3, 0);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldDeliverEverythingInTimeThoughThreeMessagesOfTenGetLost(long seed) {
    List<Load> loads =
        List.of(
            new Load.Transactions(5, 250, 0, 20_000), new Load.Blocks(5_000, 3, 0, 0, 0, 20_000));
    SimResult result = Runs.unchecked(scenario(loads).withSeed(seed));

    assertThat(result.violations()).isEmpty();
    assertThat(result.trace().items()).allMatch(item -> result.trace().lacking(item).isEmpty());
    assertThat(Runs.items(result, "block")).isNotEmpty();
    double[] seconds = deliverySeconds(Runs.items(result, "transaction"));
    assertThat(seconds).hasSizeGreaterThan(2_000);
    assertThat(seconds[(int) StrictMath.ceil(0.99 * seconds.length) - 1]).isLessThan(15);
    assertThat(seconds[seconds.length - 1]).isLessThan(60);
    double[] ofBlocks = deliverySeconds(Runs.items(result, "block"));
    assertThat(ofBlocks[ofBlocks.length - 1]).isLessThan(60);
  }

  /** Each node dials eight others, as nodes do. */
  private static Scenario scenario(List<Load> loads) {
    Scenario given = Runs.settling(90_000, Runs.scenario(32, "announce", LOSSY, loads));
    return new Scenario(
        given.name(),
        given.about(),
        given.population(),
        new TopologyPlan.Random(8),
        given.links(),
        given.loads(),
        given.faults(),
        given.observation());
  }

  /** Of all items at all nodes, ascending. */
  private static double[] deliverySeconds(List<ItemTrace> items) {
    double[] seconds =
        items.stream()
            .flatMapToDouble(
                item ->
                    IntStream.range(0, item.deliveries().size())
                        .mapToDouble(i -> item.delayNanos(i) / 1e9))
            .toArray();
    Arrays.sort(seconds);
    return seconds;
  }
}
