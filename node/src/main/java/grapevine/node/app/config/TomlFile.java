package grapevine.node.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import grapevine.node.app.console.CommandException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TOML file as a tree whose complaints name file, line and key. Keys are written as paths, {@code
 * senders.open}. The parser forgets where a key stood, so its line is looked up in the text when
 * there is something to complain about.
 */
public final class TomlFile {
  /** Far above a network of a hundred thousand listed senders. */
  private static final long BYTES_MAX = 64L << 20;

  private static final int FOUND_CHARS_MAX = 80;
  private static final TomlMapper TOML = new TomlMapper();
  private static final Pattern TABLE_LINE = Pattern.compile("\\s*\\[([^\\[\\]]+)]\\s*(?:#.*)?");
  private static final Pattern KEY_LINE = Pattern.compile("([^=#]+)=.*");

  private final String name;
  private final String text;
  private final JsonNode root;

  /**
   * @param name of the file, for complaints
   * @throws CommandException when the text is not TOML
   */
  public TomlFile(String name, String text) {
    this.name = name;
    this.text = text;
    try {
      root = TOML.readTree(text);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw CommandException.usage(
          "%s:%d: not TOML: %s".formatted(name, line, e.getOriginalMessage()));
    }
  }

  /**
   * @throws CommandException when there is no such file, or it is not TOML
   */
  public static TomlFile read(Path path) {
    try {
      if (Files.size(path) > BYTES_MAX) {
        throw CommandException.usage(path + " has more than " + BYTES_MAX + " bytes");
      }
      return new TomlFile(path.toString(), Files.readString(path));
    } catch (NoSuchFileException e) {
      throw CommandException.usage("there is no file " + path);
    } catch (CharacterCodingException e) {
      throw CommandException.usage(path + " is not UTF-8 text");
    } catch (IOException e) {
      throw CommandException.usage(path + " cannot be read: " + e);
    }
  }

  /**
   * Complains about the first key of a table that is not known, and names the one that was probably
   * meant.
   *
   * @param table its path; empty for the top of the file
   */
  public void requireKnown(String table, Collection<String> known) {
    for (String key : keys(table)) {
      if (!known.contains(key)) {
        String path = table.isEmpty() ? key : table + "." + key;
        String hint =
            Spelling.nearest(key, known)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("expected one of " + String.join(", ", known));
        throw CommandException.usage(
            "%s:%d: unknown key \"%s\": %s".formatted(name, line(path), path, hint));
      }
    }
  }

  /** The keys of a table in the order of the file; none where there is no such table. */
  public List<String> keys(String table) {
    List<String> keys = new ArrayList<>();
    node(table).fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  public boolean has(String path) {
    return !node(path).isMissingNode();
  }

  public String text(String path, String expected) {
    JsonNode node = node(path);
    if (!node.isTextual()) {
      throw wrong(path, expected);
    }
    return node.textValue();
  }

  public long whole(String path, long min, long max) {
    JsonNode node = node(path);
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < min
        || node.longValue() > max) {
      throw wrong(path, "a whole number from " + min + " to " + max);
    }
    return node.longValue();
  }

  /** As {@link #whole(String, long, long)}, with a value for a key that is not there. */
  public long whole(String path, long min, long max, long otherwise) {
    return has(path) ? whole(path, min, max) : otherwise;
  }

  /** The strings of an array; none where there is no such key. */
  public List<String> texts(String path, String expected) {
    JsonNode node = node(path);
    if (node.isMissingNode()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isTextual()) {
        throw wrong(path, expected);
      }
      texts.add(element.textValue());
    }
    if (!node.isArray()) {
      throw wrong(path, expected);
    }
    return texts;
  }

  /** A plain value, or the plain values of an array, as somebody would type them in a command. */
  public Optional<List<String>> words(String path) {
    JsonNode node = node(path);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    for (JsonNode element : node.isArray() ? node : List.of(node)) {
      if (!element.isValueNode()) {
        throw wrong(path, "a string, a number, or an array of those");
      }
      words.add(element.asText());
    }
    return Optional.of(words);
  }

  /** The complaint about a value, which may be missing. */
  public CommandException wrong(String path, String expected) {
    JsonNode node = node(path);
    return node.isMissingNode()
        ? CommandException.usage("%s: %s is missing, expected %s".formatted(name, path, expected))
        : wrong(path, node.toString(), expected);
  }

  public CommandException wrong(String path, String found, String expected) {
    String shown =
        found.length() <= FOUND_CHARS_MAX ? found : found.substring(0, FOUND_CHARS_MAX) + "...";
    return CommandException.usage("%s: found %s, expected %s".formatted(at(path), shown, expected));
  }

  /** {@code file:line: key}. */
  public String at(String path) {
    return "%s:%d: %s".formatted(name, line(path), path);
  }

  private JsonNode node(String path) {
    JsonNode node = root;
    for (String key : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
      node = node.path(key);
    }
    return node;
  }

  /** The line in which a key or table stands; that of what holds it where it has none itself. */
  private int line(String path) {
    String table = "";
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher header = TABLE_LINE.matcher(line);
      Matcher key = KEY_LINE.matcher(line);
      String here = table;
      if (header.matches()) {
        table = plain(header.group(1));
        here = table;
      } else if (key.matches()) {
        here = (table.isEmpty() ? "" : table + ".") + plain(key.group(1));
      }
      if (here.equals(path)) {
        return number;
      }
    }
    int dot = path.lastIndexOf('.');
    return dot < 0 ? 1 : line(path.substring(0, dot));
  }

  /** A key as paths are written: without quotes and blanks. */
  private static String plain(String key) {
    return key.replaceAll("[\"'\\s]", "");
  }
}
