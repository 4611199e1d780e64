package grapevine.netlab.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.node.model.ItemId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One line of a node's event stream, as far as the lab listens. */
sealed interface NodeEvent {
  /** The first line of a stream; all that happens later is told. */
  record Hello(long monoNanos) implements NodeEvent {}

  /**
   * The node holds an item, verified.
   *
   * @param bytes length of its body, 0 when the node does not tell
   * @param peer key of the node that gave it, in hex; null when it was born there
   */
  record Accepted(ItemId item, int bytes, @Nullable String peer, long monoNanos)
      implements NodeEvent {}

  /** The lab read too slowly: so many events are gone. */
  record Lost(long count) implements NodeEvent {}

  /** Anything else, also what later versions may tell. */
  record Other(String name) implements NodeEvent {}

  ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IOException naming the line when it is not an event
   */
  static NodeEvent parse(String line) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (IOException e) {
      throw new IOException("not a line of JSON: " + line, e);
    }
    String name = json.path("event").asText();
    return switch (name) {
      case "hello" -> new Hello(number(json, "mono", line));
      case "accepted" ->
          new Accepted(
              NodeApi.itemId(json.path("kind").asText(), json.path("item").asText()),
              json.path("bytes").asInt(),
              json.hasNonNull("peer") ? json.path("peer").asText() : null,
              number(json, "mono", line));
      case "lost" -> new Lost(number(json, "count", line));
      case "" -> throw new IOException("not an event: " + line);
      default -> new Other(name);
    };
  }

  private static long number(JsonNode json, String field, String line) throws IOException {
    JsonNode value = json.get(field);
    if (value == null || !value.isIntegralNumber()) {
      throw new IOException("no whole number \"" + field + "\" in " + line);
    }
    return value.asLong();
  }
}
