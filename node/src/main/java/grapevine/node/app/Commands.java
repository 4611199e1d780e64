package grapevine.node.app;

import grapevine.node.app.client.GetCommand;
import grapevine.node.app.client.HealthCommand;
import grapevine.node.app.client.ItemsCommand;
import grapevine.node.app.client.LogLevelCommand;
import grapevine.node.app.client.NetCommand;
import grapevine.node.app.client.PeerCommand;
import grapevine.node.app.client.PeersCommand;
import grapevine.node.app.client.PoolCommand;
import grapevine.node.app.client.StatusCommand;
import grapevine.node.app.client.TipsCommand;
import grapevine.node.app.client.TraceCommand;
import grapevine.node.app.client.TxCommand;
import grapevine.node.app.client.TxMakeCommand;
import grapevine.node.app.client.TxSendCommand;
import grapevine.node.app.client.WaitCommand;
import grapevine.node.app.console.Terminal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The program's commands, in the order in which its help lists them. One is made when it is asked
 * for: reading the annotations of all of them takes a fifth of a second of a processor, which fifty
 * nodes that start on one machine do not have. Not thread-safe.
 */
final class Commands {
  /** It prints the names and options of all. */
  private static final String COMPLETION = "completion";

  private final Map<String, Supplier<CommandLine>> byName = new LinkedHashMap<>();

  Commands(Terminal terminal) {
    byName.put("init", () -> new CommandLine(new InitCommand(terminal)));
    byName.put("node", () -> NodeCommand.commandLine(terminal));
    byName.put("host", () -> new CommandLine(new HostCommand(terminal)));
    byName.put("config", () -> ConfigCommand.commandLine(terminal));
    byName.put("key", () -> key(terminal));
    byName.put("tx", () -> tx(terminal));
    byName.put("status", () -> new CommandLine(new StatusCommand(terminal)));
    byName.put("peers", () -> new CommandLine(new PeersCommand(terminal)));
    byName.put("peer", () -> PeerCommand.commandLine(terminal));
    byName.put("net", () -> new CommandLine(new NetCommand(terminal)));
    byName.put("pool", () -> new CommandLine(new PoolCommand(terminal)));
    byName.put("tips", () -> new CommandLine(new TipsCommand(terminal)));
    byName.put("items", () -> new CommandLine(new ItemsCommand(terminal)));
    byName.put("get", () -> new CommandLine(new GetCommand(terminal)));
    byName.put("wait", () -> new CommandLine(new WaitCommand(terminal)));
    byName.put("trace", () -> new CommandLine(new TraceCommand(terminal)));
    byName.put("health", () -> new CommandLine(new HealthCommand(terminal)));
    byName.put("log-level", () -> new CommandLine(new LogLevelCommand(terminal)));
    byName.put("backup", () -> new CommandLine(new BackupCommand(terminal)));
    byName.put(COMPLETION, () -> new CommandLine(new CompletionCommand(terminal)));
    byName.put("version", () -> new CommandLine(new VersionCommand(terminal)));
  }

  private static CommandLine key(Terminal terminal) {
    return new CommandLine(new KeyCommand())
        .addSubcommand(new KeyCommand.Show(terminal))
        .addSubcommand(new KeyCommand.New(terminal));
  }

  private static CommandLine tx(Terminal terminal) {
    return new CommandLine(new TxCommand())
        .addSubcommand(new TxMakeCommand(terminal))
        .addSubcommand(new TxSendCommand(terminal));
  }

  /**
   * Makes the command that the first argument names; where it names none, all of them, since what
   * is said then lists or guesses names.
   */
  List<CommandLine> namedBy(String... arguments) {
    Supplier<CommandLine> one = arguments.length == 0 ? null : byName.get(arguments[0]);
    Collection<Supplier<CommandLine>> wanted =
        one == null || arguments[0].equals(COMPLETION) ? byName.values() : List.of(one);
    return wanted.stream().map(Supplier::get).toList();
  }
}
