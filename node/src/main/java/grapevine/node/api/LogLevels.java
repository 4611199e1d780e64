package grapevine.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/** Tells and changes how much the node logs. Any thread. */
final class LogLevels {
  private final LogControl control;

  LogLevels(LogControl control) {
    this.control = control;
  }

  /** {@code GET /v1/log-levels} */
  void get(Call call) throws ApiError, IOException {
    call.query();
    answer(call);
  }

  /** {@code PUT /v1/log-levels/{topic}}: a body {@code {"level": "debug"}}. */
  void put(Call call) throws ApiError, IOException {
    call.query();
    String topic = call.variable("topic");
    Set<String> topics = control.levels().keySet();
    if (!topics.contains(topic)) {
      throw ApiError.malformed(
          "topic", "found topic \"%s\", expected %s".formatted(topic, String.join(", ", topics)));
    }
    JsonNode level = call.json("level").path("level");
    if (!level.isTextual()) {
      throw ApiError.malformed("level", "expected {\"level\": \"...\"}");
    }
    try {
      control.set(topic, level.asText());
    } catch (IllegalArgumentException e) {
      throw ApiError.malformed("level", String.valueOf(e.getMessage()));
    }
    answer(call);
  }

  private void answer(Call call) throws IOException {
    ObjectNode levels = Json.object();
    control.levels().forEach(levels::put);
    call.answer(200, levels);
  }
}
