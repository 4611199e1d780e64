package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running node what it has stored. */
@Command(
    name = "items",
    description = {
      "List what a running node has stored, in the order of storing.",
      "To go on, give the last position as --since; it stays good over restarts."
    },
    mixinStandardHelpOptions = true)
public final class ItemsCommand extends Query {
  private static final int LIMIT_MAX = 10_000;

  @Option(
      names = "--since",
      paramLabel = "POSITION",
      defaultValue = "0",
      description = "Only what was stored behind it. Default: ${DEFAULT-VALUE}.")
  private long since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many at most, 1 to " + LIMIT_MAX + ". Default: ${DEFAULT-VALUE}.")
  private int limit;

  public ItemsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  void check() {
    super.check();
    if (since < 0 || limit < 1 || limit > LIMIT_MAX) {
      throw CommandException.usage(
          "--since %d --limit %d: expected a position of at least 0, and 1 to %d items"
              .formatted(since, limit, LIMIT_MAX));
    }
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return client.get("/v1/items?since=" + since + "&limit=" + limit);
  }

  @Override
  Iterable<JsonNode> elements(JsonNode page) {
    return page.path("items");
  }

  @Override
  String text(JsonNode page) {
    TextTable table = new TextTable();
    table.add("POSITION", "KIND", "ID");
    for (JsonNode item : page.path("items")) {
      table.add(
          item.path("position").asText(), item.path("kind").asText(), item.path("id").asText());
    }
    return table.toString();
  }
}
