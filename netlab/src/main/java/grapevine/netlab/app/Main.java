package grapevine.netlab.app;

import grapevine.netlab.app.run.BuildInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code netlab}: runs many nodes and measures what they do. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.setProperty("logback.configurationFile", "netlab-logback.xml");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = commandLine(out, err).execute(args);
    out.flush();
    System.exit(code);
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new Root())
        .addSubcommand(new DemoCommand())
        .addSubcommand(new CrashCommand())
        .addSubcommand(new ListCommand())
        .addSubcommand(new RunCommand())
        .addSubcommand(new SweepCommand())
        .addSubcommand(new CalibrateCommand())
        .addSubcommand(new ReplayCommand())
        .addSubcommand(new DiffCommand())
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new DoctorCommand())
        .addSubcommand(new BenchCommand())
        .addSubcommand(new VersionCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(Main::onWrongOptions)
        .setExecutionExceptionHandler((failure, command, parsed) -> onFailure(failure, command));
  }

  private static int onWrongOptions(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("netlab: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  /** Says in one line what went wrong; a defect of ours comes with its trace. */
  private static int onFailure(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    if (isEnding()) {
      return CommandLine.ExitCode.SOFTWARE; // after Ctrl-C all sorts of things fail, as they should
    }
    if (failure instanceof RuntimeException || failure.getMessage() == null) {
      failure.printStackTrace(err);
    } else {
      err.println("netlab: " + failure.getMessage());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Whether the JVM is shutting down, which it tells in no other way. */
  private static boolean isEnding() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Command(
      name = "netlab",
      description = "Runs many Grapevine nodes and measures how items spread.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:everything promised was kept",
        "1:something was not delivered, a figure became worse, or the run failed",
        "2:wrong options, or a file that cannot be used",
        "3:calibrate only: not valid on this machine now"
      })
  private static final class Root implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  private static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"netlab " + BuildInfo.CURRENT.version()};
    }
  }

  @Command(
      name = "version",
      description = "Print version, commit and JVM.",
      mixinStandardHelpOptions = true)
  private static final class VersionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      out.println("version  " + BuildInfo.CURRENT.version());
      out.println("commit   " + BuildInfo.CURRENT.commit());
      out.println("java     " + Runtime.version());
      return CommandLine.ExitCode.OK;
    }
  }
}
