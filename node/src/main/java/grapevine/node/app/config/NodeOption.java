package grapevine.node.app.config;

import grapevine.node.protocol.relay.RelayKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of a node, once: its name on the command line ({@code --listen}), in the
 * environment ({@code GRAPEVINE_LISTEN}) and in a configuration file ({@code listen}), its default
 * and its meaning. A line here and its use in {@link ConfigReader} is all that a new setting takes.
 */
public enum NodeOption {
  DATA("data", "DIR", null, "Data directory, made by init."),
  LISTEN("listen", "HOST:PORT", "127.0.0.1:7700", "Where other nodes connect; port 0 = any free."),
  ADVERTISE(
      "advertise",
      "HOST:PORT",
      null,
      "Where others are told to connect. Without it the listen address, unless that is a wildcard."),
  API_LISTEN(
      "api-listen",
      "HOST:PORT",
      "127.0.0.1:7701",
      "Where programs speak to the node; a loopback address, unless --token-file is given."),
  TOKEN_FILE(
      "token-file",
      "FILE",
      null,
      "Secret that opens the API, mode 0600; the data directory's if absent."),
  METRICS_LISTEN(
      "metrics-listen",
      "HOST:PORT",
      null,
      "Where figures for Prometheus are served; off if absent."),
  PEER("peer", "HOST:PORT", null, "A node to stay connected with; may be given several times."),
  PEERS_FILE(
      "peers-file", "FILE", null, "More such nodes, one HOST:PORT a line; read again on SIGHUP."),
  OUTBOUND("outbound", "N", "8", "Connections to keep by dialling, 0 to 64."),
  RELAY(
      "relay",
      "STRATEGY",
      RelayKind.ANNOUNCE.label(),
      "How items are passed on: " + relays() + "."),
  VERIFY_THREADS(
      "verify-threads", "N", null, "Threads that check signatures; one a processor if absent."),
  RECORD(
      "record",
      "FILE",
      null,
      "For debugging: write everything that reaches the protocol here, for netlab replay. Off if"
          + " absent."),
  RECORD_MAX_MIB(
      "record-max-mib", "N", "256", "Size at which recording stops; the node goes on. 1 to 1024."),
  KEEP_BLOCKS(
      "keep-blocks",
      "all|horizon",
      "all",
      "all: keep every block, and tell other nodes so; horizon: drop those that the network lets a"
          + " node forget."),
  MIN_FREE_MIB(
      "min-free-mib",
      "N",
      "64",
      "With less free space on the disk nothing is stored until a quarter more is free; 0 = off, up"
          + " to 1048576."),
  TRACE_ITEMS(
      "trace-items",
      "N",
      "4096",
      "Items whose history is kept in memory for trace, 1 KiB each; 0 = off, up to 1000000."),
  LOG_LEVEL("log-level", "LEVEL", "info", "error, warn, info, debug or trace."),
  LOG_FORMAT("log-format", "FORMAT", "text", "text, or json: one object a line.");

  static final String VARIABLE_PREFIX = "GRAPEVINE_";

  private final String key;
  private final String valueLabel;
  private final @Nullable String defaultValue;
  private final String description;

  NodeOption(String key, String valueLabel, @Nullable String defaultValue, String description) {
    this.key = key;
    this.valueLabel = valueLabel;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  private static String relays() {
    return Arrays.stream(RelayKind.values())
        .map(RelayKind::label)
        .collect(Collectors.joining(", "));
  }

  /** Its name in a configuration file. */
  public String key() {
    return key;
  }

  public String flag() {
    return "--" + key;
  }

  public String variable() {
    return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What stands for its value in help texts. */
  public String valueLabel() {
    return valueLabel;
  }

  /** As it would be typed; null when there is none. */
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  public String description() {
    return description;
  }

  /** Whether it takes several values; in an environment variable they stand between commas. */
  public boolean isList() {
    return this == PEER;
  }
}
