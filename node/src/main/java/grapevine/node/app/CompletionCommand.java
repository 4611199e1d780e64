package grapevine.node.app;

import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete this program's commands and options. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for bash and zsh.",
      "bash: source <(grapevine completion)",
      "zsh:  autoload -U +X bashcompinit && bashcompinit, and then the same"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(AutoComplete.bash("grapevine", spec.root().commandLine()));
    terminal.out().flush();
    return ExitCode.OK.code();
  }
}
