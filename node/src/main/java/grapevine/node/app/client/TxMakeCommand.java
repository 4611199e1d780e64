package grapevine.node.app.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import grapevine.crypto.KeyPair;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.config.NetworkFile;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Signs transactions and prints them; speaks to no node. Everything follows from key, network, time
 * and options.
 *
 * <p>The nonces begin where the time stands within its minute, as a share of the sender's
 * allowance: so that a second run does not use those of the first again, unless both exceed the
 * sender's rate.
 */
@Command(
    name = "make",
    description = "Sign transactions and print each as a line of hexadecimal digits.",
    mixinStandardHelpOptions = true)
public final class TxMakeCommand implements Callable<Integer> {
  private static final int COUNT_MAX = Transaction.NONCES_PER_MINUTE;

  private final Terminal terminal;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Take sender.key and network.toml of this data directory (or GRAPEVINE_DATA).")
  private @Nullable Path data;

  @Option(names = "--key", paramLabel = "FILE", description = "The sender's key.")
  private @Nullable Path key;

  @Option(names = "--network", paramLabel = "FILE", description = "The network file.")
  private @Nullable Path network;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--payload-bytes",
      paramLabel = "N",
      description = "Size of a payload of arbitrary bytes (default: 100).")
  private @Nullable Integer payloadBytes;

  @Option(names = "--payload", paramLabel = "TEXT", description = "The payload, as UTF-8.")
  private @Nullable String payload;

  @Option(
      names = "--fee",
      paramLabel = "N",
      defaultValue = "0",
      description = "Declared priority (default: ${DEFAULT-VALUE}).")
  private long fee;

  @Option(
      names = "--lifetime",
      paramLabel = "S",
      description = "Seconds until it expires (default: the longest that the network allows).")
  private @Nullable Long lifetimeSeconds;

  @Option(
      names = "--time",
      paramLabel = "MS",
      description = "Time of the transactions, ms since 1970 (default: now).")
  private @Nullable Long timeMillis;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}; jsonl: {\"transaction\": hex} a line.")
  private Format output;

  /** How each transaction is printed; lower case, because it is typed. */
  private enum Format {
    text,
    jsonl
  }

  public TxMakeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Network genesis = network().network();
    KeyPair sender = DataFiles.readKey(key());
    long time = timeMillis == null ? System.currentTimeMillis() : timeMillis;
    within("--time", time, 0, 1L << 52);
    within("--count", count, 1, COUNT_MAX);
    within("--fee", fee, 0, Long.MAX_VALUE);
    long lifetime = lifetimeSeconds == null ? genesis.lifetimeSecondsMax() : lifetimeSeconds;
    within("--lifetime", lifetime, 1, genesis.lifetimeSecondsMax());
    int first = firstNonce(genesis, sender, time);
    long shortId = genesis.shortId();
    for (int k = first; k < first + count; k++) {
      long nonce = Transaction.nonce(time, k);
      Transaction.Draft draft = new Transaction.Draft(shortId, nonce, time, lifetime, fee, 0);
      print(sign(genesis, sender, draft));
    }
    terminal.out().flush();
    return ExitCode.OK.code();
  }

  private NetworkFile network() {
    if (network != null) {
      return NetworkFile.read(network);
    }
    return new DataFiles(ApiAccess.data(data, terminal.environment())).readNetwork();
  }

  private Path key() {
    if (key != null) {
      return key;
    }
    Path file = new DataFiles(ApiAccess.data(data, terminal.environment())).senderKey();
    if (!Files.exists(file)) {
      throw CommandException.usage(
          "there is no " + file + ": give the sender's key with --key FILE");
    }
    return file;
  }

  private int firstNonce(Network genesis, KeyPair sender, long time) {
    int allowance = genesis.senders().allowance(sender.publicKey());
    if (allowance == 0) {
      throw CommandException.usage(
          "%s is not a sender of network %s".formatted(sender.publicKey(), genesis.name()));
    }
    long inMinute = time % Transaction.MINUTE_MILLIS;
    int first = (int) (inMinute * allowance / Transaction.MINUTE_MILLIS);
    // Room for all of them comes first: a burst may begin before its share of the minute.
    first = Math.min(first, allowance - count);
    if (first < 0) {
      throw CommandException.usage(
          "--count: found %d, expected at most %d, which is what this sender may send a minute"
              .formatted(count, allowance));
    }
    return first;
  }

  private Transaction sign(Network genesis, KeyPair sender, Transaction.Draft draft) {
    byte[] bytes = payload(draft.nonce());
    return switch (genesis.senders()) {
      case Network.Senders.Listed listed -> Transaction.sign(sender, draft, bytes);
      case Network.Senders.Open open ->
          Transaction.signStamped(sender, draft, bytes, open.stampBits());
    };
  }

  private byte[] payload(long nonce) {
    if (payload != null && payloadBytes != null) {
      throw CommandException.usage("--payload and --payload-bytes exclude each other");
    }
    if (payload != null) {
      byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
      within("bytes of --payload", bytes.length, 0, Transaction.PAYLOAD_BYTES_MAX);
      return bytes;
    }
    int size = payloadBytes == null ? 100 : payloadBytes;
    within("--payload-bytes", size, 0, Transaction.PAYLOAD_BYTES_MAX);
    byte[] bytes = new byte[size];
    new SplittableRandom(nonce).nextBytes(bytes);
    return bytes;
  }

  private void print(Transaction transaction) {
    String hex = HexFormat.of().formatHex(transaction.toBytes());
    switch (output) {
      case text -> terminal.out().println(hex);
      case jsonl ->
          terminal.out().println(JsonNodeFactory.instance.objectNode().put("transaction", hex));
    }
  }

  private static void within(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw CommandException.usage(
          "%s: found %d, expected %d to %d".formatted(what, value, min, max));
    }
  }
}
