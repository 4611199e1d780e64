package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a running node for an item, at once or when it comes. */
@Command(
    name = "get",
    description = {
      "Print a transaction or block that a running node holds; exit code 1 if it does not.",
      "With --wait it may come meanwhile."
    },
    mixinStandardHelpOptions = true)
public final class GetCommand extends Query {
  private static final int NOT_FOUND = 404;
  private static final long POLL_MILLIS = 100;
  private static final double WAIT_SECONDS_MAX = 86_400;

  /** Longer values are cut in a table: the whole item is in the JSON. */
  private static final int SHOWN_CHARS_MAX = 128;

  @Parameters(paramLabel = "HASH", description = "Its id, 64 hexadecimal digits.")
  private String hash;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long to wait until the node holds it.")
  private double waitSeconds;

  public GetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    if (!(waitSeconds >= 0 && waitSeconds <= WAIT_SECONDS_MAX)) {
      throw CommandException.usage(
          "--wait: found %s, expected 0 to %.0f seconds".formatted(waitSeconds, WAIT_SECONDS_MAX));
    }
    long untilNanos = System.nanoTime() + (long) (waitSeconds * 1e9);
    while (true) {
      Optional<JsonNode> found = find(client);
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() - untilNanos >= 0) {
        throw CommandException.runtime(
            "the node does not hold %s%s"
                .formatted(hash, waitSeconds > 0 ? ", after " + waitSeconds + " s" : ""));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Optional<JsonNode> find(ApiClient client) throws IOException, InterruptedException {
    for (String kind : new String[] {"transaction", "block"}) {
      try {
        return Optional.of(client.get("/v1/items/" + kind + "/" + hash));
      } catch (ApiClient.RefusedException e) {
        if (e.status() != NOT_FOUND) {
          throw e;
        }
      }
    }
    return Optional.empty();
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
