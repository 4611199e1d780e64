package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;

/** Asks a running node how it is. */
@Command(
    name = "status",
    description = "Print how a running node is; -o json prints what /v1/status answers.",
    mixinStandardHelpOptions = true)
public final class StatusCommand extends Query {
  public StatusCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return client.get("/v1/status");
  }

  @Override
  String text(JsonNode status) {
    JsonNode best = status.path("best");
    JsonNode pool = status.path("pool");
    JsonNode peers = status.path("peers");
    JsonNode store = status.path("store");
    TextTable table = new TextTable();
    table.add("node", status.path("nodeId").asText());
    table.add(
        "network",
        status.path("network").asText() + " (" + status.path("networkId").asText() + ")");
    table.add("agent", status.path("agent").asText());
    table.add("uptime", duration(status.path("uptimeMillis").asLong()));
    table.add("clock", clock(status.path("clockJumpMillis").asLong()));
    table.add(
        "best tip", "height " + best.path("height").asLong() + ", " + best.path("id").asText());
    table.add("tips", status.path("tips").asText());
    table.add(
        "pool",
        pool.path("transactions").asLong()
            + " transactions, "
            + pool.path("bytes").asLong()
            + " bytes");
    table.add(
        "peers",
        peers.path("inbound").asLong()
            + " inbound, "
            + peers.path("outbound").asLong()
            + " outbound");
    table.add("addresses", status.path("addressTable").asText());
    table.add(
        "store",
        "position "
            + store.path("position").asLong()
            + ", committed "
            + store.path("committed").asLong()
            + (store.path("problem").isTextual()
                ? "; read-only: " + store.path("detail").asText()
                : ""));
    return table.toString();
  }

  private static String clock(long jumpMillis) {
    return jumpMillis == 0
        ? "follows the system's"
        : "the system's is off by " + jumpMillis + " ms and is not followed";
  }

  /** To the second, in units that people read: {@code 1d 2h 3m 4s}. */
  public static String duration(long millis) {
    Duration time = Duration.ofMillis(millis);
    String text =
        "%dd %dh %dm %ds"
            .formatted(
                time.toDays(), time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
    return text.replaceFirst("^(0[dhm] )+", "");
  }
}
