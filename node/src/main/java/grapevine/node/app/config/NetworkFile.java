package grapevine.node.app.config;

import grapevine.crypto.PublicKey;
import grapevine.node.app.console.CommandException;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The file that makes a network: its genesis, and where newcomers find it. Two files with the same
 * genesis are the same network, however they are written and whatever they list as bootstrap.
 *
 * @param bootstrap {@code host:port} of nodes to dial first; not part of the network's id
 */
public record NetworkFile(Network network, List<HostPort> bootstrap) {
  public static final long LIFETIME_SECONDS_DEFAULT = 600;
  public static final int BLOCK_BYTES_DEFAULT = 1 << 20;
  public static final int HORIZON_DEFAULT = 10_000;

  private static final List<String> KEYS =
      List.of(
          "name",
          "genesis-time",
          "slot-millis",
          "lifetime-max",
          "block-bytes-max",
          "horizon",
          "producers",
          "bootstrap",
          "senders");

  private static final String KEY_TEXT = "a public key of 64 hexadecimal digits";

  public NetworkFile {
    bootstrap = List.copyOf(bootstrap);
  }

  /**
   * @throws CommandException naming file, line, key, what was found and what was expected
   */
  public static NetworkFile read(Path path) {
    return of(TomlFile.read(path));
  }

  public static NetworkFile of(TomlFile file) {
    file.requireKnown("", KEYS);
    file.requireKnown("senders", List.of("open", "listed"));
    String name = file.text("name", "the network's name in quotes");
    if (!name.matches("[!-~]{1," + Network.NAME_CHARS_MAX + "}")) {
      throw file.wrong(
          "name", "1 to " + Network.NAME_CHARS_MAX + " printable ASCII characters without blanks");
    }
    Network network =
        new Network(
            name,
            genesisTimeMillis(file),
            file.whole("slot-millis", 10, 86_400_000),
            file.whole(
                "lifetime-max", 1, Network.LIFETIME_SECONDS_CEILING, LIFETIME_SECONDS_DEFAULT),
            (int)
                file.whole(
                    "block-bytes-max",
                    BlockHeader.BYTES,
                    Network.BLOCK_BYTES_CEILING,
                    BLOCK_BYTES_DEFAULT),
            (int) file.whole("horizon", 1, 1 << 30, HORIZON_DEFAULT),
            producers(file),
            senders(file));
    return new NetworkFile(network, bootstrap(file));
  }

  private static long genesisTimeMillis(TomlFile file) {
    String path = "genesis-time";
    String expected = "a time such as 2026-11-22T10:00:00Z, or milliseconds since 1970";
    String text = file.words(path).map(words -> String.join(",", words)).orElse("");
    try {
      return text.matches("[0-9]{1,15}")
          ? Long.parseLong(text)
          : OffsetDateTime.parse(text.replace(' ', 'T')).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw file.wrong(path, expected);
    }
  }

  private static List<PublicKey> producers(TomlFile file) {
    String expected = "an array of public keys of 64 hexadecimal digits each";
    List<PublicKey> producers = new ArrayList<>();
    for (String text : file.texts("producers", expected)) {
      try {
        producers.add(PublicKey.fromHex(text));
      } catch (IllegalArgumentException e) {
        throw file.wrong("producers", '"' + text + '"', KEY_TEXT);
      }
    }
    if (producers.size() > Network.PRODUCERS_MAX) {
      throw file.wrong("producers", producers.size() + " keys", "at most " + Network.PRODUCERS_MAX);
    }
    return producers;
  }

  private static Network.Senders senders(TomlFile file) {
    if (file.has("senders.open") == file.has("senders.listed")) {
      throw file.wrong("senders", "either open = BITS or a table [senders.listed]");
    }
    if (file.has("senders.open")) {
      return new Network.Senders.Open((int) file.whole("senders.open", 0, 64));
    }
    SortedMap<PublicKey, Integer> allowances = new TreeMap<>();
    for (String text : file.keys("senders.listed")) {
      String path = "senders.listed." + text;
      int allowance = (int) file.whole(path, 1, Transaction.NONCES_PER_MINUTE - 1);
      try {
        allowances.put(PublicKey.fromHex(text), allowance);
      } catch (IllegalArgumentException e) {
        throw file.wrong(path, "the key \"" + text + '"', KEY_TEXT);
      }
    }
    if (allowances.size() > Network.SENDERS_MAX) {
      throw file.wrong(
          "senders.listed", allowances.size() + " keys", "at most " + Network.SENDERS_MAX);
    }
    return new Network.Senders.Listed(allowances);
  }

  private static List<HostPort> bootstrap(TomlFile file) {
    List<HostPort> bootstrap = new ArrayList<>();
    for (String text : file.texts("bootstrap", "an array of \"host:port\"")) {
      try {
        bootstrap.add(HostPort.parse(text, 1));
      } catch (IllegalArgumentException e) {
        throw file.wrong("bootstrap", '"' + text + '"', String.valueOf(e.getMessage()));
      }
    }
    return bootstrap;
  }

  /** The one way in which this program writes a network; reading it gives an equal one. */
  public String toToml() {
    StringBuilder out = new StringBuilder();
    out.append("# Everyone on this network has these values: they make its id\n");
    out.append("# ").append(network.id()).append('\n');
    out.append("name = \"").append(escaped(network.name())).append("\"\n");
    out.append("genesis-time = ")
        .append(Instant.ofEpochMilli(network.genesisTimeMillis()))
        .append('\n');
    out.append("slot-millis = ").append(network.slotMillis()).append('\n');
    out.append("lifetime-max = ").append(network.lifetimeSecondsMax()).append(" # seconds\n");
    out.append("block-bytes-max = ").append(network.blockBytesMax()).append('\n');
    out.append("horizon = ").append(network.horizonBlocks()).append(" # blocks\n");
    out.append("producers = ").append(array(network.producers())).append('\n');
    out.append("# Nodes to dial first; not part of the id.\n");
    out.append("bootstrap = ").append(array(bootstrap)).append('\n');
    switch (network.senders()) {
      case Network.Senders.Open open ->
          out.append("\n[senders]\nopen = ").append(open.stampBits()).append(" # stamp bits\n");
      case Network.Senders.Listed listed -> {
        out.append("\n[senders.listed] # transactions a minute\n");
        listed
            .allowances()
            .forEach(
                (key, allowance) ->
                    out.append('"').append(key).append("\" = ").append(allowance).append('\n'));
      }
    }
    return out.toString();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String array(List<?> values) {
    return values.stream()
        .map(value -> "\n  \"" + value + "\",")
        .collect(Collectors.joining("", "[", values.isEmpty() ? "]" : "\n]"));
  }
}
