package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks a running node what it did with an item. */
@Command(
    name = "trace",
    description = {
      "Print what a running node did with an item: who announced it, when it was asked for, when and from"
          + " whom it came, to whom it went.",
      "The node remembers its latest items only (--trace-items). Ends with 1 if it remembers nothing."
    },
    mixinStandardHelpOptions = true)
public final class TraceCommand extends Query {
  /** Columns of their own. */
  private static final Set<String> PLACED =
      Set.of("step", "afterMicros", "peer", "nodeId", "result");

  @Parameters(paramLabel = "HASH", description = "Its id, 64 hexadecimal digits.")
  private String hash;

  public TraceCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    Optional<JsonNode> trace = ItemPaths.find(client, hash, "/trace");
    if (trace.isPresent()) {
      return trace.get();
    }
    throw CommandException.runtime(
        ItemPaths.find(client, hash, "").isPresent()
            ? "the node holds " + hash + ", but does not remember what it did with it"
            : "the node neither holds " + hash + " nor remembers it");
  }

  @Override
  Iterable<JsonNode> elements(JsonNode trace) {
    return trace.path("steps");
  }

  @Override
  String text(JsonNode trace) {
    TextTable table = new TextTable();
    table.add("AFTER", "STEP", "RESULT", "PEER", "NODE", "");
    for (JsonNode step : trace.path("steps")) {
      StringJoiner rest = new StringJoiner(" ");
      step.properties().stream()
          .filter(field -> !PLACED.contains(field.getKey()))
          .forEach(field -> rest.add(field.getKey() + "=" + field.getValue().asText()));
      table.add(
          String.format(Locale.ROOT, "%.3fms", step.path("afterMicros").asLong() / 1000.0),
          step.path("step").asText(),
          step.path("result").asText("-"),
          step.has("peer") ? "p" + step.path("peer").asText() : "-",
          step.path("nodeId").asText("-"),
          rest.toString());
    }
    String more =
        trace.path("omitted").asInt() == 0 ? "" : "and " + trace.path("omitted") + " more\n";
    return "%s %s, first heard of at %s%n%s%s"
        .formatted(
            trace.path("kind").asText(),
            trace.path("id").asText(),
            trace.path("wall").asText(),
            table,
            more);
  }
}
