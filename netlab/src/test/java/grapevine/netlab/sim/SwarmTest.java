package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random small scenarios with faults, every invariant of every node recomputed after every input:
 * first safety, then, in calm, agreement. How many, and from which number on, is set by {@code
 * -Dswarm.count} and {@code -Dswarm.first}; a failure names the line that replays it.
 */
class SwarmTest {
  private static final int COUNT_DEFAULT = 200;

  @Test
  void shouldKeepEveryPromiseInEveryScenario() {
    long first = Long.getLong("swarm.first", 1);
    int count = Integer.getInteger("swarm.count", COUNT_DEFAULT);
    List<String> failures = new ArrayList<>();
    LongStream.range(first, first + count)
        .parallel()
        .mapToObj(SwarmTest::failure)
        .filter(failure -> !failure.isEmpty())
        .forEachOrdered(failures::add);
    assertThat(failures).isEmpty();
  }

  private static String failure(long number) {
    Scenario scenario = Swarm.scenario(number);
    String replay =
        "%nmvn test -pl netlab -am -Dtest=SwarmTest -Dsurefire.failIfNoSpecifiedTests=false"
                .formatted()
            + " -Dswarm.first="
            + number
            + " -Dswarm.count=1 : ";
    try {
      SimResult result = SimRun.run(scenario, true, SimRun.Watcher.NONE);
      return result.passed() ? "" : replay + result.violations();
    } catch (RuntimeException | AssertionError e) {
      return replay + e;
    }
  }
}
