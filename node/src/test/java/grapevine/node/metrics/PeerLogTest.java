package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PeerLogTest {
  private static final long MINUTE = 60_000_000_000L;

  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final PeerLog log = new PeerLog(logger());

  private ch.qos.logback.classic.Logger logger() {
    ch.qos.logback.classic.Logger logger = new LoggerContext().getLogger("test");
    appender.start();
    logger.addAppender(appender);
    return logger;
  }

  private List<String> lines() {
    return appender.list.stream().map(PeerLogTest::line).toList();
  }

  private static String line(ILoggingEvent event) {
    return event.getKeyValuePairs().stream()
        .map(pair -> " " + pair.key + "=" + pair.value)
        .collect(Collectors.joining("", event.getMessage(), ""));
  }

  @Test
  void shouldSayWhoComesAndWhyItGoes() {
    log.onPeerUp(Sample.peer(), 1);
    log.onPeerDown(Sample.PEER, Sample.peer(), DisconnectReason.IDLE, "silent for 75000 ms", 2);
    log.onPeerDown(new PeerId(9), null, DisconnectReason.WRONG_NETWORK, "other tag", 3);
    log.onDialFailed(Sample.ADDRESS, 4);

    assertThat(lines())
        .containsExactly(
            "up peer=%s node=%s direction=outbound address=%s"
                .formatted(Sample.PEER, Sample.PEER_KEY, Sample.ADDRESS),
            "disconnect peer=%s node=%s reason=idle detail=silent for 75000 ms"
                .formatted(Sample.PEER, Sample.PEER_KEY),
            "disconnect peer=p9 reason=wrong-network detail=other tag",
            "dial failed address=" + Sample.ADDRESS);
  }

  @Test
  void shouldNotLetAThousandConnectionsFillTheLog() {
    for (int i = 0; i < 1000; i++) {
      log.onPeerDown(new PeerId(i), null, DisconnectReason.SELF_CONNECTION, "own key", i);
    }
    assertThat(lines()).hasSize(10);

    log.onPeerDown(new PeerId(1000), null, DisconnectReason.BAD_MAGIC, "x", 1000);
    log.onPeerDown(new PeerId(1001), null, DisconnectReason.SELF_CONNECTION, "own key", MINUTE);
    assertThat(lines()).hasSize(12);
    assertThat(lines().get(10)).contains("reason=bad-magic").doesNotContain("omitted");
    assertThat(lines().get(11)).endsWith(" omitted=990");
  }
}
