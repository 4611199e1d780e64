package grapevine.netlab.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.netlab.app.run.Interrupt;
import grapevine.netlab.app.run.MachineFacts;
import grapevine.netlab.app.run.Progress;
import grapevine.netlab.app.run.SimBatch;
import grapevine.netlab.app.run.SimReport;
import grapevine.netlab.app.run.WorkDirectory;
import grapevine.netlab.report.figures.Estimate;
import grapevine.netlab.report.figures.Metric;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a grid of variants of one scenario, and tells how the figures change along it. */
@Command(
    name = "sweep",
    description = {
      "Runs a scenario once for each combination of values, in virtual time: one line each, and a"
          + " directory with the whole report of each.",
      "Where the number of nodes is swept, it shows how well time grows with its logarithm."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SweepCommand implements Callable<Integer> {
  private static final int POINTS_MAX = 1_000;
  private static final String NODES = "nodes";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A scenario, as for `netlab run`.")
  private String file = "";

  @Option(
      names = "--set",
      paramLabel = "KEY=V1,V2,...",
      required = true,
      description = "Values of one key; given more than once, every combination is run.")
  private List<String> settings = List.of();

  @Option(names = "--seeds", paramLabel = "N", defaultValue = "1", description = "Runs of each.")
  private int seeds;

  @Option(
      names = "--out",
      paramLabel = "DIRECTORY",
      description = "Where the reports go; empty or not there. Default: a temporary one.")
  private @Nullable Path out;

  /** One point of the grid and what came of it. */
  private record Point(List<String> settings, Scenario scenario, Summary summary, boolean passed) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<List<String>> grid = grid();
    List<Point> points = new ArrayList<>();
    PrintWriter console = spec.commandLine().getOut();
    try (Interrupt interrupt = new Interrupt();
        WorkDirectory directory = WorkDirectory.forReports(Optional.ofNullable(out))) {
      for (List<String> point : grid) {
        if (!interrupt.isRequested()) {
          points.add(run(point, interrupt, directory.root()));
          line(console, points.getLast());
        }
      }
      fit(points).ifPresent(console::println);
      Path json = directory.root().resolve("sweep.json");
      Files.writeString(json, json(points));
      console.println("Reports: " + directory.root());
      console.flush();
    }
    return points.size() == grid.size() && points.stream().allMatch(Point::passed)
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  /** Every combination, the last key's values running fastest. */
  private List<List<String>> grid() {
    List<List<String>> grid = List.of(List.of());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1 || equals == setting.length() - 1) {
        throw new ParameterException(
            spec.commandLine(), "--set " + setting + ": expected key=value,value,...");
      }
      String key = setting.substring(0, equals + 1);
      List<List<String>> longer = new ArrayList<>();
      for (List<String> point : grid) {
        for (String value : setting.substring(equals + 1).split(",", -1)) {
          List<String> next = new ArrayList<>(point);
          next.add(key + value);
          longer.add(next);
        }
      }
      grid = longer;
    }
    if (grid.size() > POINTS_MAX) {
      throw new ParameterException(
          spec.commandLine(), grid.size() + " combinations, expected at most " + POINTS_MAX);
    }
    return grid;
  }

  private Point run(List<String> point, Interrupt interrupt, Path root)
      throws IOException, InterruptedException {
    MachineFacts machine = new MachineFacts();
    Scenario scenario = ScenarioSource.read(spec, file, point);
    List<Scenario> scenarios = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      scenarios.add(scenario.withSeed(scenario.population().seed() + i));
    }
    List<SimBatch.Run> runs = new SimBatch(scenarios, false, interrupt).run(Progress.ofSystem());
    String words = point.stream().map(each -> " --set " + each).collect(Collectors.joining());
    String command = "scripts/netlab run " + file + words + (seeds > 1 ? " --seeds " + seeds : "");
    SimReport report = new SimReport(runs, command, machine);
    Path directory = root.resolve(String.join("_", point).replaceAll("[^A-Za-z0-9_.=-]", "-"));
    Files.createDirectories(directory);
    try (PrintWriter table =
        new PrintWriter(Files.newBufferedWriter(directory.resolve("report.txt")))) {
      report.tell(table, directory);
    }
    return new Point(point, scenario, report.summary(), report.passed());
  }

  private static void line(PrintWriter console, Point point) {
    for (Summary.Strategy strategy : point.summary.strategies()) {
      for (Summary.Kind kind : strategy.kinds()) {
        if (kind.items() > 0) {
          console.printf(
              Locale.ROOT,
              "%-40s %-11s %4d items  %6.2f %% delivered  t50 %s  t99 %s ms  copies %s%s%n",
              String.join(" ", point.settings),
              kind.kind(),
              kind.items(),
              100.0 * kind.delivered() / kind.items(),
              number(kind.figure(Metric.latency(50))),
              number(kind.figure(Metric.latency(99))),
              number(kind.figure(Metric.COPIES)),
              point.passed ? "" : "  FAILED");
        }
      }
    }
    console.flush();
  }

  private static String number(Estimate estimate) {
    return Double.isNaN(estimate.halfWidth())
        ? String.format(Locale.ROOT, "%.1f", estimate.mean())
        : String.format(Locale.ROOT, "%.1f±%.1f", estimate.mean(), estimate.halfWidth());
  }

  /** Least squares of t99 over ln n; empty where the number of nodes is not what was swept. */
  private Optional<String> fit(List<Point> points) {
    boolean sweepsNodes = settings.size() == 1 && settings.getFirst().startsWith(NODES + "=");
    if (!sweepsNodes || points.size() < 3) {
      return Optional.empty();
    }
    int n = points.size();
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumXy = 0;
    double sumYy = 0;
    for (Point point : points) {
      double x = Math.log(point.scenario.population().nodes());
      double y =
          point.summary.strategies().getFirst().kinds().stream()
              .filter(kind -> kind.items() > 0)
              .findFirst()
              .map(kind -> kind.figure(Metric.latency(99)).mean())
              .orElse(Double.NaN);
      sumX += x;
      sumY += y;
      sumXx += x * x;
      sumXy += x * y;
      sumYy += y * y;
    }
    double slope = (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX);
    double offset = (sumY - slope * sumX) / n;
    double r =
        (n * sumXy - sumX * sumY)
            / Math.sqrt((n * sumXx - sumX * sumX) * (n * sumYy - sumY * sumY));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "t99 = %.1f ms + %.1f ms × ln n, R² = %.3f over %d sizes",
            offset,
            slope,
            r * r,
            n));
  }

  private static String json(List<Point> points) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode list = mapper.createArrayNode();
    for (Point point : points) {
      ObjectNode node = list.addObject();
      ObjectNode set = node.putObject("set");
      point.settings.forEach(
          each ->
              set.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
      node.put("passed", point.passed);
      for (Summary.Strategy strategy : point.summary.strategies()) {
        for (Summary.Kind kind : strategy.kinds()) {
          ObjectNode figures = node.putObject(strategy.relay() + "." + kind.kind());
          kind.figures().forEach((metric, estimate) -> figures.put(metric.key(), estimate.mean()));
        }
      }
    }
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list) + "\n";
  }
}
