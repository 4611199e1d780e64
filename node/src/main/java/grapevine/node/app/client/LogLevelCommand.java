package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells and changes how much a running node logs. */
@Command(
    name = "log-level",
    description = "Print how much a running node logs, or change it until the node ends.",
    mixinStandardHelpOptions = true)
public final class LogLevelCommand extends Request {
  @Parameters(
      arity = "0..1",
      paramLabel = "LEVEL",
      description =
          "error, warn, info, debug, trace; or inherit, for a topic that is to follow all.")
  private @Nullable String level;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = "all",
      description = "Which part of the node, as this command lists them; all if absent.")
  private String topic;

  public LogLevelCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  JsonNode ask(ApiClient client) throws IOException, InterruptedException {
    if (level == null) {
      return client.get("/v1/log-levels");
    }
    return client.put(
        "/v1/log-levels/" + ApiClient.segment(topic),
        JsonNodeFactory.instance.objectNode().put("level", level));
  }

  @Override
  String text(JsonNode levels) {
    TextTable table = new TextTable();
    levels.properties().forEach(each -> table.add(each.getKey(), each.getValue().asText()));
    return table.toString();
  }
}
