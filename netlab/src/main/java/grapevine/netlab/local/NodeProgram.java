package grapevine.netlab.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How to start a node: the words of the command before the node's own arguments. Immutable.
 *
 * @param java the program, and its options
 * @param main what it is to run
 */
public record NodeProgram(List<String> java, List<String> main) {
  /** Processes on one processor beyond which it is busy with their compilers for minutes. */
  private static final int CROWD = 8;

  /** By C1 alone, without counting, and what runs three times as often as usual before. */
  private static final List<String> COMPILING_LITTLE =
      List.of("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=3");

  public NodeProgram {
    java = List.copyOf(java);
    main = List.copyOf(main);
  }

  /**
   * The program that the launcher names: the properties {@code grapevine.java}, {@code
   * grapevine.node.jvmopts} and {@code grapevine.node.jar}, and the words of the variable
   * GRAPEVINE_JAVA_OPTS, as the node's own launcher takes them.
   *
   * @throws IllegalStateException when a property is missing
   */
  public static NodeProgram ofLauncher(Map<String, String> environment) {
    List<String> java = new ArrayList<>();
    java.add(property("grapevine.java"));
    java.add("@" + Path.of(property("grapevine.node.jvmopts")));
    for (String option : environment.getOrDefault("GRAPEVINE_JAVA_OPTS", "").split("\\s+", -1)) {
      if (!option.isEmpty()) {
        java.add(option);
      }
    }
    return new NodeProgram(java, List.of("-jar", property("grapevine.node.jar")));
  }

  /** The same for a run of so many processes on this machine; see {@link #inCrowdOf}. */
  public static NodeProgram ofLauncher(Map<String, String> environment, int processes) {
    return ofLauncher(environment).inCrowdOf(processes, Runtime.getRuntime().availableProcessors());
  }

  /**
   * The same for so many processes on so few processors: in a crowd they compile little, because
   * half of what twenty nodes on two processors do in their first minutes is compiling, each for
   * itself, and the others wait meanwhile. What the user says of it wins.
   */
  NodeProgram inCrowdOf(int processes, int processors) {
    if (processes <= CROWD * processors) {
      return this;
    }
    List<String> more = new ArrayList<>(java);
    more.addAll(1, COMPILING_LITTLE);
    return new NodeProgram(more, main);
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          "the system property " + name + " is missing; start the lab with scripts/netlab");
    }
    return value;
  }

  /** The same with more options, which win over those before. */
  NodeProgram withOptions(List<String> options) {
    List<String> more = new ArrayList<>(java);
    more.addAll(options);
    return new NodeProgram(more, main);
  }

  /** The whole command with these arguments. */
  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(java);
    command.addAll(main);
    command.addAll(arguments);
    return command;
  }
}
