package grapevine.node.app.log;

import java.util.Arrays;
import java.util.Locale;

/** The forms of the log. Both have the same fields in the same order. */
public enum LogFormat {
  /** For eyes: {@code TIME LEVEL logger: message key=value}, traces on lines of their own. */
  TEXT,

  /** For machines: one JSON object a line. */
  JSON;

  /** The word for it in settings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException whose message says what was expected
   */
  public static LogFormat of(String label) {
    return Arrays.stream(values())
        .filter(format -> format.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("text or json"));
  }
}
