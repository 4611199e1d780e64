package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until a running node holds an item. */
@Command(
    name = "wait",
    description = "Wait until a running node holds a transaction or block; 1 if it does not come.",
    mixinStandardHelpOptions = true)
public final class WaitCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 100;
  private static final double TIMEOUT_SECONDS_MAX = 86_400;

  private final Terminal terminal;

  @Mixin private ApiAccess api;

  @Parameters(paramLabel = "HASH", description = "Its id, 64 hexadecimal digits.")
  private String hash;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long at most. Default: ${DEFAULT-VALUE}.")
  private double timeoutSeconds;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}")
  private Request.Format output;

  public WaitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(timeoutSeconds >= 0 && timeoutSeconds <= TIMEOUT_SECONDS_MAX)) {
      throw CommandException.usage(
          "--timeout: found %s, expected 0 to %.0f seconds"
              .formatted(timeoutSeconds, TIMEOUT_SECONDS_MAX));
    }
    long beganNanos = System.nanoTime();
    try (ApiClient client = api.open(terminal.environment())) {
      while (ItemPaths.find(client, hash, "").isEmpty()) {
        if (secondsSince(beganNanos) >= timeoutSeconds) {
          throw CommandException.runtime(
              "the node does not hold %s, after %s s".formatted(hash, timeoutSeconds));
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
    print(secondsSince(beganNanos));
    return ExitCode.OK.code();
  }

  private static double secondsSince(long beganNanos) {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  private void print(double seconds) {
    JsonNode json = JsonNodeFactory.instance.objectNode().put("id", hash).put("seconds", seconds);
    terminal
        .out()
        .println(
            output == Request.Format.text
                ? String.format(Locale.ROOT, "held %s after %.1f s", hash, seconds)
                : json);
    terminal.out().flush();
  }
}
