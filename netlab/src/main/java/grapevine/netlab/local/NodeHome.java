package grapevine.netlab.local;

import grapevine.crypto.KeyFile;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node's data directory and its log beside it. The lab writes what {@code grapevine init} would,
 * because a JVM for each of many nodes takes seconds and the lab knows all keys anyway.
 *
 * @param data the directory
 * @param log what the process prints, of all its lives
 */
record NodeHome(Path data, Path log) {
  static NodeHome of(Path parent, int node) {
    return new NodeHome(parent.resolve("node-" + node), parent.resolve("node-" + node + ".log"));
  }

  /**
   * @param producer null for a node that makes no blocks
   * @throws IOException also when there is something already
   */
  void write(Network network, KeyPair identity, @Nullable KeyPair producer) throws IOException {
    Files.createDirectory(data);
    Files.writeString(
        data.resolve("FORMAT"), "grapevine-store 1\nnetwork " + network.id().toHex() + "\n");
    Files.writeString(data.resolve("network.toml"), toml(network));
    KeyFile.write(data.resolve("key"), identity);
    if (producer != null) {
      KeyFile.write(data.resolve("producer.key"), producer);
    }
  }

  /** Empties the store of a node that is down, and what it knows of others; its keys stay. */
  void wipe() throws IOException {
    Files.deleteIfExists(data.resolve("peers"));
    Path items = data.resolve("items");
    if (Files.exists(items)) {
      List<Path> deepestFirst;
      try (Stream<Path> files = Files.walk(items)) {
        deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }

  /** Configures the node where it is hosted together with others. */
  void configure(NodeSettings settings) throws IOException {
    Files.writeString(data.resolve("node.toml"), settings.toml());
  }

  /** The token for the node's API, which the node writes before it is ready. */
  String token() throws IOException {
    return Files.readString(data.resolve("token")).strip();
  }

  static String toml(Network network) {
    StringBuilder text = new StringBuilder();
    text.append("name = \"").append(network.name()).append("\"\n");
    text.append("genesis-time = ").append(network.genesisTimeMillis()).append('\n');
    text.append("slot-millis = ").append(network.slotMillis()).append('\n');
    text.append("lifetime-max = ").append(network.lifetimeSecondsMax()).append('\n');
    text.append("block-bytes-max = ").append(network.blockBytesMax()).append('\n');
    text.append("horizon = ").append(network.horizonBlocks()).append('\n');
    text.append("producers = [").append(quoted(network.producers())).append("]\n");
    text.append("bootstrap = []\n\n");
    switch (network.senders()) {
      case Network.Senders.Open open ->
          text.append("[senders]\nopen = ").append(open.stampBits()).append('\n');
      case Network.Senders.Listed listed -> {
        text.append("[senders.listed]\n");
        listed
            .allowances()
            .forEach(
                (key, allowance) ->
                    text.append('"').append(key).append("\" = ").append(allowance).append('\n'));
      }
    }
    return text.toString();
  }

  private static String quoted(List<PublicKey> keys) {
    return keys.stream().map(key -> '"' + key.toHex() + '"').collect(Collectors.joining(", "));
  }
}
