package grapevine.netlab.scenario.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One table while it is read. A key is known once it has been asked for; {@link #end} complains
 * about the first that nobody asked for, so there is no second list of keys to keep in step. One
 * thread.
 */
final class TomlSection {
  private static final int FOUND_CHARS_MAX = 80;
  private static final double MILLIS_PER_SECOND = 1000;

  private final TomlDocument document;
  private final String path;
  private final ObjectNode node;
  private final Set<String> asked = new LinkedHashSet<>();

  TomlSection(TomlDocument document, String path, ObjectNode node) {
    this.document = document;
    this.path = path;
    this.node = node;
  }

  boolean has(String key) {
    asked.add(key);
    return node.has(key);
  }

  String text(String key, String expected) throws ScenarioException {
    JsonNode value = value(key);
    if (!value.isTextual()) {
      throw wrong(key, expected);
    }
    return value.textValue();
  }

  String text(String key, String expected, String otherwise) throws ScenarioException {
    return has(key) ? text(key, expected) : otherwise;
  }

  /** One of these words; the first where the key is missing. */
  String word(String key, Collection<String> words) throws ScenarioException {
    if (!has(key)) {
      return words.iterator().next();
    }
    String found = value(key).asText();
    if (!value(key).isTextual() || !words.contains(found)) {
      String hint =
          Spelling.nearest(found, words).map(near -> "; did you mean \"" + near + "\"?").orElse("");
      throw wrong(key, "one of " + String.join(", ", words) + hint);
    }
    return found;
  }

  boolean flag(String key, boolean otherwise) throws ScenarioException {
    if (!has(key)) {
      return otherwise;
    }
    if (!value(key).isBoolean()) {
      throw wrong(key, "true or false");
    }
    return value(key).booleanValue();
  }

  long whole(String key, long min, long max) throws ScenarioException {
    JsonNode value = value(key);
    if (!isWhole(value, min, max)) {
      throw wrong(key, "a whole number from " + min + " to " + max);
    }
    return value.longValue();
  }

  long whole(String key, long min, long max, long otherwise) throws ScenarioException {
    return has(key) ? whole(key, min, max) : otherwise;
  }

  private static boolean isWhole(JsonNode value, long min, long max) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= min
        && value.longValue() <= max;
  }

  double number(String key, double min, double max) throws ScenarioException {
    JsonNode value = value(key);
    if (!isNumber(value, min, max)) {
      throw wrong(key, "a number from " + plain(min) + " to " + plain(max));
    }
    return value.doubleValue();
  }

  double number(String key, double min, double max, double otherwise) throws ScenarioException {
    return has(key) ? number(key, min, max) : otherwise;
  }

  /** Not a number is in no range. */
  private static boolean isNumber(JsonNode value, double min, double max) {
    return value.isNumber() && value.doubleValue() >= min && value.doubleValue() <= max;
  }

  /** A time in seconds, to the millisecond. */
  long millis(String key, long minMillis, long maxMillis) throws ScenarioException {
    double seconds = number(key, minMillis / MILLIS_PER_SECOND, maxMillis / MILLIS_PER_SECOND);
    return StrictMath.round(seconds * MILLIS_PER_SECOND);
  }

  long millis(String key, long minMillis, long maxMillis, long otherwise) throws ScenarioException {
    return has(key) ? millis(key, minMillis, maxMillis) : otherwise;
  }

  /** An array of whole numbers, not empty. */
  List<Integer> wholes(String key, int min, int max) throws ScenarioException {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode each : array(key)) {
      if (!isWhole(each, min, max)) {
        throw wrong(key, each.toString(), "whole numbers from " + min + " to " + max);
      }
      numbers.add(each.intValue());
    }
    return numbers;
  }

  /** An array of numbers, not empty. */
  List<Double> numbers(String key, double min, double max) throws ScenarioException {
    return numbers(key, array(key), min, max);
  }

  private List<Double> numbers(String key, JsonNode array, double min, double max)
      throws ScenarioException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode each : array) {
      if (!isNumber(each, min, max)) {
        throw wrong(key, each.toString(), "numbers from " + plain(min) + " to " + plain(max));
      }
      numbers.add(each.doubleValue());
    }
    return numbers;
  }

  /** An array of arrays of numbers, not empty. */
  List<List<Double>> rows(String key, double min, double max) throws ScenarioException {
    List<List<Double>> rows = new ArrayList<>();
    for (JsonNode row : array(key)) {
      if (!row.isArray()) {
        throw wrong(key, row.toString(), "an array of arrays of numbers");
      }
      rows.add(List.copyOf(numbers(key, row, min, max)));
    }
    return List.copyOf(rows);
  }

  /** An array of arrays of whole numbers, not empty. */
  List<List<Integer>> wholeRows(String key, int min, int max) throws ScenarioException {
    List<List<Integer>> rows = new ArrayList<>();
    for (JsonNode row : array(key)) {
      List<Integer> numbers = new ArrayList<>();
      for (JsonNode each : row) {
        if (!isWhole(each, min, max)) {
          throw wrong(key, each.toString(), "whole numbers from " + min + " to " + max);
        }
        numbers.add(each.intValue());
      }
      if (!row.isArray()) {
        throw wrong(key, row.toString(), "an array of arrays of numbers");
      }
      rows.add(numbers);
    }
    return rows;
  }

  private JsonNode array(String key) throws ScenarioException {
    JsonNode value = value(key);
    if (!value.isArray() || value.isEmpty()) {
      throw wrong(key, "an array that is not empty");
    }
    return value;
  }

  /** A table; an empty one where the key is missing. */
  TomlSection table(String key) throws ScenarioException {
    JsonNode value = has(key) ? value(key) : node.objectNode();
    return table(key, path(key), value);
  }

  /** An array of tables, or one table; none where the key is missing. */
  List<TomlSection> tables(String key) throws ScenarioException {
    List<TomlSection> tables = new ArrayList<>();
    if (has(key) && !value(key).isArray()) {
      return List.of(table(key));
    }
    for (JsonNode each : value(key)) {
      tables.add(table(key, path(key) + "." + tables.size(), each));
    }
    return tables;
  }

  private TomlSection table(String key, String at, JsonNode value) throws ScenarioException {
    if (value instanceof ObjectNode table) {
      return new TomlSection(document, at, table);
    }
    throw wrong(key, "a table");
  }

  /** All keys; none of them is unknown from then on. */
  List<String> keys() {
    node.fieldNames().forEachRemaining(asked::add);
    return List.copyOf(asked);
  }

  /**
   * @throws ScenarioException when there is a key that nobody asked for
   */
  void end() throws ScenarioException {
    Iterator<String> keys = node.fieldNames();
    while (keys.hasNext()) {
      String key = keys.next();
      if (!asked.contains(key)) {
        String expected =
            Spelling.nearest(key, asked)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("expected one of " + String.join(", ", asked));
        throw new ScenarioException("%s: unknown key, %s".formatted(at(key), expected));
      }
    }
  }

  /** Where a key stands: file, line and path. */
  String at(String key) {
    return document.at(path(key));
  }

  /** The complaint about a value, which may be missing. */
  ScenarioException wrong(String key, String expected) {
    if (node.has(key)) {
      return wrong(key, node.get(key).toString(), expected);
    }
    List<String> present = new ArrayList<>();
    node.fieldNames().forEachRemaining(present::add);
    present.removeAll(asked);
    Optional<String> meant = Spelling.nearest(key, present);
    return new ScenarioException(
        meant.isPresent()
            ? "%s: unknown key, did you mean \"%s\"?".formatted(at(meant.get()), key)
            : "%s: missing, expected %s".formatted(at(key), expected));
  }

  ScenarioException wrong(String key, String found, String expected) {
    String shown =
        found.length() <= FOUND_CHARS_MAX ? found : found.substring(0, FOUND_CHARS_MAX) + "...";
    return new ScenarioException("%s: found %s, expected %s".formatted(at(key), shown, expected));
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private JsonNode value(String key) {
    asked.add(key);
    return node.path(key);
  }

  /** Without exponent and needless zeros. */
  static String plain(double number) {
    return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }
}
