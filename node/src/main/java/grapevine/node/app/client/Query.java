package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A request that changes nothing, and so may be made again and again. */
abstract class Query extends Request {
  private static final double WATCH_MIN = 0.1;
  private static final double WATCH_MAX = 3600;
  private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  @Option(
      names = {"-w", "--watch"},
      arity = "0..1",
      fallbackValue = "2",
      paramLabel = "SECONDS",
      description =
          "Ask again so often, until Ctrl-C; every 2 s without a number. Text clears the screen.")
  private @Nullable Double watchSeconds;

  Query(Terminal terminal) {
    super(terminal);
  }

  @Override
  void check() {
    if (watchSeconds != null && !(watchSeconds >= WATCH_MIN && watchSeconds <= WATCH_MAX)) {
      throw CommandException.usage(
          "--watch: found %s, expected %s to %s seconds"
              .formatted(watchSeconds, WATCH_MIN, WATCH_MAX));
    }
  }

  @Override
  final ExitCode run(ApiClient client) throws IOException, InterruptedException {
    if (watchSeconds == null) {
      return super.run(client);
    }
    while (true) {
      JsonNode answer = ask(client);
      if (isText()) {
        terminal().out().print(CLEAR_SCREEN);
      }
      print(answer);
      Thread.sleep(Math.round(watchSeconds * 1000));
    }
  }
}
