package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Asks a running node for the tips of its tree of blocks. */
@Command(
    name = "tips",
    description = "List a running node's tips, the best first; more than one is a fork.",
    mixinStandardHelpOptions = true)
public final class TipsCommand extends Query {
  public TipsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return client.get("/v1/tips");
  }

  @Override
  String text(JsonNode tips) {
    TextTable table = new TextTable();
    table.add("HEIGHT", "SLOT", "PRODUCER", "BEST", "ID");
    for (JsonNode tip : tips) {
      table.add(
          tip.path("height").asText(),
          tip.path("slot").asText(),
          tip.path("producer").asText(),
          tip.path("best").asBoolean() ? "best" : "-",
          tip.path("id").asText());
    }
    return table.toString();
  }
}
