package grapevine.node.app.log;

/**
 * Makes text harmless for terminals, for readers of lines, and for parsers of JSON, by JSON's own
 * escapes: what is left is valid inside a JSON string.
 *
 * <p>Letters of all scripts stay. Escaped are quotes and backslashes, and whatever moves a cursor,
 * ends a line, changes the direction of writing or is not seen at all: control characters of both
 * sets (ANSI sequences begin with one), format characters, line separators, and halves of surrogate
 * pairs.
 */
final class Escapes {
  private Escapes() {}

  static void append(StringBuilder to, String text) {
    text.codePoints().forEach(each -> append(to, each));
  }

  static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> codePoint != '"' && codePoint != '\\';
    };
  }

  private static void append(StringBuilder to, int codePoint) {
    switch (codePoint) {
      case '"' -> to.append("\\\"");
      case '\\' -> to.append("\\\\");
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> {
        if (isPlain(codePoint)) {
          to.appendCodePoint(codePoint);
        } else {
          for (char unit : Character.toChars(codePoint)) {
            to.append("\\u").append(String.format("%04x", (int) unit));
          }
        }
      }
    }
  }
}
