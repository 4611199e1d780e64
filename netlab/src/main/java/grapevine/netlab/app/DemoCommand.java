package grapevine.netlab.app;

import grapevine.netlab.app.run.Demo;
import grapevine.netlab.app.run.Progress;
import grapevine.netlab.app.run.WorkDirectory;
import grapevine.netlab.local.AotCache;
import grapevine.netlab.local.NodeProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Real node processes on this machine, traffic, a kill, and a table at the end. */
@Command(
    name = "demo",
    description = {
      "Starts node processes on a random graph, submits signed transactions through their API while"
          + " producers make blocks, kills one node in the middle and starts it again, and tells how"
          + " everything spread.",
      "Exits 0 only when every node holds the same in the end, and nothing is missing anywhere."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final int SEEDS = 1_000_000;
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Node processes, 2 to 100; each takes about 150 MB. Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long transactions are submitted, 1 to 3600. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--tx-rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Transactions a second, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int transactionRate;

  @Option(
      names = "--degree",
      paramLabel = "N",
      defaultValue = "4",
      description = "Links that a node dials, at most, 1 to 16. Default: ${DEFAULT-VALUE}.")
  private int degree;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides keys, graph, producers, and where what is submitted. Default: random.")
  private @Nullable Long seed;

  @Option(names = "--keep", description = "Keep the nodes' directories and logs.")
  private boolean keep;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Work here and keep everything; must be empty or not exist.")
  private @Nullable Path out;

  @Override
  public Integer call() throws Exception {
    require("--nodes", nodes, 2, 100);
    require("--seconds", seconds, 1, 3600);
    require("--tx-rate", transactionRate, 1, 1000);
    require("--degree", degree, 1, 16);
    long chosen = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
    Demo.Settings settings =
        new Demo.Settings(nodes, seconds, transactionRate, degree, chosen, SETTLE_TIMEOUT);
    try (WorkDirectory directory = WorkDirectory.open(Optional.ofNullable(out), keep)) {
      Demo demo =
          new Demo(
              settings,
              AotCache.sharedBy(NodeProgram.ofLauncher(System.getenv(), nodes)),
              Progress.ofSystem(),
              spec.commandLine().getOut());
      return demo.run(directory) ? 0 : 1;
    }
  }

  private void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(), "%s is %d, expected %d to %d".formatted(option, value, min, max));
    }
  }
}
