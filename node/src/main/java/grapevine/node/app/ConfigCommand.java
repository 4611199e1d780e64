package grapevine.node.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.app.config.ConfigReader;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.config.NetworkFile;
import grapevine.node.app.config.NodeConfig;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.config.PeersFile;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import grapevine.node.app.run.Node;
import grapevine.node.storage.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows and checks what a node would run with. */
@Command(
    name = "config",
    description = "Show or check the settings that a node would run with.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new ConfigCommand())
        .addSubcommand(GivenSettings.addTo(new CommandLine(new Show(terminal))))
        .addSubcommand(GivenSettings.addTo(new CommandLine(new Check(terminal))));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected show or check");
  }

  /** Shows settings, usable or not. */
  @Command(
      name = "show",
      description = {
        "Print every setting as it stands with these options, this environment and this file.",
        "A file for --config has lines of the same form; what is not set is left out of it."
      },
      sortOptions = false,
      mixinStandardHelpOptions = true)
  private static final class Show implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Option(names = "--origin", description = "Say where each was said.")
    private boolean origin;

    @Option(
        names = {"-o", "--output"},
        defaultValue = "text",
        description = "${COMPLETION-CANDIDATES}")
    private OutputFormat output;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Map<NodeOption, ConfigReader.Setting> settings =
          GivenSettings.reader(spec.commandLine().getParseResult(), terminal.environment())
              .settings();
      switch (output) {
        case json -> terminal.out().println(json(settings));
        case text -> terminal.out().print(text(settings));
      }
      terminal.out().flush();
      return ExitCode.OK.code();
    }

    private TextTable text(Map<NodeOption, ConfigReader.Setting> settings) {
      TextTable table = new TextTable();
      settings.forEach(
          (option, setting) -> {
            String line =
                setting.values().isEmpty()
                    ? "# " + option.key() + " is not set"
                    : option.key() + " = " + toml(option, setting.values());
            table.add(line, origin ? "# " + setting.origin() : "");
          });
      return table;
    }

    private static String toml(NodeOption option, List<String> values) {
      List<String> quoted = values.stream().map(Show::quoted).toList();
      return option.isList() ? "[" + String.join(", ", quoted) + "]" : quoted.getFirst();
    }

    private static String quoted(String text) {
      return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private ObjectNode json(Map<NodeOption, ConfigReader.Setting> settings) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      settings.forEach(
          (option, setting) -> {
            ObjectNode one = json.putObject(option.key());
            if (option.isList()) {
              ArrayNode values = one.putArray("value");
              setting.values().forEach(values::add);
            } else {
              one.put("value", setting.values().isEmpty() ? null : setting.values().getFirst());
            }
            if (origin) {
              one.put("origin", setting.origin());
            }
          });
      return json;
    }
  }

  /** Reads whatever a start would read. */
  @Command(
      name = "check",
      description = {
        "Read all that a node would read when it starts: settings, network file, keys and the data"
            + " directory's format. Starts and changes nothing; a running node is not disturbed.",
        "Prints every setting that cannot be used, or else the first thing wrong in the directory."
      },
      sortOptions = false,
      mixinStandardHelpOptions = true)
  private static final class Check implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec;

    Check(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
      ConfigReader reader =
          GivenSettings.reader(spec.commandLine().getParseResult(), terminal.environment());
      reader.warnings().forEach(warning -> terminal.err().println("grapevine: " + warning));
      List<String> problems = reader.problems();
      if (!problems.isEmpty()) {
        throw CommandException.usage(String.join(System.lineSeparator() + "grapevine: ", problems));
      }
      NodeConfig config = reader.read();
      DataFiles files = new DataFiles(config.data());
      NetworkFile network = files.readNetwork();
      DataDirectory.check(files.root(), network.network().id());
      Node.givenToken(config);
      Node.checkBans(files);
      if (config.peersFile().isPresent()) {
        PeersFile.read(config.peersFile().get());
      }
      String node = files.readIdentity().publicKey().toHex();
      boolean produces = Files.exists(files.producerKey());
      if (produces) {
        DataFiles.readKey(files.producerKey());
      }
      terminal
          .out()
          .printf(
              "all is well: %s %s of network %s in %s%n",
              produces ? "producer" : "node", node, network.network().name(), files.root());
      terminal.out().flush();
      return ExitCode.OK.code();
    }
  }
}
