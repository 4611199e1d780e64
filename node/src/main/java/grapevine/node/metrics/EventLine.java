package grapevine.node.metrics;

import grapevine.node.model.ItemId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as JSON lines, one after the other. Needs no escaping and no JSON library: every
 * value is a number, hexadecimal or a word of the code. Confined to its subscriber's thread.
 */
final class EventLine {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final StringBuilder text = new StringBuilder();
  private long second = Long.MIN_VALUE;
  private String secondText = "";

  /** Begins a line; {@link #end} must follow. */
  EventLine begin(EventKind kind, long monoNanos, long wallMicros) {
    text.append("{\"event\":\"").append(kind.label()).append("\",\"mono\":").append(monoNanos);
    text.append(",\"wall\":\"");
    appendWall(wallMicros);
    text.append('"');
    return this;
  }

  /** ISO 8601 with six decimals; the text of the second is kept, since most events share it. */
  private void appendWall(long wallMicros) {
    long wallSecond = Math.floorDiv(wallMicros, MICROS_PER_SECOND);
    if (wallSecond != second) {
      String withZone = Instant.ofEpochSecond(wallSecond).toString();
      secondText = withZone.substring(0, withZone.length() - 1);
      second = wallSecond;
    }
    // A seventh digit in front keeps the leading zeros.
    long decimals = MICROS_PER_SECOND + Math.floorMod(wallMicros, MICROS_PER_SECOND);
    int point = text.append(secondText).length();
    text.append(decimals).setCharAt(point, '.');
    text.append('Z');
  }

  EventLine item(ItemId id) {
    return word("item", id.hash().toHex()).word("kind", id.kind().label());
  }

  /** A value without quotes or control characters; nothing when it is null. */
  EventLine word(String name, @Nullable String value) {
    if (value != null) {
      text.append(",\"").append(name).append("\":\"").append(value).append('"');
    }
    return this;
  }

  EventLine number(String name, long value) {
    text.append(",\"").append(name).append("\":").append(value);
    return this;
  }

  void end() {
    text.append("}\n");
  }

  /** The lines so far, which are forgotten. */
  String take() {
    String lines = text.toString();
    text.setLength(0);
    return lines;
  }
}
