package grapevine.node.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLimitTest {
  private static final long NOW = 1_700_000_000_000L;

  private final LogLimit limit = new LogLimit();

  private LogLimit.Share take(String pattern, int bytes, long atMillis) {
    return limit.place("grapevine.test.Place", pattern).take(bytes, atMillis);
  }

  @Test
  void shouldSilenceAPlaceThatHasWrittenAMebibyteWithinAnHour() {
    int bytes = 0;
    LogLimit.Share share = take("provoked by {}", 1000, NOW);
    for (int i = 1; share == LogLimit.Share.WRITTEN; i++) {
      bytes += 1000;
      share = take("provoked by {}", 1000, NOW + i);
    }
    assertThat(share).isEqualTo(LogLimit.Share.LAST);
    assertThat(bytes).isBetween(LogLimit.BYTES_MAX - 2000, LogLimit.BYTES_MAX);
    assertThat(take("provoked by {}", 1, NOW)).isEqualTo(LogLimit.Share.FULL);
    assertThat(take("another place", 1, NOW)).isEqualTo(LogLimit.Share.WRITTEN);
    assertThat(take("provoked by {}", 1, NOW + LogLimit.HOUR_MILLIS))
        .isEqualTo(LogLimit.Share.WRITTEN);
  }

  @Test
  void shouldNotGrowWithPatternsMadeAtRunTime() {
    int lines = 0;
    while (take("pattern " + lines, 100, NOW) == LogLimit.Share.WRITTEN) {
      lines++;
    }
    assertThat(lines).isLessThan(20_000);
  }
}
