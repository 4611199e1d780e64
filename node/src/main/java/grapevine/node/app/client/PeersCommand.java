package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Asks a running node for its peers. */
@Command(
    name = "peers",
    description = "List a running node's peers; -o json prints what /v1/peers answers.",
    mixinStandardHelpOptions = true)
public final class PeersCommand extends Query {
  public PeersCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return client.get("/v1/peers");
  }

  @Override
  String text(JsonNode peers) {
    TextTable table = new TextTable();
    table.add(
        "PEER",
        "NODE",
        "DIRECTION",
        "ADDRESS",
        "CONNECTED",
        "RTT",
        "RTT MIN",
        "IN FLIGHT",
        "QUEUED",
        "HEIGHT",
        "SAME SET",
        "AGENT");
    for (JsonNode peer : peers) {
      table.add(
          peer.path("peer").asText(),
          peer.path("nodeId").asText(),
          peer.path("direction").asText(),
          peer.path("address").asText(),
          StatusCommand.duration(peer.path("connectedMillis").asLong()),
          millis(peer.path("rttMillis")),
          millis(peer.path("rttMinMillis")),
          peer.path("inFlight").asText(),
          peer.path("queuedBytes").asText(),
          peer.path("bestHeight").asText(),
          sameSet(peer.path("sameMinute")),
          peer.path("agent").asText());
    }
    return table.toString();
  }

  private static String millis(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.2fms", value.asDouble()) : "-";
  }

  private static String sameSet(JsonNode value) {
    if (!value.isBoolean()) {
      return "-";
    }
    return value.booleanValue() ? "yes" : "no";
  }
}
