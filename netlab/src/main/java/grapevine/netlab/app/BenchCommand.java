package grapevine.netlab.app;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the lab itself takes; scripts/bench runs it, each size in a JVM of its own. */
@Command(
    name = "bench",
    description = "Measures the lab itself; scripts/bench runs it with the JVM options that count.",
    mixinStandardHelpOptions = true,
    subcommands = BenchCommand.Sim.class)
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "what to measure is missing, expected sim");
  }

  @Command(
      name = "sim",
      description = {
        "Links nodes in the simulator, lets them rest, and passes one transaction to everyone.",
        "Exits 1 when something that must hold did not."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Sim implements Callable<Integer> {
    /** By then an input costs what it will cost; a run of minutes gets there by itself. */
    private static final int WARM_UP_RUNS = 20;

    private static final int WARM_UP_NODES = 1_000;

    @Spec private CommandSpec spec;

    @Option(
        names = "--nodes",
        paramLabel = "N",
        defaultValue = "1000",
        description = "How many, at least 200. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
        names = "--runs",
        paramLabel = "N",
        defaultValue = "3",
        description = "How often, with seeds from 1 on. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Override
    public Integer call() {
      if (nodes < 200 || runs < 1) {
        throw new ParameterException(
            spec.commandLine(), "expected --nodes of at least 200 and --runs of at least 1");
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(machine());
      for (int run = 0; run < WARM_UP_RUNS; run++) {
        SimBench.run(WARM_UP_NODES, -run); // so that the compiler has seen it all
      }
      List<SimBench.Figures> all = new ArrayList<>();
      boolean passed = true;
      for (int run = 1; run <= runs; run++) {
        SimBench.Figures figures = SimBench.run(nodes, run);
        all.add(figures);
        figures.violations().forEach(out::println);
        passed &= figures.violations().isEmpty();
        out.println(row("run " + run, List.of(figures)));
        out.flush();
      }
      out.println(row("median", all));
      return passed ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private String machine() {
      var system = ManagementFactory.getOperatingSystemMXBean();
      return String.format(
          Locale.ROOT,
          "%,d nodes; %s %s, %d processors, load %.1f; Java %s %s",
          nodes,
          system.getName(),
          system.getArch(),
          system.getAvailableProcessors(),
          system.getSystemLoadAverage(),
          Runtime.version(),
          String.join(
              " ",
              ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                  .filter(option -> option.startsWith("-X"))
                  .toList()));
    }

    private String row(String name, List<SimBench.Figures> runs) {
      SimBench.Figures one = runs.getFirst();
      return String.format(
          Locale.ROOT,
          """
          %s
            set-up       %8.2f s, CPU %7.2f s, %,11d inputs of %5.2f us
            one to all   %8.2f s, CPU %7.2f s, %,11d inputs of %5.2f us
            at rest      %8.2f s, CPU %7.2f s, %,11d inputs of %5.2f us
            bare heap    %5.2f us an event
            bare memory  %5.2f us a read
            heap         %8.1f MB, %.1f KB a node
            sent a node  %8.2f messages, %.0f bytes of inv, getdata and tx""",
          name,
          median(runs, f -> f.setUp().wallSeconds()),
          median(runs, f -> f.setUp().cpuSeconds()),
          one.setUp().inputs(),
          median(runs, f -> f.setUp().cpuMicrosPerInput()),
          median(runs, f -> f.spread().wallSeconds()),
          median(runs, f -> f.spread().cpuSeconds()),
          one.spread().inputs(),
          median(runs, f -> f.spread().cpuMicrosPerInput()),
          median(runs, f -> f.idle().wallSeconds()),
          median(runs, f -> f.idle().cpuSeconds()),
          one.idle().inputs(),
          median(runs, f -> f.idle().cpuMicrosPerInput()),
          median(runs, SimBench.Figures::heapMicros),
          median(runs, SimBench.Figures::readMicros),
          median(runs, f -> f.heapBytes() / 1e6),
          median(runs, f -> f.heapBytes() / 1e3 / nodes),
          median(runs, SimBench.Figures::messagesPerNode),
          median(runs, SimBench.Figures::bytesPerNode));
    }

    private static double median(
        List<SimBench.Figures> runs, ToDoubleFunction<SimBench.Figures> figure) {
      double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }
}
