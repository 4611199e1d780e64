package grapevine.netlab.app;

import grapevine.netlab.app.run.Progress;
import grapevine.netlab.app.run.WorkDirectory;
import grapevine.netlab.local.AotCache;
import grapevine.netlab.local.CrashTrial;
import grapevine.netlab.local.LocalCluster;
import grapevine.netlab.local.NodeProgram;
import grapevine.netlab.local.TrafficSource;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.TraceRecorder;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One node, clients, and SIGKILL again and again. */
@Command(
    name = "crash",
    description = {
      "Starts one node, submits signed transactions to it, and kills it with SIGKILL at random"
          + " moments, again and again.",
      "Exits 0 only when everything that the node ever acknowledged was there after every restart."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CrashCommand implements Callable<Integer> {
  private static final int SEEDS = 1_000_000;
  private static final long SLOT_MILLIS = 2_000;
  private static final long LIFETIME_SECONDS = 3_600;
  private static final int SENDERS = 4;
  private static final int ALLOWANCE = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often it is killed, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int times;

  @Option(
      names = "--tx-rate",
      paramLabel = "N",
      defaultValue = "200",
      description = "Transactions a second, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int transactionRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides keys and moments. Default: random.")
  private @Nullable Long seed;

  @Override
  public Integer call() throws Exception {
    if (times < 1 || times > 1000 || transactionRate < 1 || transactionRate > 1000) {
      throw new ParameterException(
          spec.commandLine(),
          "--times is %d and --tx-rate %d, expected 1 to 1000".formatted(times, transactionRate));
    }
    long chosen = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
    SplittableRandom random = new SplittableRandom(chosen);
    LabNetwork.Terms terms =
        new LabNetwork.Terms(
            System.currentTimeMillis(), SLOT_MILLIS, LIFETIME_SECONDS, 1, SENDERS, ALLOWANCE);
    LabNetwork network = LabNetwork.create(1, terms, random.split());
    TraceRecorder recorder = TraceRecorder.shared(1);
    try (WorkDirectory directory = WorkDirectory.open(Optional.empty(), false)) {
      NodeProgram program = AotCache.sharedBy(NodeProgram.ofLauncher(System.getenv()));
      Topology alone = Topology.draw(new TopologyPlan.Random(1), 1, random.split());
      try (LocalCluster cluster =
          LocalCluster.create(program, directory.nodes(), alone, network, recorder)) {
        cluster.start(started -> {});
        TrafficSource traffic = new TrafficSource(cluster, network, recorder, random.split());
        return crash(
            directory, new CrashTrial(cluster, traffic, recorder, random), traffic, chosen);
      }
    }
  }

  private int crash(
      WorkDirectory directory, CrashTrial trial, TrafficSource traffic, long chosenSeed)
      throws Exception {
    List<String> lost;
    try (Progress.Phase phase = Progress.ofSystem().phase("Killing", times)) {
      lost = trial.run(times, transactionRate, phase::step);
    }
    boolean passed = lost.isEmpty() && traffic.acknowledged() > 0;
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %d of %d acknowledged transactions were lost in %d kills; %d had no answer.%n",
        passed ? "PASSED" : "FAILED",
        lost.size(),
        traffic.acknowledged(),
        times,
        traffic.unanswered());
    out.printf(
        "Again:  scripts/netlab crash --times %d --tx-rate %d --seed %d%n",
        times, transactionRate, chosenSeed);
    if (!passed) {
      lost.stream().limit(10).forEach(id -> out.println("lost    " + id));
      directory.keep();
      out.println("Nodes:  " + directory.nodes());
    }
    return passed ? 0 : 1;
  }
}
