package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running node whether it is of use. */
@Command(
    name = "health",
    description = "Ask a running node whether it is ready: exit code 0, or 1 with the reasons.",
    mixinStandardHelpOptions = true)
public final class HealthCommand extends Query {
  private static final int UNAVAILABLE = 503;

  @Option(
      names = "--min-peers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Fewer peers count as not ready.")
  private int peersMin;

  public HealthCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    try {
      return client.get("/readyz?min_peers=" + peersMin);
    } catch (ApiClient.RefusedException e) {
      if (e.status() == UNAVAILABLE && e.body().has("ready")) {
        return e.body();
      }
      throw e;
    }
  }

  @Override
  ExitCode exitCode(JsonNode health) {
    return health.path("ready").asBoolean() ? ExitCode.OK : ExitCode.RUNTIME;
  }

  @Override
  String text(JsonNode health) {
    List<String> reasons = new ArrayList<>();
    health.path("reasons").forEach(reason -> reasons.add(reason.asText()));
    return (health.path("ready").asBoolean() ? "ready" : "not ready: " + String.join("; ", reasons))
        + System.lineSeparator();
  }
}
