package grapevine.netlab.app;

import grapevine.netlab.report.ReportDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Did it become worse? */
@Command(
    name = "diff",
    description = {
      "Compares two reports, figure by figure, and says what changed by more than can be chance.",
      "With several seeds on both sides, chance is the 95 %% interval of the difference; with a"
          + " single seed it is the tolerance.",
      "Exits 1 when a figure became worse beyond that, 0 when none did, 2 when a file is no report."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DiffCommand implements Callable<Integer> {
  /** Real nodes on a shared machine differ by some percent from run to run. */
  private static final String TOLERANCE_PERCENT = "10";

  enum Output {
    text,
    json
  }

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "BEFORE",
      description = "A report.json, or the directory that holds it.")
  private Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "Another.")
  private Path after;

  @Option(
      names = "--tolerance",
      paramLabel = "PERCENT",
      defaultValue = TOLERANCE_PERCENT,
      description = "Allowed change where a side has one seed only. Default: ${DEFAULT-VALUE}.")
  private double tolerancePercent;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Output output;

  @Override
  public Integer call() throws IOException {
    if (!(tolerancePercent >= 0 && tolerancePercent <= 1_000)) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "--tolerance is %s, expected 0 to 1000", tolerancePercent));
    }
    ReportDiff diff;
    try {
      diff = ReportDiff.of(before, after, tolerancePercent);
    } catch (IOException e) {
      spec.commandLine().getErr().println("netlab: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    spec.commandLine().getOut().print(output == Output.json ? diff.json() : diff.text());
    spec.commandLine().getOut().flush();
    return diff.hasRegression() ? 1 : CommandLine.ExitCode.OK;
  }
}
