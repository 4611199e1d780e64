package grapevine.node.app.config;

import grapevine.node.app.console.CommandException;
import grapevine.node.app.log.LogFormat;
import grapevine.node.app.log.LogTopics;
import grapevine.node.protocol.relay.RelayKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node's configuration. Of several sources that name a setting the first counts: command
 * line, environment, file, default; lists are not merged.
 */
public final class ConfigReader {
  /** Letters by which a variable may miss a setting's. */
  private static final int MISSPELT_MAX = 2;

  private static final int OUTBOUND_MAX = 64;
  private static final int VERIFY_THREADS_MAX = 256;
  private static final int RECORD_MEBIBYTES_MAX = 1024;
  private static final int TRACE_ITEMS_MAX = 1_000_000;
  private static final int FREE_MEBIBYTES_MAX = 1 << 20;

  private final Map<NodeOption, List<String>> commandLine;
  private final Map<String, String> environment;
  private final @Nullable TomlFile file;

  /** The only setting that is looked up; all others are as if nobody had named them. */
  private final Optional<NodeOption> only;

  /**
   * What a setting is, as text, and where that was said.
   *
   * @param values one, or any number for a list; none where it is not set
   * @param origin {@code --listen}, {@code GRAPEVINE_LISTEN}, {@code node.toml:3: listen} or {@code
   *     default}
   */
  public record Setting(List<String> values, String origin) {}

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
    this(commandLine, environment, file, Optional.empty());
    if (file != null) {
      file.requireKnown("", Arrays.stream(NodeOption.values()).map(NodeOption::key).toList());
    }
  }

  private ConfigReader(
      Map<NodeOption, List<String>> commandLine,
      Map<String, String> environment,
      @Nullable TomlFile file,
      Optional<NodeOption> only) {
    this.commandLine = commandLine;
    this.environment = environment;
    this.file = file;
    this.only = only;
  }

  /** What every setting is and where that was said, usable or not, in the order of the options. */
  public Map<NodeOption, Setting> settings() {
    Map<NodeOption, Setting> settings = new EnumMap<>(NodeOption.class);
    for (NodeOption option : NodeOption.values()) {
      settings.put(option, setting(option));
    }
    return settings;
  }

  /** One sentence for each setting that cannot be used; {@link #read} complains of the first. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (NodeOption option : NodeOption.values()) {
      try {
        new ConfigReader(commandLine, environment, file, Optional.of(option)).read();
      } catch (CommandException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return problems;
  }

  /**
   * One sentence for each variable that looks like a setting's, misspelt. Others are none of ours:
   * programs around a node have variables of this prefix too.
   */
  public List<String> warnings() {
    List<String> known = Arrays.stream(NodeOption.values()).map(NodeOption::variable).toList();
    List<String> warnings = new ArrayList<>();
    for (String variable : new TreeSet<>(environment.keySet())) {
      if (variable.startsWith(NodeOption.VARIABLE_PREFIX) && !known.contains(variable)) {
        known.stream()
            .filter(each -> Spelling.distance(variable, each) <= MISSPELT_MAX)
            .findFirst()
            .ifPresent(
                meant ->
                    warnings.add(
                        "%s: no setting has this variable; did you mean %s?"
                            .formatted(variable, meant)));
      }
    }
    return warnings;
  }

  /**
   * @throws CommandException naming the source of the first value that cannot be used
   */
  public NodeConfig read() {
    return new NodeConfig(
        required(NodeOption.DATA, ConfigReader::path),
        required(NodeOption.LISTEN, text -> HostPort.parse(text, 0)),
        optional(NodeOption.ADVERTISE, text -> HostPort.parse(text, 1)),
        required(NodeOption.API_LISTEN, this::apiPlace),
        optional(NodeOption.TOKEN_FILE, ConfigReader::path),
        optional(NodeOption.METRICS_LISTEN, text -> HostPort.parse(text, 0)),
        all(NodeOption.PEER, text -> HostPort.parse(text, 1)),
        optional(NodeOption.PEERS_FILE, ConfigReader::path),
        required(NodeOption.OUTBOUND, text -> whole(text, 0, OUTBOUND_MAX)),
        required(NodeOption.RELAY, ConfigReader::relay),
        optional(NodeOption.VERIFY_THREADS, text -> whole(text, 1, VERIFY_THREADS_MAX))
            .orElse(Runtime.getRuntime().availableProcessors()),
        optional(NodeOption.RECORD, ConfigReader::path),
        required(NodeOption.RECORD_MAX_MIB, text -> whole(text, 1, RECORD_MEBIBYTES_MAX)),
        required(NodeOption.KEEP_BLOCKS, ConfigReader::keepsAllBlocks),
        required(NodeOption.MIN_FREE_MIB, text -> whole(text, 0, FREE_MEBIBYTES_MAX)),
        required(NodeOption.TRACE_ITEMS, text -> whole(text, 0, TRACE_ITEMS_MAX)),
        required(NodeOption.LOG_LEVEL, LogTopics::level),
        required(NodeOption.LOG_FORMAT, LogFormat::of));
  }

  private Setting setting(NodeOption option) {
    if (only.isPresent() && only.get() != option) {
      String otherwise = option == NodeOption.DATA ? "." : option.defaultValue();
      return new Setting(otherwise == null ? List.of() : List.of(otherwise), "default");
    }
    return said(option);
  }

  private Setting said(NodeOption option) {
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

  /** Who opens the API to other machines says so by the token that those are to have. */
  private HostPort apiPlace(String text) {
    HostPort place = HostPort.parse(text, 0);
    if (isLoopback(place) || !said(NodeOption.TOKEN_FILE).values.isEmpty()) {
      return place;
    }
    throw new IllegalArgumentException(
        "a loopback address such as 127.0.0.1:7701, or %s as well, because who reaches the API and"
                .formatted(NodeOption.TOKEN_FILE.flag())
            + " has its token owns the node");
  }

  private static boolean isLoopback(HostPort place) {
    try {
      return InetAddress.getByName(place.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // no name of this machine, then
    }
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
}
