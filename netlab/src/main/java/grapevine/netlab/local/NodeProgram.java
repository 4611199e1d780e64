package grapevine.netlab.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How to start a node: the words of the command before the node's own arguments. Immutable.
 *
 * @param words of which the first is the program
 */
public record NodeProgram(List<String> words) {
  public NodeProgram {
    words = List.copyOf(words);
  }

  /**
   * The program that the launcher names: the properties {@code grapevine.java}, {@code
   * grapevine.node.jvmopts} and {@code grapevine.node.jar}, and the words of the variable
   * GRAPEVINE_JAVA_OPTS, as the node's own launcher takes them.
   *
   * @throws IllegalStateException when a property is missing
   */
  public static NodeProgram ofLauncher(Map<String, String> environment) {
    List<String> words = new ArrayList<>();
    words.add(property("grapevine.java"));
    words.add("@" + Path.of(property("grapevine.node.jvmopts")));
    for (String option : environment.getOrDefault("GRAPEVINE_JAVA_OPTS", "").split("\\s+", -1)) {
      if (!option.isEmpty()) {
        words.add(option);
      }
    }
    words.addAll(List.of("-jar", property("grapevine.node.jar")));
    return new NodeProgram(words);
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          "the system property " + name + " is missing; start the lab with scripts/netlab");
    }
    return value;
  }

  /** The whole command with these arguments. */
  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(words);
    command.addAll(arguments);
    return command;
  }
}
