package grapevine.node.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.crypto.KeyFile;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.api.Token;
import grapevine.node.app.client.ApiAccess;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.config.NetworkFile;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.OutputFormat;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.console.TextTable;
import grapevine.node.model.Network;
import grapevine.node.storage.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a data directory, for a network that exists or for a new one. */
@Command(
    name = "init",
    description = "Make a data directory: keys, token and network file. Overwrites nothing.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
  private static final int ALLOWANCE_DEFAULT = 6000;

  private final Terminal terminal;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The directory to make, empty or not there yet (or GRAPEVINE_DATA).")
  private @Nullable Path data;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output;

  InitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Where the network comes from. */
  static final class Source {
    @Option(
        names = "--network",
        paramLabel = "FILE",
        description = "Join the network of this file, which is copied.")
    private @Nullable Path file;

    @ArgGroup(exclusive = false)
    private @Nullable NewNetwork fresh;
  }

  /** What decides a new network, which begins now. */
  static final class NewNetwork {
    @Option(
        names = "--new-network",
        required = true,
        paramLabel = "NAME",
        description = "Make a network of this name.")
    private String name;

    @Option(names = "--producer", description = "Make a key with which this node makes blocks.")
    private boolean producer;

    @Option(
        names = "--producers",
        split = ",",
        paramLabel = "HEX",
        description = "Public keys of other producers, in the order of their slots.")
    private List<String> producers = new ArrayList<>();

    @Option(
        names = "--sender",
        paramLabel = "HEX=ALLOWANCE",
        description = "A key that may send, and how many transactions a minute; repeatable.")
    private Map<String, Integer> senders = new LinkedHashMap<>();

    @Option(
        names = "--open",
        paramLabel = "BITS",
        description =
            "Any key may send, one transaction a minute, whose stamp has so many zero bits.")
    private @Nullable Integer stampBits;

    @Option(
        names = "--slot-millis",
        paramLabel = "N",
        defaultValue = "5000",
        description = "Time between blocks (default: ${DEFAULT-VALUE}).")
    private int slotMillis;

    @Option(
        names = "--allowance",
        paramLabel = "N",
        description =
            "Without --sender and --open a sender's key is made that may send so many transactions"
                + " a minute (default: "
                + ALLOWANCE_DEFAULT
                + ").")
    private @Nullable Integer allowance;

    /** Reads the keys, after those that are made here; complains by the option's name. */
    private List<PublicKey> producers(@Nullable KeyPair own) {
      List<PublicKey> keys = new ArrayList<>();
      if (own != null) {
        keys.add(own.publicKey());
      }
      producers.forEach(text -> keys.add(publicKey("--producers", text)));
      return keys;
    }

    private boolean makesSender() {
      return senders.isEmpty() && stampBits == null;
    }

    private Network.Senders senders(@Nullable KeyPair own) {
      if (allowance != null && !makesSender()) {
        throw CommandException.usage("--allowance goes with neither --sender nor --open");
      }
      if (stampBits != null) {
        if (!senders.isEmpty()) {
          throw CommandException.usage("--open and --sender exclude each other");
        }
        return new Network.Senders.Open(stampBits);
      }
      SortedMap<PublicKey, Integer> allowances = new TreeMap<>();
      senders.forEach((text, value) -> allowances.put(publicKey("--sender", text), value));
      if (own != null) {
        allowances.put(own.publicKey(), allowance == null ? ALLOWANCE_DEFAULT : allowance);
      }
      return new Network.Senders.Listed(allowances);
    }

    private static PublicKey publicKey(String option, String text) {
      try {
        return PublicKey.fromHex(text);
      } catch (IllegalArgumentException e) {
        throw CommandException.usage(
            "%s: found \"%s\", expected a public key of %d hexadecimal digits"
                .formatted(option, text, 2 * PublicKey.BYTES));
      }
    }
  }

  @Override
  public Integer call() throws IOException {
    DataFiles files = new DataFiles(ApiAccess.data(data, terminal.environment()));
    if (Files.exists(files.network()) || Files.exists(files.key())) {
      throw CommandException.usage(
          files.root() + " is a data directory already; it stays as it is");
    }
    SecureRandom random = new SecureRandom();
    KeyPair producer = null;
    KeyPair sender = null;
    NetworkFile network;
    if (source.fresh == null) {
      network = NetworkFile.read(Objects.requireNonNull(source.file, "one of the two"));
    } else {
      producer = source.fresh.producer ? KeyPair.generate(random) : null;
      sender = source.fresh.makesSender() ? KeyPair.generate(random) : null;
      network = newNetwork(source.fresh, producer, sender);
    }
    KeyPair identity = KeyPair.generate(random);
    DataDirectory directory = DataDirectory.open(files.root(), network.network().id());
    try (directory) {
      KeyFile.write(files.key(), identity);
      if (producer != null) {
        KeyFile.write(files.producerKey(), producer);
      }
      if (sender != null) {
        KeyFile.write(files.senderKey(), sender);
      }
      Token.readOrCreate(files.token());
      // Last: a directory with a network file is complete.
      Files.writeString(files.network(), network.toToml(), StandardOpenOption.CREATE_NEW);
    }
    print(files, network, identity, producer, sender);
    return ExitCode.OK.code();
  }

  private static NetworkFile newNetwork(
      NewNetwork fresh, @Nullable KeyPair producer, @Nullable KeyPair sender) {
    long genesisMillis = System.currentTimeMillis() / 1000 * 1000;
    try {
      Network network =
          new Network(
              fresh.name,
              genesisMillis,
              fresh.slotMillis,
              NetworkFile.LIFETIME_SECONDS_DEFAULT,
              NetworkFile.BLOCK_BYTES_DEFAULT,
              NetworkFile.HORIZON_DEFAULT,
              fresh.producers(producer),
              fresh.senders(sender));
      return new NetworkFile(network, List.of());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("the new network's " + e.getMessage());
    }
  }

  private void print(
      DataFiles files,
      NetworkFile network,
      KeyPair identity,
      @Nullable KeyPair producer,
      @Nullable KeyPair sender) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", files.root().toString());
    facts.put("network", network.network().name());
    facts.put("networkId", network.network().id().toHex());
    facts.put("nodeId", identity.publicKey().toHex());
    if (producer != null) {
      facts.put("producer", producer.publicKey().toHex());
    }
    if (sender != null) {
      facts.put("sender", sender.publicKey().toHex());
    }
    switch (output) {
      case json -> {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        facts.forEach(json::put);
        terminal.out().println(json);
      }
      case text -> {
        TextTable table = new TextTable();
        facts.forEach(table::add);
        terminal.out().print(table);
        terminal.out().flush();
      }
    }
  }
}
