package grapevine.node.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogEncoderTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.000042Z");

  /** A line's end, a colour, a forged field, 8-bit ANSI, writing backwards, half a pair. */
  private static final String HOSTILE =
      "x\r\n2026 INFO forged\u001b[31m\" reason=none \\ \u009b2J \u202e \u2028 \ud800 \u007f é 日";

  private final LogEncoder encoder = new LogEncoder();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Logger log = new LoggerContext().getLogger("grapevine.node.test.Place");

  @BeforeEach
  void listen() {
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            ((LoggingEvent) event).setInstant(TIME);
            written.writeBytes(encoder.encode(event));
          }
        };
    appender.setContext(log.getLoggerContext());
    appender.start();
    log.addAppender(appender);
  }

  private List<String> lines() {
    String text = written.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    return List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }

  private JsonNode json() throws Exception {
    assertThat(lines()).hasSize(1);
    return new ObjectMapper().readTree(lines().getFirst());
  }

  private void tellOfAPeer() {
    log.atWarn().addKeyValue("peer", "p7").addKeyValue("detail", "own key").log("disconnect");
  }

  @Test
  void shouldWriteFieldsBehindTheMessage() {
    tellOfAPeer();
    assertThat(lines())
        .containsExactly(
            "2026-03-01T12:00:00.000042Z WARN  Place: disconnect peer=p7 detail=\"own key\"");
  }

  @Test
  void shouldWriteTheSameFieldsAsJson() {
    encoder.setFormat(LogFormat.JSON);
    tellOfAPeer();
    assertThat(lines())
        .containsExactly(
            "{\"time\":\"2026-03-01T12:00:00.000042Z\",\"level\":\"WARN\",\"logger\":\"Place\","
                + "\"message\":\"disconnect\",\"peer\":\"p7\",\"detail\":\"own key\"}");
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void shouldEscapeWhatAPeerSays(LogFormat format) {
    encoder.setFormat(format);
    Exception failure = new IllegalStateException(HOSTILE, new IllegalArgumentException(HOSTILE));
    failure.setStackTrace(new StackTraceElement[0]);
    failure.getCause().setStackTrace(new StackTraceElement[0]);
    log.atInfo().addKeyValue("text", HOSTILE).setCause(failure).log("it says {}", HOSTILE);

    List<String> lines = lines();
    assertThat(lines).hasSize(format == LogFormat.JSON ? 1 : 3);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("\t"));
    List<String> escaped = new ArrayList<>(List.of(String.join("", lines).split("forged", -1)));
    assertThat(escaped).hasSize(5);
    for (String after : escaped.subList(1, 5)) {
      assertThat(after)
          .startsWith(
              "\\u001b[31m\\\" reason=none \\\\ \\u009b2J \\u202e \\u2028 \\ud800 \\u007f é 日");
    }
    assertThat(String.join("", lines).replace("\t", "").codePoints())
        .allMatch(each -> each >= ' ' && each != 0x7f && (each < 0x80 || each > 0x9f));
  }

  @Test
  void shouldSayTheSameToParsersOfJson() throws Exception {
    encoder.setFormat(LogFormat.JSON);
    log.atInfo().addKeyValue("text", HOSTILE).log("it says {}", HOSTILE);
    assertThat(json().path("text").asText()).isEqualTo(HOSTILE);
    assertThat(json().path("message").asText()).isEqualTo("it says " + HOSTILE);
  }

  @Test
  void shouldPutAnExceptionWithItsCausesIntoOneField() throws Exception {
    encoder.setFormat(LogFormat.JSON);
    log.error("failed", new IllegalStateException("outer", new IllegalArgumentException("inner")));
    assertThat(json().path("exception").asText())
        .startsWith("java.lang.IllegalStateException: outer\nat grapevine.node.app.log.LogEncoder")
        .contains("\ncaused by java.lang.IllegalArgumentException: inner");
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void shouldWriteAtMostAMebibyteAnHourFromOnePlace(LogFormat format) {
    encoder.setFormat(format);
    Exception failure = new IllegalStateException("x");
    for (int i = 0; i < 2_000; i++) {
      log.atWarn().addKeyValue("text", "\u001b".repeat(100)).setCause(failure).log("provoked");
    }
    assertThat(written.size()).isBetween(LogLimit.BYTES_MAX * 9 / 10, LogLimit.BYTES_MAX);
    assertThat(lines().getLast()).contains("LogLimit", "for this hour", "Place");
    int before = written.size();
    log.warn("another place");
    assertThat(written.size()).isGreaterThan(before);
  }
}
