package grapevine.node.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One event of the log.
 *
 * @param logger its name's last word
 * @param fields what is said besides, in the order in which it was given
 * @param trace lines of the exception and its causes; empty when there is none
 */
record LogLine(
    Instant time,
    String level,
    String logger,
    String message,
    Map<String, String> fields,
    List<String> trace) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Deeper chains are cut; they can be cyclic. */
  private static final int CAUSES_MAX = 10;

  static LogLine of(ILoggingEvent event, Instant time) {
    Map<String, String> fields = new LinkedHashMap<>();
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> fields.put(pair.key, String.valueOf(pair.value)));
    }
    return new LogLine(
        time,
        event.getLevel().toString(),
        lastWord(event.getLoggerName()),
        String.valueOf(event.getFormattedMessage()),
        fields,
        trace(event.getThrowableProxy()));
  }

  /** Says that nothing more comes from the place of this event for an hour. */
  static LogLine limited(ILoggingEvent event, Instant time) {
    return new LogLine(
        time,
        "WARN",
        "LogLimit",
        "a place has filled its part of the log for this hour",
        Map.of("place", lastWord(event.getLoggerName())),
        List.of());
  }

  private static String lastWord(String loggerName) {
    return loggerName.substring(loggerName.lastIndexOf('.') + 1);
  }

  private static List<String> trace(@Nullable IThrowableProxy failure) {
    List<String> lines = new ArrayList<>();
    @Nullable IThrowableProxy each = failure;
    for (int depth = 0; each != null && depth < CAUSES_MAX; depth++) {
      String message = each.getMessage() == null ? "" : ": " + each.getMessage();
      lines.add((depth == 0 ? "" : "caused by ") + each.getClassName() + message);
      StackTraceElementProxy[] frames = each.getStackTraceElementProxyArray();
      for (int i = 0; i < frames.length - each.getCommonFrames(); i++) {
        lines.add(frames[i].getSTEAsString());
      }
      each = each.getCause();
    }
    return lines;
  }

  byte[] in(LogFormat format) {
    String line = format == LogFormat.JSON ? json() : text();
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private String json() {
    StringBuilder out = new StringBuilder();
    out.append('{');
    member(out, "time", TIME.format(time));
    member(out, "level", level);
    member(out, "logger", logger);
    member(out, "message", message);
    fields.forEach((name, value) -> member(out, name, value));
    if (!trace.isEmpty()) {
      member(out, "exception", String.join("\n", trace));
    }
    return out.append("}\n").toString();
  }

  private static void member(StringBuilder out, String name, String value) {
    if (out.length() > 1) {
      out.append(',');
    }
    quoted(out, name);
    out.append(':');
    quoted(out, value);
  }

  private static void quoted(StringBuilder out, String text) {
    out.append('"');
    Escapes.append(out, text);
    out.append('"');
  }

  private String text() {
    StringBuilder out = new StringBuilder();
    out.append(TIME.format(time)).append(' ').append(level);
    out.repeat(' ', Math.max(0, "ERROR".length() - level.length()));
    out.append(' ').append(logger).append(": ");
    Escapes.append(out, message);
    fields.forEach(
        (name, value) -> {
          out.append(' ').append(name).append('=');
          if (isWord(value)) {
            out.append(value);
          } else {
            quoted(out, value);
          }
        });
    out.append('\n');
    for (String each : trace) {
      out.append('\t'); // no line of a trace passes for an event
      Escapes.append(out, each);
      out.append('\n');
    }
    return out.toString();
  }

  /** Whether a value is read as one without quotes. */
  private static boolean isWord(String value) {
    return !value.isEmpty()
        && value
            .codePoints()
            .allMatch(each -> Escapes.isPlain(each) && !Character.isSpaceChar(each) && each != '=');
  }
}
