package grapevine.node.metrics;

import grapevine.node.model.ItemKind;
import io.prometheus.client.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Series by closed sets, all looked up at the start: a look-up by labels costs more than the
 * counting, and a series that stands at 0 from the beginning shows its first increase.
 */
final class Series {
  private Series() {}

  /** One series for each value of an enum. */
  static <E extends Enum<E>, T> Map<E, T> each(Class<E> values, Function<E, T> series) {
    Map<E, T> all = new EnumMap<>(values);
    for (E value : values.getEnumConstants()) {
      all.put(value, series.apply(value));
    }
    return all;
  }

  /** One series for each kind of item, found by the kind's label. */
  static <T> Map<ItemKind, T> kinds(Function<String, T> series) {
    return each(ItemKind.class, kind -> series.apply(kind.label()));
  }

  /** The label of a value that has no other word than its name. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The series of a value of the enum that the map was made of. */
  static <E extends Enum<E>, T> T of(Map<E, T> all, E value) {
    T series = all.get(value);
    if (series == null) {
      throw new IllegalStateException("no series for " + value);
    }
    return series;
  }

  /** Counters by kind of item and one more closed set. */
  record ByKind<E extends Enum<E>>(Map<ItemKind, Map<E, Counter.Child>> all) {
    /**
     * @param family a counter with two labels: the kind, and the value's word
     */
    static <E extends Enum<E>> ByKind<E> of(
        Class<E> values, Counter family, Function<E, String> word) {
      return new ByKind<>(
          kinds(kind -> each(values, value -> family.labels(kind, word.apply(value)))));
    }

    Counter.Child of(ItemKind kind, E value) {
      return Series.of(Series.of(all, kind), value);
    }
  }
}
