package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks a running node for an item. */
@Command(
    name = "get",
    description = "Print a transaction or block that a running node holds, or end with 1.",
    mixinStandardHelpOptions = true)
public final class GetCommand extends Query {
  /** Longer values are cut in a table: the whole item is in the JSON. */
  private static final int SHOWN_CHARS_MAX = 128;

  @Parameters(paramLabel = "HASH", description = "Its id, 64 hexadecimal digits.")
  private String hash;

  public GetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return ItemPaths.find(client, hash, "")
        .orElseThrow(() -> CommandException.runtime("the node does not hold " + hash));
  }

  @Override
  String text(JsonNode item) {
    TextTable table = new TextTable();
    item.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              String text = value.isValueNode() ? value.asText() : value.toString();
              boolean isLong = text.length() > SHOWN_CHARS_MAX;
              table.add(
                  field.getKey(),
                  isLong
                      ? text.substring(0, SHOWN_CHARS_MAX)
                          + "... ("
                          + text.length()
                          + " characters)"
                      : text);
            });
    return table.toString();
  }
}
