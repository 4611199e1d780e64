package grapevine.node.app.client;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Transactions. */
@Command(name = "tx", description = "Make and send transactions.", mixinStandardHelpOptions = true)
public final class TxCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected make or send");
  }
}
