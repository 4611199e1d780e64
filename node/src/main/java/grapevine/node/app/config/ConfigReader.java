package grapevine.node.app.config;

import ch.qos.logback.classic.Level;
import grapevine.node.app.console.CommandException;
import grapevine.node.protocol.relay.RelayKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node's configuration. Of several sources that name a setting the first counts: command
 * line, environment, file, default; lists are not merged.
 */
public final class ConfigReader {
  private static final int OUTBOUND_MAX = 64;
  private static final int VERIFY_THREADS_MAX = 256;
  private static final int RECORD_MEBIBYTES_MAX = 1024;
  private static final int FREE_MEBIBYTES_MAX = 1 << 20;

  private final Map<NodeOption, List<String>> commandLine;
  private final Map<String, String> environment;
  private final @Nullable TomlFile file;

  /**
   * What a setting is, as text, and where that was said.
   *
   * @param values one, or any number for a list; none where it is not set
   * @param origin {@code --listen}, {@code GRAPEVINE_LISTEN}, {@code node.toml:3: listen} or {@code
   *     default}
   */
  private record Setting(List<String> values, String origin) {}

  /** Makes a value of a text. */
  private interface Form<T> {
    /**
     * @throws IllegalArgumentException whose message says what was expected
     */
    T parse(String text);
  }

  /**
   * @param commandLine the options given there
   * @param file of {@code --config}; null when there is none
   * @throws CommandException when the file has a key that is no setting
   */
  public ConfigReader(
      Map<NodeOption, List<String>> commandLine,
      Map<String, String> environment,
      @Nullable TomlFile file) {
    this.commandLine = commandLine;
    this.environment = environment;
    this.file = file;
    if (file != null) {
      file.requireKnown("", Arrays.stream(NodeOption.values()).map(NodeOption::key).toList());
    }
  }

  /**
   * @throws CommandException naming the source of the first value that cannot be used
   */
  public NodeConfig read() {
    return new NodeConfig(
        required(NodeOption.DATA, ConfigReader::path),
        required(NodeOption.LISTEN, text -> HostPort.parse(text, 0)),
        optional(NodeOption.ADVERTISE, text -> HostPort.parse(text, 1)),
        required(NodeOption.API_LISTEN, ConfigReader::loopback),
        optional(NodeOption.METRICS_LISTEN, text -> HostPort.parse(text, 0)),
        all(NodeOption.PEER, text -> HostPort.parse(text, 1)),
        required(NodeOption.OUTBOUND, text -> whole(text, 0, OUTBOUND_MAX)),
        required(NodeOption.RELAY, ConfigReader::relay),
        optional(NodeOption.VERIFY_THREADS, text -> whole(text, 1, VERIFY_THREADS_MAX))
            .orElse(Runtime.getRuntime().availableProcessors()),
        optional(NodeOption.RECORD, ConfigReader::path),
        required(NodeOption.RECORD_MAX_MIB, text -> whole(text, 1, RECORD_MEBIBYTES_MAX)),
        required(NodeOption.KEEP_BLOCKS, ConfigReader::keepsAllBlocks),
        required(NodeOption.MIN_FREE_MIB, text -> whole(text, 0, FREE_MEBIBYTES_MAX)),
        required(NodeOption.LOG_LEVEL, ConfigReader::level));
  }

  private Setting setting(NodeOption option) {
    List<String> given = commandLine.get(option);
    if (given != null) {
      return new Setting(given, option.flag());
    }
    String variable = environment.get(option.variable());
    if (variable != null) {
      List<String> values =
          option.isList() ? List.of(variable.split("\\s*,\\s*", -1)) : List.of(variable);
      return new Setting(values, option.variable());
    }
    Optional<List<String>> written = file == null ? Optional.empty() : file.words(option.key());
    if (file != null && written.isPresent()) {
      return new Setting(written.get(), file.at(option.key()));
    }
    String otherwise = option.defaultValue();
    return new Setting(otherwise == null ? List.of() : List.of(otherwise), "default");
  }

  private <T> T required(NodeOption option, Form<T> form) {
    return optional(option, form)
        .orElseThrow(
            () ->
                CommandException.usage(
                    "%s is missing: give %s %s, or set %s"
                        .formatted(
                            option.key(), option.flag(), option.valueLabel(), option.variable())));
  }

  private <T> Optional<T> optional(NodeOption option, Form<T> form) {
    Setting setting = setting(option);
    if (setting.values.size() > 1) {
      throw CommandException.usage(
          "%s: found %d values, expected one".formatted(setting.origin, setting.values.size()));
    }
    return setting.values.stream().findFirst().map(text -> parse(setting, text, form));
  }

  private <T> List<T> all(NodeOption option, Form<T> form) {
    Setting setting = setting(option);
    return setting.values.stream().map(text -> parse(setting, text, form)).toList();
  }

  private static <T> T parse(Setting setting, String text, Form<T> form) {
    try {
      return form.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "%s: found \"%s\", expected %s".formatted(setting.origin, text, e.getMessage()));
    }
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a path");
    }
    return Path.of(text);
  }

  private static int whole(String text, int min, int max) {
    int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    if (value < min || value > max) {
      throw new IllegalArgumentException("a whole number from " + min + " to " + max);
    }
    return value;
  }

  private static HostPort loopback(String text) {
    HostPort place = HostPort.parse(text, 0);
    try {
      if (InetAddress.getByName(place.host()).isLoopbackAddress()) {
        return place;
      }
    } catch (UnknownHostException e) {
      // No name of this machine, then.
    }
    throw new IllegalArgumentException(
        "a loopback address such as 127.0.0.1:7701, because who reaches the API owns the node");
  }

  private static RelayKind relay(String text) {
    return Arrays.stream(RelayKind.values())
        .filter(kind -> kind.label().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "one of " + Arrays.stream(RelayKind.values()).map(RelayKind::label).toList()));
  }

  private static boolean keepsAllBlocks(String text) {
    return switch (text) {
      case "all" -> true;
      case "horizon" -> false;
      default -> throw new IllegalArgumentException("all or horizon");
    };
  }

  private static Level level(String text) {
    for (Level level : List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE)) {
      if (level.toString().equalsIgnoreCase(text)) {
        return level;
      }
    }
    throw new IllegalArgumentException("error, warn, info, debug or trace");
  }
}
