package grapevine.node.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import grapevine.node.app.run.BuildInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what was built and what it runs on. */
@Command(
    name = "version",
    description = "Print version, commit, protocol and JVM.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output;

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    BuildInfo build = BuildInfo.CURRENT;
    String java = Runtime.version().toString();
    switch (output) {
      case json -> {
        ObjectNode json =
            JsonNodeFactory.instance
                .objectNode()
                .put("version", build.version())
                .put("commit", build.commit())
                .put("protocol", build.protocol())
                .put("java", java);
        terminal.out().println(json);
      }
      case text -> {
        TextTable table = new TextTable();
        table.add("version", build.version());
        table.add("commit", build.commit());
        table.add("protocol", Integer.toString(build.protocol()));
        table.add("java", java);
        terminal.out().print(table);
        terminal.out().flush();
      }
    }
    return ExitCode.OK.code();
  }
}
