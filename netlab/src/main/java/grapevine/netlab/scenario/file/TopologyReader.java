package grapevine.netlab.scenario.file;

import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the table {@code [topology]}. For one scenario. */
final class TopologyReader {
  private static final int DEGREE_MAX = 128;
  private static final int DEGREE_DEFAULT = 8;
  private static final int COMPLETE_NODES_MAX = 2_000;
  private static final List<String> KINDS =
      List.of(
          "random",
          "ring",
          "small_world",
          "scale_free",
          "clusters",
          "complete",
          "reachable",
          "file",
          "list");

  private final Path scenario;
  private final int nodes;

  /**
   * @param scenario whose directory a file is looked for in
   * @param nodes as the scenario says, or the most that it could say
   */
  TopologyReader(Path scenario, int nodes) {
    this.scenario = scenario;
    this.nodes = nodes;
  }

  TopologyPlan read(TomlSection section) throws ScenarioException {
    TopologyPlan plan =
        switch (section.word("kind", KINDS)) {
          case "random" -> new TopologyPlan.Random(degree(section));
          case "ring" -> new TopologyPlan.Ring(degree(section));
          case "small_world" ->
              new TopologyPlan.SmallWorld(degree(section), section.number("rewired", 0, 1));
          case "scale_free" -> new TopologyPlan.ScaleFree(degree(section));
          case "clusters" ->
              new TopologyPlan.Clusters(
                  (int) section.whole("clusters", 2, nodes),
                  degree(section),
                  section.number("crossing", 0, 1));
          case "complete" -> complete(section);
          case "reachable" ->
              new TopologyPlan.Reachable(
                  (int) section.whole("reachable", 1, nodes), degree(section));
          case "file" -> new TopologyPlan.Listed(file(section));
          default -> new TopologyPlan.Listed(list(section));
        };
    section.end();
    return plan;
  }

  private int degree(TomlSection section) throws ScenarioException {
    int max = Math.min(DEGREE_MAX, nodes - 1);
    return (int) section.whole("degree", 1, max, Math.min(DEGREE_DEFAULT, max));
  }

  private TopologyPlan complete(TomlSection section) throws ScenarioException {
    if (nodes > COMPLETE_NODES_MAX && nodes < ScenarioReader.NODES_MAX) {
      throw section.wrong("kind", "another for more than " + COMPLETE_NODES_MAX + " nodes");
    }
    return new TopologyPlan.Complete();
  }

  private static Topology list(TomlSection section) throws ScenarioException {
    return topology(section, "dials", section.wholeRows("dials", 0, ScenarioReader.NODES_MAX - 1));
  }

  /** Lines of two numbers: who dials, and whom. */
  private Topology file(TomlSection section) throws ScenarioException {
    Path path = scenario.resolveSibling(section.text("file", "the path of a file"));
    List<List<Integer>> dials = new ArrayList<>();
    int number = 0;
    for (String line : TextFile.read(path).lines().toList()) {
      number++;
      String plain = line.replaceFirst("#.*", "").strip();
      if (plain.isEmpty()) {
        continue;
      }
      if (!plain.matches("[0-9]{1,6}\\s+[0-9]{1,6}")) {
        throw TextFile.wrong(path, number, plain, "two numbers of nodes, who dials and whom");
      }
      String[] words = plain.split("\\s+", -1);
      int from = Integer.parseInt(words[0]);
      int to = Integer.parseInt(words[1]);
      if (Math.max(from, to) >= ScenarioReader.NODES_MAX) {
        throw TextFile.wrong(
            path, number, plain, "numbers of nodes below " + ScenarioReader.NODES_MAX);
      }
      while (dials.size() <= Math.max(from, to)) {
        dials.add(new ArrayList<>());
      }
      dials.get(from).add(to);
    }
    return topology(section, "file", dials);
  }

  private static Topology topology(TomlSection section, String key, List<List<Integer>> dials)
      throws ScenarioException {
    if (dials.size() < 2) {
      throw section.wrong(key, dials.size() + " nodes", "at least 2");
    }
    try {
      return new Topology(dials);
    } catch (IllegalArgumentException e) {
      throw new ScenarioException(section.at(key) + ": " + e.getMessage());
    }
  }
}
