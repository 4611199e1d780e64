package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.api.ApiClient;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The operator's hand on a running node's peers. */
@Command(
    name = "peer",
    description = "Add or drop a running node's peers, ban nodes and hosts.",
    mixinStandardHelpOptions = true)
public final class PeerCommand implements Runnable {
  @Spec private CommandSpec spec;

  private PeerCommand() {}

  /** With all of its own commands. */
  public static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new PeerCommand())
        .addSubcommand(new Add(terminal))
        .addSubcommand(new Drop(terminal))
        .addSubcommand(new Ban(terminal))
        .addSubcommand(new Unban(terminal))
        .addSubcommand(new Bans(terminal));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected add, drop, ban, unban or bans");
  }

  @Command(
      name = "add",
      description = {
        "Stay connected with a place until the node ends.",
        "To keep it longer, name it by --peer or in the file of --peers-file."
      },
      mixinStandardHelpOptions = true)
  private static final class Add extends Request {
    @Parameters(paramLabel = "HOST:PORT", description = "Where; a name may have many addresses.")
    private String place;

    Add(Terminal terminal) {
      super(terminal);
    }

    @Override
    JsonNode ask(ApiClient client) throws IOException, InterruptedException {
      return client.post("/v1/peers", JsonNodeFactory.instance.objectNode().put("address", place));
    }

    @Override
    String text(JsonNode answer) {
      StringJoiner addresses =
          new StringJoiner(", ", "stays connected with ", System.lineSeparator());
      answer.path("addresses").forEach(each -> addresses.add(each.asText()));
      return addresses.toString();
    }
  }

  @Command(
      name = "drop",
      description = {
        "End the connection with a peer, and take back what add did.",
        "Who is named by --peer, the peers file or the network file is dialled again; others may be, as"
            + " any node that is known. To keep somebody away, ban."
      },
      mixinStandardHelpOptions = true)
  private static final class Drop extends Request {
    @Parameters(
        paramLabel = "PEER",
        description = "Number or address of a connection as peers lists it, or a node's id.")
    private String peer;

    Drop(Terminal terminal) {
      super(terminal);
    }

    @Override
    JsonNode ask(ApiClient client) throws IOException, InterruptedException {
      return client.delete("/v1/peers/" + ApiClient.segment(peer));
    }

    @Override
    String text(JsonNode answer) {
      return "%d disconnected%s%n"
          .formatted(
              answer.path("disconnected").asInt(),
              answer.path("removed").asBoolean() ? ", no longer added" : "");
    }
  }

  @Command(
      name = "ban",
      description = "Disconnect a node or host and let it in no more; lasts over restarts.",
      mixinStandardHelpOptions = true)
  private static final class Ban extends Request {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})([smhd])");

    @Parameters(paramLabel = "WHO", description = "A node's id, or an IP address.")
    private String who;

    @Option(
        names = "--for",
        paramLabel = "TIME",
        description = "How long: a number with s, m, h or d, such as 90m. One day if absent.")
    private @Nullable String time;

    Ban(Terminal terminal) {
      super(terminal);
    }

    @Override
    void check() {
      if (time != null) {
        seconds(time);
      }
    }

    @Override
    JsonNode ask(ApiClient client) throws IOException, InterruptedException {
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("who", who);
      if (time != null) {
        body.put("seconds", seconds(time));
      }
      return client.post("/v1/bans", body);
    }

    private static long seconds(String time) {
      Matcher form = TIME.matcher(time);
      if (!form.matches()) {
        throw CommandException.usage(
            "--for: found \"%s\", expected a number with s, m, h or d".formatted(time));
      }
      long count = Long.parseLong(form.group(1));
      return switch (form.group(2)) {
        case "s" -> count;
        case "m" -> Duration.ofMinutes(count).toSeconds();
        case "h" -> Duration.ofHours(count).toSeconds();
        default -> Duration.ofDays(count).toSeconds();
      };
    }

    @Override
    String text(JsonNode answer) {
      return "banned, %d disconnected%n".formatted(answer.path("disconnected").asInt());
    }
  }

  @Command(
      name = "unban",
      description = "End the bans of a node or host, also those for misconduct.",
      mixinStandardHelpOptions = true)
  private static final class Unban extends Request {
    @Parameters(paramLabel = "WHO", description = "A node's id, or an IP address.")
    private String who;

    Unban(Terminal terminal) {
      super(terminal);
    }

    @Override
    JsonNode ask(ApiClient client) throws IOException, InterruptedException {
      return client.delete("/v1/bans/" + ApiClient.segment(who));
    }

    @Override
    String text(JsonNode answer) {
      return "ended %d%n".formatted(answer.path("ended").asInt());
    }
  }

  @Command(name = "bans", description = "List the bans that last.", mixinStandardHelpOptions = true)
  private static final class Bans extends Query {
    Bans(Terminal terminal) {
      super(terminal);
    }

    @Override
    JsonNode ask(ApiClient client) throws IOException, InterruptedException {
      return client.get("/v1/bans");
    }

    @Override
    String text(JsonNode bans) {
      TextTable table = new TextTable();
      table.add("WHO", "UNTIL", "BY");
      for (JsonNode ban : bans) {
        table.add(
            ban.path("who").asText(),
            Instant.ofEpochMilli(ban.path("untilMillis").asLong()).toString(),
            ban.path("by").asText());
      }
      return table.toString();
    }
  }
}
