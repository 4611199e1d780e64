package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Asks a running node what it has sent and received. */
@Command(
    name = "net",
    description =
        "Print what a running node has sent and received since its start, by type of message, with the"
            + " peers that have gone.",
    mixinStandardHelpOptions = true)
public final class NetCommand extends Query {
  public NetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return client.get("/v1/net");
  }

  @Override
  String text(JsonNode net) {
    TextTable table = new TextTable();
    table.add("TYPE", "MESSAGES IN", "BYTES IN", "MESSAGES OUT", "BYTES OUT");
    net.path("types").properties().forEach(type -> add(table, type.getKey(), type.getValue()));
    add(table, "all", net.path("traffic"));
    table.add(
        "sockets", "", net.path("socketBytesIn").asText(), "", net.path("socketBytesOut").asText());
    JsonNode items = net.path("items");
    return "%ssince %s; announced to us %d, asked for %d, first bodies %d, duplicates %d, served %d%n"
        .formatted(
            table,
            StatusCommand.duration(net.path("sinceMillis").asLong()),
            items.path("announced").asLong(),
            items.path("requested").asLong(),
            items.path("first").asLong(),
            items.path("duplicates").asLong(),
            items.path("served").asLong());
  }

  private static void add(TextTable table, String name, JsonNode traffic) {
    table.add(
        name,
        traffic.path("messagesIn").asText(),
        traffic.path("bytesIn").asText(),
        traffic.path("messagesOut").asText(),
        traffic.path("bytesOut").asText());
  }
}
