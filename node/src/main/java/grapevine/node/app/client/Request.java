package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command that has a running node do or tell one thing and prints the answer: for people, or the
 * API's own JSON, whole or an element a line.
 */
abstract class Request implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ApiAccess api;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description =
          "${COMPLETION-CANDIDATES}; json is what the API answers, jsonl an element a line.")
  private Format output;

  /** For whom it prints; lower case, because it is typed. */
  enum Format {
    text,
    json,
    jsonl
  }

  Request(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Complains of options that cannot be used, before anybody is asked. */
  void check() {}

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
    check();
    try (ApiClient client = api.open(terminal.environment())) {
      return run(client).code();
    }
  }

  /** Asks, and prints the answer. */
  ExitCode run(ApiClient client) throws IOException, InterruptedException {
    JsonNode answer = ask(client);
    print(answer);
    return exitCode(answer);
  }

  final Terminal terminal() {
    return terminal;
  }

  /** Whether it prints for people. */
  final boolean isText() {
    return output == Format.text;
  }

  final void print(JsonNode answer) {
    switch (output) {
      case json -> terminal.out().println(answer);
      case jsonl -> elements(answer).forEach(each -> terminal.out().println(each));
      case text -> terminal.out().print(text(answer));
    }
    terminal.out().flush();
  }
}
