package grapevine.node.app.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import grapevine.node.transport.NodeLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Changes the levels of the process that the tests run in, and puts them back. */
class LogTopicsTest {
  private final LogTopics topics = new LogTopics();
  private String before;

  @BeforeEach
  void remember() {
    before = topics.levels().get(LogTopics.ALL);
  }

  @AfterEach
  void putBack() {
    topics.set("transport", "inherit");
    topics.set(LogTopics.ALL, before);
  }

  @Test
  void shouldChangeOneTopicAndLeaveTheOthers() {
    LogTopics.setAll(Level.WARN);
    topics.set("transport", "TRACE");

    assertThat(topics.levels())
        .containsEntry("all", "warn")
        .containsEntry("transport", "trace")
        .containsEntry("app", "warn");
    assertThat(LoggerFactory.getLogger(NodeLoop.class).isTraceEnabled()).isTrue();
  }

  @Test
  void shouldFollowAllAgain() {
    topics.set("transport", "trace");
    topics.set("transport", "inherit");
    topics.set("all", "error");

    assertThat(topics.levels()).containsEntry("transport", "error");
    assertThat(LoggerFactory.getLogger(NodeLoop.class).isWarnEnabled()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, debug, 'found topic \"nonsense\", expected all, api, app, metrics, record, transport'",
    "transport, loud, 'found level \"loud\", expected error, warn, info, debug or trace'",
    "all, inherit, 'found level \"inherit\", expected error, warn, info, debug or trace'"
  })
  void shouldSayWhatItExpected(String topic, String level, String complaint) {
    assertThatThrownBy(() -> topics.set(topic, level))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(complaint);
  }
}
