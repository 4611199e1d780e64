package grapevine.node.app;

import grapevine.node.app.config.ConfigReader;
import grapevine.node.app.config.NodeConfig;
import grapevine.node.app.config.TomlFile;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.log.LogEncoder;
import grapevine.node.app.log.LogTopics;
import grapevine.node.app.run.Node;
import grapevine.node.app.run.NodeHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs many nodes in this process until it is told to stop, or one of them fails. For labs; hence
 * not listed: an operator's nodes must not share a heap.
 */
@Command(
    name = "host",
    hidden = true,
    description = {
      "Run many nodes in one process, for a lab, until SIGTERM or SIGINT.",
      "Node K is configured by the file DIR/node-K/node.toml, and by nothing else.",
      "Prints for each node the line that the command node prints, in the order in which they become"
          + " ready. When a node fails, all are stopped and the exit code is that node's."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class HostCommand implements Callable<Integer> {
  private static final int NODES_MAX = 2_000;

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "DIR",
      required = true,
      description = "Where the directories node-0, node-1, ... are.")
  private Path directory;

  @Option(
      names = "--count",
      paramLabel = "N",
      required = true,
      description = "How many to run, 1 to " + NODES_MAX + ".")
  private int count;

  @Option(
      names = "--first",
      paramLabel = "K",
      defaultValue = "0",
      description = "Number of the first. Default: ${DEFAULT-VALUE}.")
  private int first;

  /** How one node ended all. */
  private record Failed(Path data, Throwable cause) {}

  HostCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (count < 1 || count > NODES_MAX || first < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--count %d --first %d: expected 1 to %d nodes, from 0 on"
              .formatted(count, first, NODES_MAX));
    }
    List<NodeConfig> configs = configs();
    LogTopics.setAll(configs.getFirst().logLevel());
    LogEncoder.use(configs.getFirst().logFormat());
    // A timer thread less for each of hundreds of servers; whoever could stall them is the lab.
    System.setProperty("sun.net.httpserver.maxReqTime", "-1");
    CompletableFuture<Optional<Failed>> end = new CompletableFuture<>();
    Signals.onFirst(() -> end.complete(Optional.empty()));
    NodeHost host =
        new NodeHost(
            count,
            (config, failure) -> {
              ExitCode.haltIfOutOfMemory(failure);
              end.complete(Optional.of(new Failed(config.data(), failure)));
            });
    try {
      host.start(configs, end::isDone, this::sayReady);
    } catch (IOException | InterruptedException | RuntimeException e) {
      host.close();
      throw e;
    }
    Optional<Failed> failed = end.join();
    failed.ifPresent(this::report);
    NodeCommand.stopInTime(host::close);
    return failed.map(Failed::cause).map(ExitCode::of).orElse(ExitCode.OK).code();
  }

  private List<NodeConfig> configs() {
    List<NodeConfig> configs = new ArrayList<>();
    for (int node = first; node < first + count; node++) {
      Path file = directory.resolve("node-" + node).resolve("node.toml");
      configs.add(new ConfigReader(Map.of(), Map.of(), TomlFile.read(file)).read());
    }
    return configs;
  }

  private void sayReady(Node node) {
    PrintWriter out = terminal.out();
    out.println(node.readyLine(ManagementFactory.getRuntimeMXBean().getUptime()));
    out.flush();
  }

  private void report(Failed failed) {
    terminal.err().println("grapevine: the node in " + failed.data + " failed: " + failed.cause);
    terminal.err().flush();
  }
}
