package grapevine.node.app;

import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.run.BuildInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The program {@code grapevine}: a node, and what one types to speak with it. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> onUncaught(thread, failure));
    Terminal terminal =
        new Terminal(
            System.in,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            System.getenv());
    int code;
    try {
      code = commandLine(terminal, args).execute(args);
    } catch (OutOfMemoryError e) {
      ExitCode.haltIfOutOfMemory(e);
      throw e;
    }
    terminal.out().flush();
    System.exit(code);
  }

  private static void onUncaught(Thread thread, Throwable failure) {
    ExitCode.haltIfOutOfMemory(failure);
    LoggerFactory.getLogger(Main.class)
        .atError()
        .addKeyValue("thread", thread.getName())
        .setCause(failure)
        .log("uncaught");
  }

  /** The command that these arguments begin with; all of them if they name none. */
  static CommandLine commandLine(Terminal terminal, String... arguments) {
    CommandLine root = new CommandLine(new Root());
    new Commands(terminal).namedBy(arguments).forEach(root::addSubcommand);
    root.setOut(terminal.out());
    root.setErr(terminal.err());
    root.setParameterExceptionHandler(Main::onWrongOptions);
    root.setExecutionExceptionHandler((e, command, parsed) -> onFailure(e, command));
    return root;
  }

  private static int onWrongOptions(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("grapevine: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.code();
  }

  /** Says in one line what went wrong; a defect of ours comes with its trace. */
  private static int onFailure(Exception failure, CommandLine command) {
    ExitCode exitCode = ExitCode.of(failure);
    PrintWriter err = command.getErr();
    if (exitCode == ExitCode.RUNTIME
        && !(failure instanceof IOException || failure instanceof CommandException)) {
      failure.printStackTrace(err);
    } else {
      String message = failure.getMessage();
      err.println("grapevine: " + (message == null ? failure.toString() : message));
    }
    return exitCode.code();
  }

  @Command(
      name = "grapevine",
      description = "A blockchain-style propagation node, and its client.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:done",
        "1:failed while running, or refused by the node",
        "2:wrong options, configuration or network file",
        "3:out of memory",
        "4:data directory damaged, foreign or of a later version",
        "5:an address cannot be bound",
        "6:data directory in use"
      },
      footer = {
        "",
        "A network of one node on this machine:",
        "  grapevine init --data n1 --new-network demo --producer",
        "  grapevine node --data n1",
        "  grapevine tx make --data n1 --count 10 | grapevine tx send - --data n1",
        "  grapevine status --data n1"
      })
  private static final class Root implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  private static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"grapevine " + BuildInfo.CURRENT.version()};
    }
  }
}
