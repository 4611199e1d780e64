package grapevine.node.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.crypto.KeyFile;
import grapevine.crypto.KeyPair;
import grapevine.node.app.client.ApiAccess;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import grapevine.node.model.Network;
import grapevine.node.storage.Backup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Copies a data directory while its node runs or not. Two nodes with one identity confuse their
 * peers, and two producers with one key accuse themselves; so a copy has a key of its own unless
 * asked otherwise.
 */
@Command(
    name = "backup",
    description = {
      "Copy a data directory to TARGET, whether its node runs or not.",
      "The copy is a data directory: a node starts on it, and holds what the original had stored."
          + " It has an identity of its own, so it may run beside the original. With --with-keys it"
          + " has all keys of the original and is to replace it: never run both."
    },
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory (or GRAPEVINE_DATA).")
  private @Nullable Path data;

  @Option(
      names = "--with-keys",
      description =
          "Copy the keys of node, producer and sender too, to replace a node that is lost.")
  private boolean withKeys;

  @Parameters(paramLabel = "TARGET", description = "An empty directory, or one to be made.")
  private Path target;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output;

  BackupCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    DataFiles from = new DataFiles(ApiAccess.data(data, terminal.environment()));
    DataFiles to = new DataFiles(target);
    Network network = from.readNetwork().network();
    Backup backup = Backup.begin(from.root(), network.id(), target);
    long itemsBytes = backup.items();
    backup.files(names(from.network(), from.peers(), from.bans()));
    if (withKeys) {
      backup.files(
          names(
              from.key(),
              from.recordSequence(),
              from.producerKey(),
              from.producerSlot(),
              from.senderKey()));
      if (Files.exists(to.producerKey())) {
        Files.createFile(to.producerCopied());
      }
    } else {
      KeyFile.write(to.key(), KeyPair.generate(new SecureRandom()));
    }
    backup.finish();
    print(itemsBytes, to.readIdentity().publicKey().toHex());
    return ExitCode.OK.code();
  }

  private static List<String> names(Path... files) {
    return List.of(files).stream().map(file -> file.getFileName().toString()).toList();
  }

  private void print(long itemsBytes, String nodeId) {
    switch (output) {
      case json -> {
        ObjectNode json =
            JsonNodeFactory.instance
                .objectNode()
                .put("target", target.toString())
                .put("itemsBytes", itemsBytes)
                .put("nodeId", nodeId)
                .put("keys", withKeys);
        terminal.out().println(json);
      }
      case text -> {
        TextTable table = new TextTable();
        table.add("target", target.toString());
        table.add("items", itemsBytes + " bytes");
        table.add("node", nodeId + (withKeys ? ", as the original" : ", of its own"));
        terminal.out().print(table);
        terminal.out().flush();
      }
    }
  }
}
