package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitTest {
  private static final long NOW = 1_700_000_000_000L;

  private final List<String> full = new ArrayList<>();
  private final LogLimit limit = new LogLimit(full::add);
  private final Logger logger = new LoggerContext().getLogger("grapevine.test.Place");

  private boolean passes(String pattern, Throwable failure, long atMillis, Object... arguments) {
    LoggingEvent event = new LoggingEvent("test", logger, Level.WARN, pattern, failure, arguments);
    event.setTimeStamp(atMillis);
    return limit.decide(event) != FilterReply.DENY;
  }

  @Test
  void shouldSilenceAPlaceThatHasWrittenAMebibyteWithinAnHour() {
    long bytes = 0;
    for (int i = 0; passes("provoked by {}", null, NOW + i, "x".repeat(1000)); i++) {
      bytes += 1000;
    }
    assertThat(bytes).isBetween(LogLimit.BYTES_MAX * 8 / 10, LogLimit.BYTES_MAX);
    assertThat(full)
        .containsExactly("grapevine.test.Place has filled its part of the log for this hour");
    assertThat(passes("another place", null, NOW)).isTrue();
    assertThat(passes("provoked by {}", null, NOW + LogLimit.HOUR_MILLIS, "x")).isTrue();
  }

  @Test
  void shouldCountTraces() {
    int lines = 0;
    while (passes("failed", new IllegalStateException("x"), NOW)) {
      lines++;
    }
    assertThat(lines).isLessThan(1000);
  }

  @Test
  void shouldNotGrowWithPatternsMadeAtRunTime() {
    int lines = 0;
    while (passes("pattern " + lines, null, NOW)) {
      lines++;
    }
    assertThat(lines).isLessThan(20_000);
  }
}
