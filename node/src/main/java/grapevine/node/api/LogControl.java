package grapevine.node.api;

import java.util.Map;

/** How much a node logs, to be changed while it runs. Any thread. */
public interface LogControl {
  /** The level in force for each topic, by the topics' names; {@code all} stands for the rest. */
  Map<String, String> levels();

  /**
   * Changes the level of a topic until the process ends.
   *
   * @param level {@code inherit}: as {@code all} says
   * @throws IllegalArgumentException whose message says what was expected
   */
  void set(String topic, String level);
}
