package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running node for its peers. */
@Command(
    name = "peers",
    description = {
      "List a running node's peers; -o json prints what /v1/peers answers, with bytes by type.",
      "WHY: whose wish the connection is. FIRST: items that came from it first. DUP: share of the bodies from"
          + " it that were here already. ASKED: share of its announcements that we asked it for."
          + " FLIGHT: asked and not here yet. SAME: whether it held the same a minute ago."
    },
    mixinStandardHelpOptions = true)
public final class PeersCommand extends Query {
  private static final int NODE_CHARS = 12;

  /** Of one answer: more than a node's table holds. */
  private static final int ADDRESSES_MAX = 10_000;

  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description =
          "Instead of peers list the nodes, connected or not, that offer this: archive (all blocks).")
  private @Nullable String service;

  public PeersCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return service == null
        ? client.get("/v1/peers")
        : client.get(
            "/v1/addresses?service=" + ApiClient.segment(service) + "&limit=" + ADDRESSES_MAX);
  }

  @Override
  String text(JsonNode answer) {
    return service == null ? peers(answer) : addresses(answer);
  }

  private static String addresses(JsonNode known) {
    TextTable table = new TextTable();
    table.add("NODE", "STATE", "ANSWERED", "SERVICES", "ADDRESSES");
    for (JsonNode node : known) {
      JsonNode agoMillis = node.path("answeredAgoMillis");
      table.add(
          node.path("nodeId").asText(),
          node.path("state").asText(),
          agoMillis.isNumber() ? StatusCommand.duration(agoMillis.asLong()) + " ago" : "-",
          words(node.path("services")),
          words(node.path("addresses")));
    }
    return table.toString();
  }

  private static String words(JsonNode array) {
    StringJoiner words = new StringJoiner(",");
    array.forEach(each -> words.add(each.asText()));
    return words.length() == 0 ? "-" : words.toString();
  }

  private static String peers(JsonNode peers) {
    TextTable table = new TextTable();
    table.add(
        "PEER", "NODE", "DIR", "WHY", "ADDRESS", "AGE", "RTT", "MIN", "FIRST", "DUP", "ASKED",
        "FLIGHT", "IN", "OUT", "QUEUED", "HEIGHT", "SAME", "AGENT");
    for (JsonNode peer : peers) {
      JsonNode items = peer.path("items");
      long first = items.path("first").asLong();
      long duplicates = items.path("duplicates").asLong();
      table.add(
          peer.path("peer").asText(),
          shortened(peer.path("nodeId").asText()),
          peer.path("direction").asText().replace("bound", ""),
          peer.path("why").asText(),
          peer.path("address").asText(),
          StatusCommand.duration(peer.path("connectedMillis").asLong()),
          millis(peer.path("rttMillis")),
          millis(peer.path("rttMinMillis")),
          items.path("first").asText(),
          percent(duplicates, first + duplicates),
          percent(items.path("requested").asLong(), items.path("announced").asLong()),
          peer.path("inFlight").asText(),
          bytes(peer.at("/traffic/bytesIn").asLong()),
          bytes(peer.at("/traffic/bytesOut").asLong()),
          bytes(peer.path("queuedBytes").asLong()),
          peer.path("bestHeight").asText(),
          sameSet(peer.path("sameMinute")),
          peer.path("agent").asText());
    }
    return table.toString();
  }

  /** Enough to tell peers apart; the whole is in the JSON. */
  private static String shortened(String hex) {
    return hex.length() <= NODE_CHARS ? hex : hex.substring(0, NODE_CHARS);
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "-" : Math.round(100.0 * part / whole) + "%";
  }

  /** To three digits or so: {@code 998B}, {@code 12.3kB}. */
  private static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.size() - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.1f%s", value, UNITS.get(unit));
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
