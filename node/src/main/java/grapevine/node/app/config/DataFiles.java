package grapevine.node.app.config;

import grapevine.crypto.KeyFile;
import grapevine.crypto.KeyPair;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names of what the program itself keeps in a data directory; the store's own are with {@link
 * grapevine.node.storage.DataDirectory}, which also holds the lock. Clients read here without it.
 */
public record DataFiles(Path root) {
  private static final int NAMES_SHOWN = 5;

  /** The node's identity. */
  public Path key() {
    return root.resolve("key");
  }

  /** Signs blocks; only a producer has it. */
  public Path producerKey() {
    return root.resolve("producer.key");
  }

  /** Signs transactions; only where {@code init --new-network} made a sender. */
  public Path senderKey() {
    return root.resolve("sender.key");
  }

  public Path network() {
    return root.resolve("network.toml");
  }

  /** Known nodes. */
  public Path peers() {
    return root.resolve("peers");
  }

  /** Whom the operator has banned. */
  public Path bans() {
    return root.resolve("bans");
  }

  /** Opens the API. */
  public Path token() {
    return root.resolve("token");
  }

  /** Where the API of the running node is, {@code host:port}; absent while none runs. */
  public Path api() {
    return root.resolve("api");
  }

  /** Where its metrics are, {@code host:port}; absent while none are served. */
  public Path metrics() {
    return root.resolve("metrics");
  }

  /** The last slot for which this producer has signed a block. */
  public Path producerSlot() {
    return root.resolve("producer.slot");
  }

  /**
   * There as long as this directory is a copy of a producer's that has not been started yet: what
   * the original has signed since is not known here.
   */
  public Path producerCopied() {
    return root.resolve("producer.copied");
  }

  /** The sequence number of this node's last record. */
  public Path recordSequence() {
    return root.resolve("record.sequence");
  }

  /** The network that this directory belongs to. */
  public NetworkFile readNetwork() {
    if (!Files.exists(network())) {
      String found = foreign();
      String message =
          "%s is not a data directory: it has no %s%s; make one with: grapevine init --data %s"
              .formatted(root, network().getFileName(), found, found.isEmpty() ? root : "DIR");
      throw found.isEmpty()
          ? CommandException.usage(message)
          : new CommandException(ExitCode.DATA_DAMAGED_OR_TOO_NEW, message, null);
    }
    return NetworkFile.read(network());
  }

  /** What stands where the data directory should be; empty when there is nothing. */
  private String foreign() {
    if (!Files.exists(root)) {
      return "";
    }
    try (Stream<Path> files = Files.list(root)) {
      List<String> names =
          files.map(file -> file.getFileName().toString()).sorted().limit(NAMES_SHOWN).toList();
      return names.isEmpty() ? "" : " but holds " + String.join(", ", names);
    } catch (NotDirectoryException e) {
      return " but is a file";
    } catch (IOException | UncheckedIOException e) {
      return " that can be read: " + e;
    }
  }

  /** The identity that init has made. */
  public KeyPair readIdentity() {
    return readKey(key());
  }

  /**
   * Reads a key of the data directory.
   *
   * @throws CommandException when it is missing or damaged, or others may read it
   */
  public static KeyPair readKey(Path path) {
    try {
      return KeyFile.read(path);
    } catch (NoSuchFileException e) {
      throw CommandException.usage("there is no key file " + path);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.DATA_DAMAGED_OR_TOO_NEW, String.valueOf(e.getMessage()), e);
    }
  }
}
