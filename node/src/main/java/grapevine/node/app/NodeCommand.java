package grapevine.node.app;

import grapevine.node.app.config.ConfigReader;
import grapevine.node.app.config.NodeConfig;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.log.LogEncoder;
import grapevine.node.app.log.LogTopics;
import grapevine.node.app.run.Node;
import grapevine.node.transport.VerifyPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a node until it is told to stop. Its options are those of {@link NodeOption}. */
@Command(
    name = "node",
    description = {
      "Run a node until SIGTERM or SIGINT; a second signal ends it at once.",
      "Prints one line when it is ready: ready node=ID listen=H:P api=H:P metrics=H:P started=Nms",
      "A setting on the command line wins over its variable GRAPEVINE_NAME, which wins over the"
          + " configuration file."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
  /** Whoever sent SIGTERM will send SIGKILL soon. */
  private static final long STOP_MILLIS_MAX = 5000;

  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  private NodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandLine commandLine(Terminal terminal) {
    return GivenSettings.addTo(new CommandLine(new NodeCommand(terminal)));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ConfigReader given =
        GivenSettings.reader(spec.commandLine().getParseResult(), terminal.environment());
    NodeConfig settings = given.read();
    LogTopics.setAll(settings.logLevel());
    LogEncoder.use(settings.logFormat());
    given.warnings().forEach(LOG::warn);
    CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
    Signals.onFirst(() -> end.complete(Optional.empty()));
    CompletableFuture<Node> started = new CompletableFuture<>();
    Signals.onHangUp(() -> started.thenAccept(NodeCommand::rereadPeers));
    Optional<Throwable> failure;
    try (VerifyPool verifyPool = new VerifyPool(settings.verifyThreads());
        Node node =
            new Node(
                settings,
                verifyPool,
                cause -> {
                  ExitCode.haltIfOutOfMemory(cause);
                  end.complete(Optional.of(cause));
                })) {
      long startedMillis = ManagementFactory.getRuntimeMXBean().getUptime();
      terminal.out().println(node.readyLine(startedMillis));
      terminal.out().flush();
      started.complete(node);
      failure = end.join();
      stopInTime(node::close);
    }
    return failure.map(ExitCode::of).orElse(ExitCode.OK).code();
  }

  private static void rereadPeers(Node node) {
    try {
      node.rereadPeers();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Closes a node, and ends the process if that takes too long: a disk or a thread that hangs must
   * not keep a node from ending, since what was promised is safe.
   */
  static void stopInTime(Runnable close) {
    Thread end =
        Thread.ofPlatform().daemon().name("grapevine-end").start(NodeCommand::haltAfterTimeout);
    try {
      close.run();
    } finally {
      end.interrupt();
    }
  }

  private static void haltAfterTimeout() {
    try {
      Thread.sleep(STOP_MILLIS_MAX);
      Runtime.getRuntime().halt(ExitCode.RUNTIME.code());
    } catch (InterruptedException e) {
      // It has stopped in time.
    }
  }
}
