package grapevine.netlab.scenario.file;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads scenarios from TOML. Every complaint names file, line and key, what was found and what was
 * expected; a key that means nothing is a complaint too. Immutable.
 */
public final class ScenarioReader {
  static final int NODES_MAX = 200_000;
  private static final long SEED_MAX = 1L << 53;
  private static final String RELAY_DEFAULT = "announce";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9-]{0,63}";
  private static final long WARM_UP_MILLIS_MAX = 3_600_000;
  private static final long WARM_UP_MILLIS_DEFAULT = 2_000;
  private static final long LOAD_MILLIS_MAX = 7L * 86_400_000;
  private static final long SETTLE_MILLIS_DEFAULT = 30_000;
  private static final List<Integer> PERCENTS_DEFAULT = List.of(50, 90, 95, 99, 100);

  private final List<String> relays;
  private final Collection<String> limits;

  /**
   * @param relays labels of the relay strategies that there are
   * @param limits the bounds of a node that there are, by part and name, as {@code
   *     sessions.inboundMax}
   */
  public ScenarioReader(Collection<String> relays, Collection<String> limits) {
    this.relays = List.copyOf(relays);
    this.limits = List.copyOf(limits);
  }

  /** What a list of scenarios tells of each. */
  public record Summary(Path file, String name, int nodes, String about) {}

  public Scenario read(Path path) throws ScenarioException {
    return read(path, Map.of());
  }

  /**
   * @param overrides values by dotted key, as {@code links.delay_ms}, written as in the file; a
   *     string needs no quotes
   * @throws ScenarioException for the first thing that is wrong
   */
  public Scenario read(Path path, Map<String, String> overrides) throws ScenarioException {
    return read(path, TextFile.read(path), overrides);
  }

  /** Reads name, nodes and about only. */
  public static Summary summary(Path path) throws ScenarioException {
    TomlSection root = new TomlDocument(path.toString(), TextFile.read(path), Map.of()).root();
    return new Summary(
        path,
        name(root, path),
        (int) root.whole("nodes", 2, NODES_MAX, 0),
        root.text("about", "a sentence", ""));
  }

  /** As {@link #read(Path, Map)}, of a text that stands for that file. */
  public Scenario read(Path path, String text, Map<String, String> overrides)
      throws ScenarioException {
    TomlSection root = new TomlDocument(path.toString(), text, overrides).root();
    String name = name(root, path);
    String about = root.text("about", "a sentence", "");
    int given = (int) root.whole("nodes", 2, NODES_MAX, NODES_MAX);
    TopologyPlan topology = new TopologyReader(path, given).read(root.table("topology"));
    int nodes = nodes(root, topology);
    long seed = root.whole("seed", 0, SEED_MAX, 1);
    String relay = relay(root);
    Scenario.Observation observation = observation(root.table("observation"));
    Links links = new LinksReader(path, nodes).read(root.table("links"), root.table("bandwidth"));
    List<Load> loads = new LoadReader(path, nodes, observation.loadMillis()).read(root);
    List<Fault> faults = new ArrayList<>();
    for (TomlSection fault : root.tables("fault")) {
      faults.add(new FaultReader(fault, nodes, observation.loadMillis()).read());
    }
    faults.sort((a, b) -> Long.compare(a.atMillis(), b.atMillis()));
    Map<String, Long> bounds = new TreeMap<>();
    limits(root.table("limits"), "", bounds);
    root.end();
    return new Scenario(
        name,
        about,
        new Scenario.Population(nodes, seed, relay, bounds),
        topology,
        links,
        loads,
        faults,
        observation);
  }

  private static String name(TomlSection root, Path path) throws ScenarioException {
    String file = String.valueOf(path.getFileName());
    String name = root.text("name", "a name", file.replaceFirst("\\.toml$", ""));
    if (!name.matches(NAME)) {
      throw root.wrong("name", "\"" + name + "\"", "up to 64 letters, digits and dashes");
    }
    return name;
  }

  private static int nodes(TomlSection root, TopologyPlan plan) throws ScenarioException {
    if (plan instanceof TopologyPlan.Listed listed) {
      int nodes = listed.topology().nodes();
      if (root.whole("nodes", 2, NODES_MAX, nodes) != nodes) {
        throw root.wrong("nodes", "the " + nodes + " of the topology, or no such key");
      }
      return nodes;
    }
    return (int) root.whole("nodes", 2, NODES_MAX);
  }

  private String relay(TomlSection root) throws ScenarioException {
    return root.has("relay") ? root.word("relay", relays) : RELAY_DEFAULT;
  }

  private static Scenario.Observation observation(TomlSection section) throws ScenarioException {
    long warmUpMillis = section.millis("warm_up_s", 0, WARM_UP_MILLIS_MAX, WARM_UP_MILLIS_DEFAULT);
    long loadMillis = section.millis("load_s", 100, LOAD_MILLIS_MAX);
    long settleMillis = section.millis("settle_s", 0, LOAD_MILLIS_MAX, SETTLE_MILLIS_DEFAULT);
    List<Integer> percents =
        section.has("percents") ? section.wholes("percents", 1, 100) : PERCENTS_DEFAULT;
    for (int i = 1; i < percents.size(); i++) {
      if (percents.get(i - 1) >= percents.get(i)) {
        throw section.wrong("percents", "ascending numbers");
      }
    }
    section.end();
    return new Scenario.Observation(warmUpMillis, loadMillis, settleMillis, percents);
  }

  /**
   * Reads the bounds of a part and of the parts within.
   *
   * @param prefix path of the part, with a dot at its end
   */
  private void limits(TomlSection section, String prefix, Map<String, Long> values)
      throws ScenarioException {
    Set<String> parts = new TreeSet<>();
    for (String limit : limits) {
      String rest = limit.startsWith(prefix) ? limit.substring(prefix.length()) : "";
      int dot = rest.indexOf('.');
      if (dot > 0 && parts.add(rest.substring(0, dot))) {
        String part = rest.substring(0, dot);
        limits(section.table(part), prefix + part + ".", values);
      } else if (dot < 0 && !rest.isEmpty() && section.has(rest)) {
        values.put(limit, section.whole(rest, Long.MIN_VALUE, Long.MAX_VALUE));
      }
    }
    section.end();
  }
}
