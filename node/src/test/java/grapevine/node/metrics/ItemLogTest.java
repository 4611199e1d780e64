package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import grapevine.node.model.Rejection;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ItemLogTest {
  private static final String TRANSACTION = "item=" + "ab".repeat(32) + " kind=transaction";
  private static final String BLOCK = "item=" + "cd".repeat(32) + " kind=block";

  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Logger logger = new LoggerContext().getLogger("item-log-test");
  private final ItemLog log = new ItemLog(logger);

  ItemLogTest() {
    logger.addAppender(appender);
    appender.start();
  }

  /** Level, message and fields of each line. */
  private List<String> lines() {
    return appender.list.stream()
        .map(
            event ->
                event.getLevel()
                    + " "
                    + event.getFormattedMessage()
                    + event.getKeyValuePairs().stream()
                        .map(pair -> " " + pair.key + "=" + pair.value)
                        .collect(Collectors.joining()))
        .toList();
  }

  @Test
  void shouldTellWhatBecameOfEachItemAtDebug() {
    logger.setLevel(Level.DEBUG);
    Sample.tellAll(log);

    assertThat(lines())
        .containsSubsequence(
            "DEBUG accepted " + TRANSACTION + " peer=p7 bytes=200 ageMillis=34",
            "DEBUG accepted " + BLOCK + " bytes=900 ageMillis=0",
            "INFO rejected " + TRANSACTION + " peer=p7 reason=expired",
            "DEBUG dropped " + TRANSACTION + " reason=pool-full",
            "WARN conflict " + TRANSACTION + " other=" + "ab".repeat(32));
  }

  @Test
  void shouldTellOnlyWhatIsRareOtherwise() {
    logger.setLevel(Level.INFO);
    Sample.tellAll(log);

    assertThat(lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("INFO ") || line.startsWith("WARN "))
        .noneMatch(line -> line.contains("accepted"));
  }

  @Test
  void shouldNotLetRefusedItemsFillTheLog() {
    for (int i = 0; i < 1000; i++) {
      log.onRejected(Sample.TRANSACTION, Rejection.EXPIRED, Sample.PEER, i);
    }
    log.onRejected(Sample.TRANSACTION, Rejection.CONFLICT, Sample.PEER, 1000);

    assertThat(lines()).hasSize(11);
    assertThat(lines().getLast()).contains("reason=conflict");
  }
}
