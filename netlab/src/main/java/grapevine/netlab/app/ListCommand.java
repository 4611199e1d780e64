package grapevine.netlab.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import grapevine.netlab.scenario.file.ScenarioException;
import grapevine.netlab.scenario.file.ScenarioReader;
import grapevine.netlab.scenario.file.ScenarioReader.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows which scenarios there are, one file each. */
@Command(
    name = "list",
    description = {
      "Lists scenarios: name, number of nodes, and what each is about.",
      "Exits 1 when one of the files cannot be read."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ListCommand implements Callable<Integer> {
  /** Set by scripts/netlab, which knows where the repository is. */
  static final String FOLDER_PROPERTY = "netlab.scenarios";

  private static final String FOLDER_DEFAULT = "netlab/scenarios";
  static final String SUFFIX = ".toml";

  private enum Format {
    text,
    json
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIRECTORY",
      description = "Where to look. Default: the scenarios that ship with netlab.")
  private @Nullable Path folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Override
  public Integer call() throws IOException {
    List<Summary> summaries = new ArrayList<>();
    boolean allRead = true;
    for (Path file : files()) {
      try {
        summaries.add(ScenarioReader.summary(file));
      } catch (ScenarioException e) {
        spec.commandLine().getErr().println("netlab: " + e.getMessage());
        allRead = false;
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case text -> printText(out, summaries);
      case json -> printJson(out, summaries);
    }
    return allRead ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  /** Where the scenarios are that ship with netlab. */
  static Path shipped() {
    return Path.of(System.getProperty(FOLDER_PROPERTY, FOLDER_DEFAULT));
  }

  private List<Path> files() throws IOException {
    Path chosen = folder == null ? shipped() : folder;
    if (!Files.isDirectory(chosen)) {
      throw new ParameterException(spec.commandLine(), "there is no directory " + chosen);
    }
    try (Stream<Path> files = Files.list(chosen)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private static void printText(PrintWriter out, List<Summary> summaries) {
    int fileWidth = width(summaries.stream().map(ListCommand::fileName));
    int nameWidth = Math.max("NAME".length(), width(summaries.stream().map(Summary::name)));
    String row = "%-" + Math.max(1, fileWidth) + "s  %-" + nameWidth + "s  %7s  %s%n";
    out.printf(row, "FILE", "NAME", "NODES", "ABOUT");
    for (Summary each : summaries) {
      out.printf(row, fileName(each), each.name(), nodes(each), each.about());
    }
  }

  private static int width(Stream<String> texts) {
    return texts.mapToInt(String::length).max().orElse(0);
  }

  private static String fileName(Summary summary) {
    return summary.file().getFileName().toString();
  }

  /** A scenario whose topology is a list need not say how many there are. */
  private static String nodes(Summary summary) {
    return summary.nodes() == 0 ? "listed" : Integer.toString(summary.nodes());
  }

  private static void printJson(PrintWriter out, List<Summary> summaries) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ArrayNode list = json.createArrayNode();
    for (Summary each : summaries) {
      list.addObject()
          .put("name", each.name())
          .put("nodes", each.nodes())
          .put("about", each.about())
          .put("file", each.file().toString());
    }
    out.println(json.writerWithDefaultPrettyPrinter().writeValueAsString(list));
  }
}
