package grapevine.netlab.scenario.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Delays between places, and the bandwidths there, from a graph in GML with the attribute names of
 * the Shadow simulator (shadow.github.io, "Network Graph Overview"): {@code node [ id
 * host_bandwidth_up host_bandwidth_down ]} and {@code edge [ source target latency jitter
 * packet_loss ]}, with units in the values, {@code "10 ms"} and {@code "100 Mbit"}. As there, what
 * has no edge is reached by the shortest way. Places are numbered in the order of the file.
 * Immutable.
 *
 * @param delayMillis of each pair of places, the same both ways; of a place with itself 0 unless an
 *     edge says otherwise
 * @param upMbit of each place; empty when the file has no bandwidths
 * @param packetLoss of every edge
 */
record GmlFile(
    Path file,
    List<List<Double>> delayMillis,
    List<List<Double>> jitterMillis,
    List<Double> upMbit,
    List<Double> downMbit,
    double packetLoss,
    List<Boolean> hasLoop) {
  /** All shortest ways take the cube of it. */
  private static final int PLACES_MAX = 500;

  private static final double MILLIS_MAX = 60_000;
  private static final double PACKET_LOSS_MAX = 0.5;
  private static final Pattern QUANTITY =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,12})?)\\s*([A-Za-zμ]+)");

  private static final Map<String, Double> MILLIS =
      Map.of("ns", 1e-6, "us", 1e-3, "μs", 1e-3, "ms", 1.0, "s", 1e3);

  private static final Map<String, Double> MBITS =
      Map.of(
          "bit", 1e-6,
          "kbit", 1e-3,
          "Kbit", 1e-3,
          "Kibit", 1024e-6,
          "Mbit", 1.0,
          "Mibit", 1.048576,
          "Gbit", 1e3,
          "Gibit", 1073.741824);

  static GmlFile read(Path file) throws ScenarioException {
    GmlTree root = GmlTree.read(file);
    List<GmlTree> graphs = root.lists("graph");
    if (graphs.size() != 1) {
      throw TextFile.wrong(file, 1, graphs.size() + " graphs", "one");
    }
    return new Places(graphs.getFirst()).file();
  }

  /**
   * @throws ScenarioException when a place has to hold several nodes and does not say how far they
   *     are from each other
   */
  void requireRoom(int nodes) throws ScenarioException {
    int crowded = nodes > hasLoop.size() ? hasLoop.indexOf(false) : -1;
    if (crowded >= 0) {
      throw new ScenarioException(
          "%s: %d places for %d nodes, expected an edge from place %d to itself"
              .formatted(file, hasLoop.size(), nodes, crowded));
    }
  }

  /** The graph while it is read. */
  private static final class Places {
    private final GmlTree graph;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final List<Double> upMbit = new ArrayList<>();
    private final List<Double> downMbit = new ArrayList<>();
    private final double[][] delays;
    private final double[][] jitters;
    private final Boolean[] loops;
    private double packetLoss = -1;

    Places(GmlTree graph) throws ScenarioException {
      this.graph = graph;
      List<GmlTree> nodes = graph.lists("node");
      if (nodes.isEmpty() || nodes.size() > PLACES_MAX) {
        throw TextFile.wrong(
            graph.file(), graph.line(), nodes.size() + " nodes", "1 to " + PLACES_MAX);
      }
      for (GmlTree node : nodes) {
        addNode(node);
      }
      int places = nodes.size();
      delays = new double[places][places];
      jitters = new double[places][places];
      loops = new Boolean[places];
      Arrays.fill(loops, false);
      for (double[] row : delays) {
        Arrays.fill(row, Double.POSITIVE_INFINITY);
      }
      for (GmlTree edge : graph.lists("edge")) {
        addEdge(edge);
      }
    }

    private void addNode(GmlTree node) throws ScenarioException {
      int id = node.number("id");
      if (numbers.putIfAbsent(id, numbers.size()) != null) {
        throw node.wrong("id", node.find("id"), "each number once");
      }
      double up = quantity(node, "host_bandwidth_up", MBITS, 1e6);
      double down = quantity(node, "host_bandwidth_down", MBITS, 1e6);
      boolean first = numbers.size() == 1;
      if (up > 0 != down > 0 || (!first && up > 0 == upMbit.isEmpty())) {
        throw node.wrong(
            up > 0 ? "host_bandwidth_down" : "host_bandwidth_up", null, "both at every node");
      }
      if (up > 0) {
        upMbit.add(up);
        downMbit.add(down);
      }
    }

    private void addEdge(GmlTree edge) throws ScenarioException {
      int from = place(edge, "source");
      int to = place(edge, "target");
      if (edge.find("latency") == null) {
        throw edge.wrong("latency", null, "a time, as \"10 ms\"");
      }
      double delay = quantity(edge, "latency", MILLIS, MILLIS_MAX);
      double jitter = quantity(edge, "jitter", MILLIS, MILLIS_MAX);
      double loss = loss(edge);
      if (packetLoss >= 0 && loss != packetLoss) {
        throw edge.wrong("packet_loss", edge.find("packet_loss"), "the same at every edge");
      }
      packetLoss = loss;
      if (from == to) {
        loops[from] = true;
      }
      delays[from][to] = delay;
      delays[to][from] = delay;
      jitters[from][to] = jitter;
      jitters[to][from] = jitter;
    }

    private int place(GmlTree edge, String key) throws ScenarioException {
      Integer place = numbers.get(edge.number(key));
      if (place == null) {
        throw edge.wrong(key, edge.find(key), "the id of a node");
      }
      return place;
    }

    private static double loss(GmlTree edge) throws ScenarioException {
      GmlTree.Pair pair = edge.find("packet_loss");
      if (pair == null) {
        return 0;
      }
      if (!pair.word().matches("[0-9]{0,3}(\\.[0-9]{1,12})?")
          || pair.word().isEmpty()
          || Double.parseDouble(pair.word()) > PACKET_LOSS_MAX) {
        throw edge.wrong("packet_loss", pair, "a share from 0 to " + PACKET_LOSS_MAX);
      }
      return Double.parseDouble(pair.word());
    }

    /** 0 when the key is missing. */
    private static double quantity(GmlTree list, String key, Map<String, Double> units, double max)
        throws ScenarioException {
      GmlTree.@Nullable Pair pair = list.find(key);
      if (pair == null) {
        return 0;
      }
      Matcher matcher = QUANTITY.matcher(pair.word());
      Double unit = matcher.matches() ? units.get(matcher.group(2)) : null;
      double value = unit == null ? -1 : Double.parseDouble(matcher.group(1)) * unit;
      if (value < 0 || value > max) {
        throw list.wrong(
            key, pair, "a number and a unit of " + units.keySet().stream().sorted().toList());
      }
      return value;
    }

    GmlFile file() throws ScenarioException {
      shorten();
      int places = delays.length;
      for (int from = 0; from < places; from++) {
        for (int to = 0; to < places; to++) {
          if (from == to && !loops[from]) {
            delays[from][to] = 0;
          }
          if (delays[from][to] == Double.POSITIVE_INFINITY) {
            throw TextFile.wrong(
                graph.file(),
                graph.line(),
                "no way from place " + from + " to " + to,
                "edges that link all");
          }
        }
      }
      return new GmlFile(
          graph.file(),
          rows(delays),
          rows(jitters),
          List.copyOf(upMbit),
          List.copyOf(downMbit),
          Math.max(0, packetLoss),
          List.of(loops));
    }

    /** Floyd and Warshall; an edge that is there stays the way, as long as no other is shorter. */
    private void shorten() {
      int places = delays.length;
      for (int over = 0; over < places; over++) {
        for (int from = 0; from < places; from++) {
          for (int to = 0; to < places; to++) {
            double way = delays[from][over] + delays[over][to];
            if (from != to && way < delays[from][to]) {
              delays[from][to] = way;
              jitters[from][to] = jitters[from][over] + jitters[over][to];
            }
          }
        }
      }
    }

    private static List<List<Double>> rows(double[][] matrix) {
      return Arrays.stream(matrix).map(row -> Arrays.stream(row).boxed().toList()).toList();
    }
  }
}
