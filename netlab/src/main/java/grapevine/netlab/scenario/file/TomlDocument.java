package grapevine.netlab.scenario.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TOML file as a tree of which every value knows where it was written: in a line of the file, or
 * as an override on the command line. The parser forgets lines, so they are looked for in the text.
 *
 * <p>Values are named by paths, {@code links.delay_ms}; the tables of an array by their numbers
 * from 0 on, {@code fault.1.at_s}. Of an array with one table the number may be left out.
 *
 * <p>The node's own reader of TOML has no arrays of tables and no overrides, and stands where the
 * lab may not look; what the two would share is smaller than a room for it.
 */
final class TomlDocument {
  private static final TomlMapper TOML = new TomlMapper();
  private static final Pattern ARRAY_LINE = Pattern.compile("\\s*\\[\\[([^\\[\\]]+)]]\\s*(?:#.*)?");
  private static final Pattern TABLE_LINE = Pattern.compile("\\s*\\[([^\\[\\]]+)]\\s*(?:#.*)?");
  private static final Pattern KEY_LINE = Pattern.compile("\\s*([\\w.\"'-]+)\\s*=.*");
  private static final String LONG_QUOTE = "\"\"\"";

  private final String name;
  private final ObjectNode root;
  private final Map<String, Integer> lines;
  private final Map<String, String> overrides = new HashMap<>();

  /**
   * @param name of the file, for complaints
   * @throws ScenarioException when the text is not TOML, or an override has no place in it
   */
  TomlDocument(String name, String text, Map<String, String> overrides) throws ScenarioException {
    this.name = name;
    try {
      root = (ObjectNode) TOML.readTree(text);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new ScenarioException(
          "%s:%d: not TOML: %s".formatted(name, line, e.getOriginalMessage()));
    }
    lines = lines(text);
    for (Map.Entry<String, String> override : new TreeMap<>(overrides).entrySet()) {
      override(override.getKey(), override.getValue());
    }
  }

  TomlSection root() {
    return new TomlSection(this, "", root);
  }

  String name() {
    return name;
  }

  /** Where the value of a path stands, and the path. */
  String at(String path) {
    for (String each = path; !each.isEmpty(); each = parent(each)) {
      String override = overrides.get(each);
      if (override != null) {
        return "--set " + override;
      }
    }
    for (String each = path; !each.isEmpty(); each = parent(each)) {
      Integer line = lines.get(each);
      if (line != null) {
        return name + ":" + line + ": " + path;
      }
    }
    return name + ":1: " + path;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  private void override(String key, String value) throws ScenarioException {
    String[] words = key.split("\\.", -1);
    JsonNode at = root;
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < words.length - 1; i++) {
      JsonNode next = at.path(words[i]);
      path.append(words[i]);
      if (next.isMissingNode() && at instanceof ObjectNode table) {
        next = table.putObject(words[i]);
        overrides.put(path.toString(), key);
      }
      if (next instanceof ArrayNode tables && tables.size() > 0) {
        boolean numbered = i + 2 < words.length && words[i + 1].matches("[0-9]{1,6}");
        if (!numbered && tables.size() > 1) {
          throw noPlace(key, path + " has " + tables.size() + " tables", path + ".0. and so on");
        }
        int number = numbered ? Integer.parseInt(words[++i]) : 0;
        next = tables.path(number);
        path.append('.').append(number);
      }
      if (!(next instanceof ObjectNode)) {
        throw noPlace(key, path + " is no table", "a key of the scenario");
      }
      at = next;
      path.append('.');
    }
    String last = words[words.length - 1];
    ((ObjectNode) at).set(last, parse(value));
    overrides.put(path + last, key);
  }

  private static ScenarioException noPlace(String key, String found, String expected) {
    return new ScenarioException("--set %s: %s, expected %s".formatted(key, found, expected));
  }

  /** A value as it would stand in the file; a string needs no quotes. */
  private static JsonNode parse(String value) {
    try {
      return TOML.readTree("value = " + value).path("value");
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(value);
    }
  }

  /** The first line of each table and key. */
  private static Map<String, Integer> lines(String text) {
    Map<String, Integer> lines = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    String table = "";
    boolean inText = false;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      boolean began = inText;
      inText ^= (line.split(LONG_QUOTE, -1).length - 1) % 2 == 1;
      Matcher array = ARRAY_LINE.matcher(began ? "" : line);
      Matcher header = TABLE_LINE.matcher(began ? "" : line);
      Matcher key = KEY_LINE.matcher(began ? "" : line);
      if (array.matches()) {
        String path = plain(array.group(1));
        table = path + "." + (counts.merge(path, 1, Integer::sum) - 1);
        lines.putIfAbsent(path, number);
        lines.putIfAbsent(table, number);
      } else if (header.matches()) {
        table = plain(header.group(1));
        lines.putIfAbsent(table, number);
      } else if (key.matches()) {
        String path = plain(key.group(1));
        lines.putIfAbsent(table.isEmpty() ? path : table + "." + path, number);
      }
    }
    return lines;
  }

  private static String plain(String key) {
    return key.replaceAll("[\"'\\s]", "");
  }
}
