package grapevine.netlab.app;

import grapevine.netlab.app.run.BuildInfo;
import grapevine.netlab.sim.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a node's protocol again from what {@code grapevine node --record} wrote. */
@Command(
    name = "replay",
    description = {
      "Runs the protocol of a node again from a file that grapevine node --record wrote: the same"
          + " inputs at the same times, the same answers, the same random numbers. Compares all that"
          + " it does with what the node did."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:identical, as far as the file goes",
      "1:an input did something else than it had done; it is named",
      "2:wrong options, or a file that is damaged or of another version"
    })
final class ReplayCommand implements Callable<Integer> {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})(?:\\.\\.([0-9]{1,18}))?");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What the node recorded.")
  private Path file;

  @Option(
      names = "--until",
      paramLabel = "N",
      description = "Stop after input N; they count from 1.")
  private @Nullable Long until;

  @Option(
      names = "--print",
      paramLabel = "FROM..TO",
      description = "Show these inputs, and what the core does at each; or one input, N.")
  private @Nullable String print;

  @Option(
      names = "--check",
      description = "Recompute the core's invariants after every input; slow.")
  private boolean check;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Replay.Options options = options();
    long beganNanos = System.nanoTime();
    Replay.Outcome outcome = Replay.run(file, options, out::println);
    report(outcome, System.nanoTime() - beganNanos, out);
    return switch (outcome.verdict()) {
      case IDENTICAL -> 0;
      case DIFFERENT -> 1;
      case DAMAGED -> 2;
    };
  }

  private Replay.Options options() {
    long from = 1;
    long to = 0;
    if (print != null) {
      Matcher range = RANGE.matcher(print);
      if (!range.matches()) {
        throw wrong("--print is \"%s\", expected a range such as 120..140".formatted(print));
      }
      from = Long.parseLong(range.group(1));
      to = range.group(2) == null ? from : Long.parseLong(range.group(2));
    }
    long last = until == null ? Long.MAX_VALUE : until;
    if (last < 1) {
      throw wrong("--until is %d, expected at least 1".formatted(last));
    }
    return new Replay.Options(last, from, to, check);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void report(Replay.Outcome outcome, long tookNanos, PrintWriter out) {
    String commit = BuildInfo.CURRENT.commit();
    if (!commit.equals(outcome.commit())) {
      out.println("recorded by build %s, replayed by %s".formatted(outcome.commit(), commit));
    }
    out.println(
        String.format(
            Locale.ROOT,
            "%d inputs, %.3f s of the node's time, %.0f inputs/s",
            outcome.inputs(),
            outcome.virtualNanos() / 1e9,
            outcome.inputs() * 1e9 / tookNanos));
    out.println("trace hash " + outcome.traceHash());
    out.println(outcome.verdict().name().toLowerCase(Locale.ROOT) + ": " + outcome.detail());
    if (outcome.failure() != null) {
      outcome.failure().printStackTrace(out);
    }
  }
}
