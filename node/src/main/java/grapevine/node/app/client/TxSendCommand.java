package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Gives transactions to a node, in batches. A line that the node accepted is on its disk. Reads as
 * it sends, so that what is piped in may be long.
 */
@Command(
    name = "send",
    description = {
      "Send transactions to a running node: one a line, as hexadecimal digits or as"
          + " {\"transaction\": hex}.",
      "Ends with 1 if the node refused any."
    },
    mixinStandardHelpOptions = true)
public final class TxSendCommand implements Callable<Integer> {
  /** Of one batch; both well within what the API takes. */
  private static final int LINES_MAX = 1000;

  private static final int BATCH_CHARS_MAX = 4 << 20;

  private final Terminal terminal;

  @Mixin private ApiAccess api;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "-",
      description = "Where they stand; - is standard input (default).")
  private String file;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output;

  private final ArrayNode results = JsonNodeFactory.instance.arrayNode();
  private int acceptedCount;
  private int knownCount;
  private int refusedCount;

  public TxSendCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (ApiClient client = api.open(terminal.environment());
        InputStream in = open();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<String> batch = new ArrayList<>();
      int chars = 0;
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        batch.add(line.strip());
        chars += line.length();
        if (batch.size() == LINES_MAX || chars > BATCH_CHARS_MAX) {
          send(client, batch, number - batch.size());
          batch.clear();
          chars = 0;
        }
      }
      send(client, batch, number - batch.size());
    }
    if (output == OutputFormat.json) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("accepted", acceptedCount).put("known", knownCount).put("refused", refusedCount);
      terminal.out().println(json.set("results", results));
    }
    return (refusedCount == 0 ? ExitCode.OK : ExitCode.RUNTIME).code();
  }

  private InputStream open() throws IOException {
    if (file.equals("-")) {
      return terminal.in();
    }
    try {
      return Files.newInputStream(Path.of(file));
    } catch (NoSuchFileException e) {
      throw CommandException.usage("there is no file " + file);
    }
  }

  /**
   * @param before lines of the input that stand before this batch
   */
  private void send(ApiClient client, List<String> batch, int before)
      throws IOException, InterruptedException {
    if (batch.stream().allMatch(String::isEmpty)) {
      return;
    }
    StringBuilder body = new StringBuilder();
    for (String line : batch) {
      boolean bare = !line.isEmpty() && !line.startsWith("{");
      body.append(bare ? JsonNodeFactory.instance.objectNode().put("transaction", line) : line);
      body.append('\n');
    }
    client.postLines(
        "/v1/transactions/batch",
        body.toString().getBytes(StandardCharsets.UTF_8),
        answer -> {
          onAnswer((ObjectNode) answer, before);
          return true;
        });
  }

  private void onAnswer(ObjectNode answer, int before) {
    boolean refused = answer.has("error");
    boolean known = answer.path("known").asBoolean();
    if (refused) {
      refusedCount++;
      answer.put("line", before + answer.path("line").asInt());
    } else if (known) {
      knownCount++;
    } else {
      acceptedCount++;
    }
    switch (output) {
      case json -> results.add(answer);
      case text -> terminal.out().println(text(answer, refused, known));
    }
  }

  private static String text(JsonNode answer, boolean refused, boolean known) {
    String id = answer.path("id").asText();
    return refused
        ? "refused line %d: %s: %s"
            .formatted(
                answer.path("line").asInt(),
                answer.path("error").asText(),
                answer.path("detail").asText())
        : (known ? "known " : "accepted ") + id;
  }
}
