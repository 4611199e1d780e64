package grapevine.netlab.scenario.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One list of a GML file: pairs of a key and a number, a text or a list of its own. Himsolt, "GML:
 * A portable Graph File Format", 1997. Immutable.
 */
record GmlTree(Path file, int line, List<Pair> pairs) {
  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|\\[|]|[^\\s\\[\\]\"]+|\"");
  private static final Pattern COMMENT = Pattern.compile("^\\s*#.*");

  GmlTree {
    pairs = List.copyOf(pairs);
  }

  /**
   * @param word number or text without quotes; empty for a list
   * @param list null for a number or text
   */
  record Pair(String key, int line, String word, @Nullable GmlTree list) {}

  private record Token(String text, int line) {}

  static GmlTree read(Path file) throws ScenarioException {
    List<Token> tokens = new ArrayList<>();
    int number = 0;
    for (String line : TextFile.read(file).lines().toList()) {
      number++;
      if (!COMMENT.matcher(line).matches()) {
        Matcher matcher = TOKEN.matcher(line);
        while (matcher.find()) {
          tokens.add(new Token(matcher.group(), number));
        }
      }
    }
    tokens.add(new Token("]", number));
    Parser parser = new Parser(file, tokens);
    GmlTree tree = parser.list(1);
    if (parser.next < tokens.size()) {
      throw TextFile.wrong(file, tokens.get(parser.next - 1).line, "]", "a key");
    }
    return tree;
  }

  private static final class Parser {
    private final Path file;
    private final List<Token> tokens;
    private int next;

    Parser(Path file, List<Token> tokens) {
      this.file = file;
      this.tokens = tokens;
    }

    /** Up to its closing bracket, which is taken too. */
    GmlTree list(int line) throws ScenarioException {
      List<Pair> pairs = new ArrayList<>();
      Token key = take("a key or ]");
      while (!key.text.equals("]")) {
        if (!key.text.matches("[A-Za-z]\\w*")) {
          throw TextFile.wrong(file, key.line, key.text, "a key");
        }
        Token value = take("a value of " + key.text);
        if (value.text.equals("[")) {
          pairs.add(new Pair(key.text, key.line, "", list(key.line)));
        } else if (value.text.equals("]") || value.text.equals("\"")) {
          throw TextFile.wrong(file, value.line, value.text, "a value of " + key.text);
        } else {
          pairs.add(new Pair(key.text, value.line, value.text.replace("\"", ""), null));
        }
        key = take("a key or ]");
      }
      return new GmlTree(file, line, pairs);
    }

    private Token take(String expected) throws ScenarioException {
      if (next == tokens.size()) {
        throw TextFile.wrong(file, tokens.getLast().line, "the end", expected);
      }
      return tokens.get(next++);
    }
  }

  /** All lists of that key. */
  List<GmlTree> lists(String key) {
    List<GmlTree> lists = new ArrayList<>();
    for (Pair pair : pairs) {
      if (pair.key.equals(key) && pair.list != null) {
        lists.add(pair.list);
      }
    }
    return lists;
  }

  /** The number or text of that key; null when there is none. */
  @Nullable Pair find(String key) {
    for (Pair pair : pairs) {
      if (pair.key.equals(key) && pair.list == null) {
        return pair;
      }
    }
    return null;
  }

  /** Whole, and not negative. */
  int number(String key) throws ScenarioException {
    Pair pair = find(key);
    if (pair == null || !pair.word.matches("[0-9]{1,9}")) {
      throw wrong(key, pair, "a whole number");
    }
    return Integer.parseInt(pair.word);
  }

  ScenarioException wrong(String key, @Nullable Pair pair, String expected) {
    return pair == null
        ? new ScenarioException(
            "%s:%d: %s: missing, expected %s".formatted(file, line, key, expected))
        : new ScenarioException(
            "%s:%d: %s: found %s, expected %s"
                .formatted(file, pair.line, key, pair.word, expected));
  }
}
