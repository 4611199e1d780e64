package grapevine.node.app.console;

import org.jspecify.annotations.Nullable;

/**
 * A command cannot do what it was asked to. The message is for whoever typed it: it names the
 * place, what was found and what was expected. Unchecked, because only the program's entry handles
 * it.
 */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  public CommandException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The fault lies in what the operator wrote. */
  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message, null);
  }

  public static CommandException runtime(String message) {
    return new CommandException(ExitCode.RUNTIME, message, null);
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
