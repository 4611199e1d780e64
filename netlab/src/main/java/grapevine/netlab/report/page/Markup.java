package grapevine.netlab.report.page;

import java.util.Locale;

/** Text that grows into HTML or SVG; whatever comes from outside is escaped. */
final class Markup {
  private final StringBuilder text = new StringBuilder();

  /** Markup of our own, taken as it is. */
  Markup raw(String markup) {
    text.append(markup);
    return this;
  }

  /** Our own markup with values: numbers in the format of machines, texts escaped. */
  Markup raw(String format, Object... values) {
    Object[] safe = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      safe[i] = values[i] instanceof String each ? escaped(each) : values[i];
    }
    text.append(String.format(Locale.ROOT, format, safe));
    return this;
  }

  /** An element with nothing but text in it. */
  Markup element(String name, String content) {
    return raw("<" + name + ">%s</" + name + ">\n", content);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
