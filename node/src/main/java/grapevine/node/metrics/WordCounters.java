package grapevine.node.metrics;

import io.prometheus.client.Counter;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Counters labelled by words that the core's parts choose. Confined to the core's thread.
 *
 * <p>The words are meant to be few and fixed. Should a part ever pass on something longer, or a
 * peer's text, the label still stays within {@link #WORDS_MAX} words of plain letters, and
 * everything else counts as {@code other}: a scrape must not grow with what peers do.
 */
final class WordCounters {
  /** Twice of what the parts use today. */
  static final int WORDS_MAX = 64;

  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private final Counter family;
  private final Map<String, Counter.Child> children = new HashMap<>();
  private final Counter.Child other;

  /**
   * @param family a counter with one label
   */
  WordCounters(Counter family) {
    this.family = family;
    other = family.labels("other");
  }

  void add(String word, int count) {
    Counter.Child child = children.get(word);
    if (child == null && children.size() < WORDS_MAX && WORD.matcher(word).matches()) {
      child = family.labels(word);
      children.put(word, child);
    }
    (child == null ? other : child).inc(count);
  }
}
