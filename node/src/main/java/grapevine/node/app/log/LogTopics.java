package grapevine.node.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import grapevine.node.api.LogControl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The levels of this process' log, by topic: a topic is a room of the node, {@link #ALL} is what
 * holds for those without a level of their own. All nodes of a process share them. Any thread.
 */
public final class LogTopics implements LogControl {
  public static final String ALL = "all";

  /** Takes a topic's own level away. */
  private static final String INHERIT = "inherit";

  /** The rooms that log. */
  private static final List<String> ROOMS = List.of("api", "app", "metrics", "record", "transport");

  private static final List<Level> LEVELS =
      List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE);

  /**
   * The level of this name, in any case.
   *
   * @throws IllegalArgumentException whose message says what was expected
   */
  public static Level level(String name) {
    return LEVELS.stream()
        .filter(level -> level.toString().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("error, warn, info, debug or trace"));
  }

  /** Sets the level of all topics that have none of their own. */
  public static void setAll(Level level) {
    logger(ALL).ifPresent(root -> root.setLevel(level));
  }

  @Override
  public Map<String, String> levels() {
    Map<String, String> levels = new LinkedHashMap<>();
    logger(ALL).ifPresent(root -> levels.put(ALL, label(root)));
    for (String room : ROOMS) {
      logger(room).ifPresent(logger -> levels.put(room, label(logger)));
    }
    return levels;
  }

  private static String label(Logger logger) {
    return logger.getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public void set(String topic, String level) {
    if (!topic.equals(ALL) && !ROOMS.contains(topic)) {
      throw new IllegalArgumentException(
          "found topic \"" + topic + "\", expected all, " + String.join(", ", ROOMS));
    }
    boolean inherits = level.equals(INHERIT) && !topic.equals(ALL);
    Level chosen = inherits ? null : found(level);
    logger(topic).ifPresent(logger -> logger.setLevel(chosen));
  }

  private static Level found(String level) {
    try {
      return level(level);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "found level \"" + level + "\", expected " + e.getMessage(), e);
    }
  }

  /** Empty when something else than Logback does the logging. */
  private static Optional<Logger> logger(String topic) {
    String name = topic.equals(ALL) ? org.slf4j.Logger.ROOT_LOGGER_NAME : "grapevine.node." + topic;
    return LoggerFactory.getLogger(name) instanceof Logger logger
        ? Optional.of(logger)
        : Optional.empty();
  }
}
