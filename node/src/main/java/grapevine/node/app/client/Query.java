package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command that asks a running node one thing and prints the answer: for people, or the API's own
 * JSON, whole or an element a line.
 */
abstract class Query implements Callable<Integer> {
  private static final double WATCH_MIN = 0.1;
  private static final double WATCH_MAX = 3600;
  private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  private final Terminal terminal;

  @Mixin private ApiAccess api;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description =
          "${COMPLETION-CANDIDATES}; json is what the API answers, jsonl an element a line.")
  private Format output;

  @Option(
      names = {"-w", "--watch"},
      arity = "0..1",
      fallbackValue = "2",
      paramLabel = "SECONDS",
      description =
          "Ask again so often, until Ctrl-C; every 2 s without a number. Text clears the screen.")
  private @Nullable Double watchSeconds;

  /** For whom it prints; lower case, because it is typed. */
  enum Format {
    text,
    json,
    jsonl
  }

  Query(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Asks.
   *
   * @throws ApiClient.RefusedException when the node answers with an error
   */
  abstract JsonNode ask(ApiClient client) throws IOException, InterruptedException;

  /** The answer for people, ended by a line's end. */
  abstract String text(JsonNode answer);

  /** What jsonl prints, each on a line. */
  Iterable<JsonNode> elements(JsonNode answer) {
    return answer.isArray() ? answer : List.of(answer);
  }

  /** How the command ends when the node has given this answer. */
  ExitCode exitCode(JsonNode answer) {
    return ExitCode.OK;
  }

  @Override
  public final Integer call() throws IOException, InterruptedException {
    if (watchSeconds != null && !(watchSeconds >= WATCH_MIN && watchSeconds <= WATCH_MAX)) {
      throw CommandException.usage(
          "--watch: found %s, expected %s to %s seconds"
              .formatted(watchSeconds, WATCH_MIN, WATCH_MAX));
    }
    try (ApiClient client = api.open(terminal.environment())) {
      JsonNode answer = ask(client);
      while (watchSeconds != null) {
        if (output == Format.text) {
          terminal.out().print(CLEAR_SCREEN);
        }
        print(answer);
        Thread.sleep(Math.round(watchSeconds * 1000));
        answer = ask(client);
      }
      print(answer);
      return exitCode(answer).code();
    }
  }

  private void print(JsonNode answer) {
    switch (output) {
      case json -> terminal.out().println(answer);
      case jsonl -> elements(answer).forEach(each -> terminal.out().println(each));
      case text -> terminal.out().print(text(answer));
    }
    terminal.out().flush();
  }
}
