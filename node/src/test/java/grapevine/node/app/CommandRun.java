package grapevine.node.app;

import grapevine.node.app.console.Terminal;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One run of the program within this process: how it ended and what it printed. */
record CommandRun(int exitCode, String out, String err) {
  static CommandRun of(String... arguments) {
    return of(Map.of(), "", arguments);
  }

  static CommandRun of(Map<String, String> environment, String in, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            environment);
    int exitCode = Main.commandLine(terminal, arguments).execute(arguments);
    terminal.out().flush();
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
