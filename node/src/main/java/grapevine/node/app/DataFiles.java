package grapevine.node.app;

import grapevine.crypto.KeyFile;
import grapevine.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The names of what the program itself keeps in a data directory; the store's own are with {@link
 * grapevine.node.storage.DataDirectory}, which also holds the lock. Clients read here without it.
 */
record DataFiles(Path root) {
  /** The node's identity. */
  Path key() {
    return root.resolve("key");
  }

  /** Signs blocks; only a producer has it. */
  Path producerKey() {
    return root.resolve("producer.key");
  }

  /** Signs transactions; only where {@code init --new-network} made a sender. */
  Path senderKey() {
    return root.resolve("sender.key");
  }

  Path network() {
    return root.resolve("network.toml");
  }

  /** Opens the API. */
  Path token() {
    return root.resolve("token");
  }

  /** Where the API of the running node is, {@code host:port}; absent while none runs. */
  Path api() {
    return root.resolve("api");
  }

  /** The last slot for which this producer has signed a block. */
  Path producerSlot() {
    return root.resolve("producer.slot");
  }

  /** The sequence number of this node's last record. */
  Path recordSequence() {
    return root.resolve("record.sequence");
  }

  /** The network that this directory belongs to. */
  NetworkFile readNetwork() {
    if (!Files.exists(network())) {
      throw CommandException.usage(
          "%s is not a data directory: it has no %s; make one with: grapevine init --data %s"
              .formatted(root, network().getFileName(), root));
    }
    return NetworkFile.read(network());
  }

  /** The identity that init has made. */
  KeyPair readIdentity() {
    return readKey(key());
  }

  /**
   * Reads a key of the data directory.
   *
   * @throws CommandException when it is missing or damaged, or others may read it
   */
  static KeyPair readKey(Path path) {
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
