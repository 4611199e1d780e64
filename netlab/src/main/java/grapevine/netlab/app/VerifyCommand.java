package grapevine.netlab.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.HotSpotDiagnosticMXBean;
import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Comparison.Verdict;
import grapevine.netlab.published.Experiment;
import grapevine.netlab.published.Experiment.Size;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Do the classical results come out? */
@Command(
    name = "verify",
    description = {
      "Runs published experiments again, and prints what was published beside what was measured,"
          + " with the tolerance and how it came about.",
      "Without names it runs all. In full size it takes minutes, and core-timers 12 GB of heap:"
          + " NETLAB_JAVA_OPTS=-Xmx13g."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every figure matches, or misses by a known gap",
      "1:a figure differs",
      "2:wrong options, or too little memory"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final double GIB = 1L << 30;
  private static final String LINE = "  %-11s %-46s %10s %10s %10s%n";

  enum Output {
    text,
    json
  }

  /** What one experiment came to. */
  record Result(Experiment experiment, List<Comparison> rows, double seconds) {}

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "One of rounds, infect-and-die, demers, hops, core-timers, six-regions.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--quick", description = "Small sizes, some seconds in all.")
  private boolean quick;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Output output;

  @Override
  public Integer call() throws IOException {
    Size size = quick ? Size.QUICK : Size.FULL;
    Set<Experiment> chosen = chosen();
    chosen.forEach(experiment -> checkMemory(experiment, size));
    PrintWriter out = spec.commandLine().getOut();
    List<Result> results = new ArrayList<>();
    for (Experiment experiment : chosen) {
      long startNanos = System.nanoTime();
      List<Comparison> rows =
          experiment.run(size, (name, settings) -> ScenarioSource.read(spec, name, settings));
      Result result = new Result(experiment, rows, (System.nanoTime() - startNanos) / 1e9);
      results.add(result);
      if (output == Output.text) {
        print(out, result);
      }
    }
    if (output == Output.text) {
      out.println(summary(results));
    } else {
      out.println(json(results));
    }
    out.flush();
    return exitCode(results);
  }

  static int exitCode(List<Result> results) {
    return count(results, Verdict.DIFFERS) == 0 ? ExitCode.OK : 1;
  }

  private Set<Experiment> chosen() {
    if (names.isEmpty()) {
      return new LinkedHashSet<>(Arrays.asList(Experiment.values()));
    }
    Set<Experiment> chosen = new LinkedHashSet<>();
    for (String name : names) {
      chosen.add(
          Arrays.stream(Experiment.values())
              .filter(experiment -> experiment.label().equals(name))
              .findFirst()
              .orElseThrow(() -> wrong("no experiment " + name + ", expected one of " + labels())));
    }
    return chosen;
  }

  private static String labels() {
    return Arrays.stream(Experiment.values())
        .map(Experiment::label)
        .collect(Collectors.joining(", "));
  }

  private void checkMemory(Experiment experiment, Size size) {
    long needed = experiment.heapBytesMin(size);
    long there = heapBytesMax();
    if (there < needed) {
      throw wrong(
          String.format(
              Locale.ROOT,
              "%s needs %.0f GiB of heap, there are %.1f: give NETLAB_JAVA_OPTS=-Xmx13g, or"
                  + " --quick",
              experiment.label(),
              needed / GIB,
              there / GIB));
    }
  }

  /** What -Xmx says, of which the collector keeps a part for itself. */
  private static long heapBytesMax() {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return Long.parseLong(machine.getVMOption("MaxHeapSize").getValue());
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void print(PrintWriter out, Result result) {
    out.printf(
        Locale.ROOT,
        "%s: %s (%.1f s)%n",
        result.experiment.label(),
        result.experiment.about(),
        result.seconds);
    String last = "";
    for (Comparison row : result.rows) {
      if (!row.published().experiment().equals(last)) {
        last = row.published().experiment();
        out.printf(LINE, "", last, "published", "measured", "tolerance");
      }
      out.printf(
          LINE,
          word(row),
          "  " + row.published().quantity(),
          number(row.published().value()),
          number(row.measured().mean()),
          number(row.tolerance()));
    }
    Set<String> notes = new LinkedHashSet<>();
    for (Comparison row : result.rows) {
      if (row.verdict() == Verdict.KNOWN_GAP) {
        notes.add("known gap: " + row.knownGap());
      }
    }
    result.rows.forEach(row -> notes.add("published by: " + row.published().source()));
    result.rows.forEach(row -> notes.add("tolerance: " + row.basis()));
    notes.forEach(note -> out.println("  " + note));
    out.println();
    out.flush();
  }

  private static String word(Comparison row) {
    return switch (row.verdict()) {
      case MATCHES -> "matches";
      case KNOWN_GAP -> "known gap";
      case DIFFERS -> "DIFFERS";
    };
  }

  /** Five digits that count, without a power of ten. */
  private static String number(double value) {
    double size = Math.abs(value);
    int digits = size >= 1_000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 6;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static long count(List<Result> results, Verdict verdict) {
    return results.stream()
        .flatMap(result -> result.rows.stream())
        .filter(row -> row.verdict() == verdict)
        .count();
  }

  private static String summary(List<Result> results) {
    return "%d figures match, %d miss by a known gap, %d differ."
        .formatted(
            count(results, Verdict.MATCHES),
            count(results, Verdict.KNOWN_GAP),
            count(results, Verdict.DIFFERS));
  }

  private static String json(List<Result> results) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ArrayNode list = json.createArrayNode();
    for (Result result : results) {
      ObjectNode node = list.addObject();
      node.put("name", result.experiment.label())
          .put("about", result.experiment.about())
          .put("seconds", result.seconds);
      ArrayNode rows = node.putArray("rows");
      for (Comparison row : result.rows) {
        rows.addObject()
            .put("experiment", row.published().experiment())
            .put("quantity", row.published().quantity())
            .put("published", row.published().value())
            .put("source", row.published().source())
            .put("measured", row.measured().mean())
            .put("runs", row.measured().runs())
            .put("tolerance", row.tolerance())
            .put("basis", row.basis())
            .put("knownGap", row.knownGap())
            .put("verdict", word(row).toLowerCase(Locale.ROOT));
      }
    }
    return json.writerWithDefaultPrettyPrinter().writeValueAsString(list);
  }
}
