package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;

/** Asks a running node for its pool. */
@Command(
    name = "pool",
    description = "Print how full a running node's pool is, what it takes, and what is on its way.",
    mixinStandardHelpOptions = true)
public final class PoolCommand extends Query {
  public PoolCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    return client.get("/v1/pool");
  }

  @Override
  String text(JsonNode pool) {
    TextTable table = new TextTable();
    table.add("transactions", of(pool, "transactions", "transactionsMax"));
    table.add("bytes", of(pool, "bytes", "bytesMax"));
    table.add("senders", pool.path("senders").asText());
    table.add("conflicts", pool.path("conflicts").asText());
    table.add(
        "fees per 1000 bytes",
        pool.path("feeMin").asText() + " to " + pool.path("feeMax").asText());
    table.add("fee floor", pool.path("feeFloor").asText());
    JsonNode expiry = pool.path("nextExpiryMillis");
    table.add(
        "next expiry", expiry.isNumber() ? Instant.ofEpochMilli(expiry.asLong()).toString() : "-");
    table.add("wanted", pool.path("wanted").asText());
    table.add(
        "in flight",
        "%d transactions, %d blocks"
            .formatted(
                pool.at("/inFlight/transactions").asLong(), pool.at("/inFlight/blocks").asLong()));
    table.add("being verified", pool.path("verifyingBytes").asText() + " bytes");
    return table.toString();
  }

  private static String of(JsonNode pool, String used, String max) {
    return pool.path(used).asText() + " of " + pool.path(max).asText();
  }
}
