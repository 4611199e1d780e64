package grapevine.node.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import grapevine.node.app.run.BuildInfo;
import grapevine.node.protocol.Settings;
import grapevine.node.storage.DataDirectory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what was built and what it runs on. */
@Command(
    name = "version",
    description =
        "Print version, commit, time of the build, protocol, format of the data directory and JVM.",
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
                .put("built", build.built());
        json.putObject("protocol").put("min", Settings.VERSION).put("max", Settings.VERSION);
        json.put("dataFormat", DataDirectory.FORMAT_VERSION).put("java", java);
        terminal.out().println(json);
      }
      case text -> {
        TextTable table = new TextTable();
        table.add("version", build.version());
        table.add("commit", build.commit());
        table.add("built", build.built());
        table.add("protocol", Settings.VERSION + " to " + Settings.VERSION);
        table.add("data format", Integer.toString(DataDirectory.FORMAT_VERSION));
        table.add("java", java);
        terminal.out().print(table);
        terminal.out().flush();
      }
    }
    return ExitCode.OK.code();
  }
}
