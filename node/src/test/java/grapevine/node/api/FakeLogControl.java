package grapevine.node.api;

import java.util.Map;
import java.util.TreeMap;

/** Levels of two topics, in a map. */
final class FakeLogControl implements LogControl {
  private final Map<String, String> levels =
      new TreeMap<>(Map.of("all", "info", "transport", "info"));

  @Override
  public synchronized Map<String, String> levels() {
    return new TreeMap<>(levels);
  }

  @Override
  public synchronized void set(String topic, String level) {
    if (levels.replace(topic, level) == null) {
      throw new IllegalArgumentException("expected all or transport");
    }
  }
}
