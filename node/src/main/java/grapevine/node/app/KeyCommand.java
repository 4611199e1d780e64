package grapevine.node.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import grapevine.crypto.KeyFile;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keys in files. */
@Command(
    name = "key",
    description = "Make a key, or show its public half.",
    mixinStandardHelpOptions = true)
final class KeyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected show or new");
  }

  /** Which file is meant. */
  static final class Place {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "The data directory whose node is meant.")
    private @Nullable Path data;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A key file.")
    private @Nullable Path file;

    Path path() {
      if (file != null) {
        return file;
      }
      if (data == null) {
        throw new IllegalStateException("the options are exclusive and required");
      }
      return new DataFiles(data).key();
    }
  }

  private static void print(Terminal terminal, OutputFormat output, PublicKey key) {
    switch (output) {
      case json ->
          terminal
              .out()
              .println(JsonNodeFactory.instance.objectNode().put("publicKey", key.toHex()));
      case text -> terminal.out().println(key.toHex());
    }
  }

  /** Shows the public half of a key. */
  @Command(
      name = "show",
      description = "Print the public key of a key file: a node's is its id.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    private final Terminal terminal;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Place place;

    @Option(
        names = {"-o", "--output"},
        defaultValue = "text",
        description = "${COMPLETION-CANDIDATES}")
    private OutputFormat output;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      print(terminal, output, DataFiles.readKey(place.path()).publicKey());
      return ExitCode.OK.code();
    }
  }

  /** Makes a key. */
  @Command(
      name = "new",
      description = "Make a key file of mode 0600 and print its public key; never overwrites one.",
      mixinStandardHelpOptions = true)
  static final class New implements Callable<Integer> {
    private final Terminal terminal;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Place place;

    @Option(
        names = {"-o", "--output"},
        defaultValue = "text",
        description = "${COMPLETION-CANDIDATES}")
    private OutputFormat output;

    New(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
      KeyPair pair = KeyPair.generate(new SecureRandom());
      try {
        KeyFile.write(place.path(), pair);
      } catch (FileAlreadyExistsException e) {
        throw CommandException.usage(place.path() + " exists; a key is never overwritten");
      }
      print(terminal, output, pair.publicKey());
      return ExitCode.OK.code();
    }
  }
}
