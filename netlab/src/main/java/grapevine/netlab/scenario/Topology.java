package grapevine.netlab.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Who dials whom. Immutable. A node dials neither itself, nor one twice, nor one that dials it: two
 * nodes have one link at most, as the protocol wants it.
 *
 * <p>Kept as arrays of numbers: 110,000 nodes that dial 8 each take 6 MB.
 */
public final class Topology {
  private final int[][] dials;

  /**
   * @param dials for each node the numbers that it dials, in any order
   * @throws IllegalArgumentException when a node dials one that does not exist, itself, one twice,
   *     or one that dials it
   */
  public Topology(List<List<Integer>> dials) {
    this(
        dials.stream()
            .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new));
  }

  /** Keeps the array, which its maker gives away. */
  Topology(int[][] dials) {
    this.dials = dials;
    for (int[] each : dials) {
      Arrays.sort(each);
    }
    for (int node = 0; node < dials.length; node++) {
      for (int i = 0; i < dials[node].length; i++) {
        int peer = dials[node][i];
        require(peer >= 0 && peer < dials.length, node, peer, "a number below " + dials.length);
        require(peer != node, node, peer, "another node");
        require(i == 0 || dials[node][i - 1] != peer, node, peer, "each node once");
        require(Arrays.binarySearch(dials[peer], node) < 0, node, peer, "one that dials it not");
      }
    }
  }

  private static void require(boolean holds, int node, int peer, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "node %d dials %d, expected %s".formatted(node, peer, expected));
    }
  }

  /**
   * Draws a graph by a plan, in time in proportion to its links. Equal arguments give equal graphs.
   * Connected, but for listed ones: where chance leaves parts of the graph apart, one node of each
   * part dials one more.
   *
   * @param nodes at least 1
   * @throws IllegalArgumentException when the plan lists another number of nodes
   */
  public static Topology draw(TopologyPlan plan, int nodes, RandomGenerator random) {
    if (nodes < 1) {
      throw new IllegalArgumentException(nodes + " nodes, expected at least 1");
    }
    if (plan instanceof TopologyPlan.Listed listed) {
      if (listed.topology().nodes() != nodes) {
        throw new IllegalArgumentException(
            "%d nodes, expected the %d that the topology lists"
                .formatted(nodes, listed.topology().nodes()));
      }
      return listed.topology();
    }
    return new TopologyDrawing(nodes, random).draw(plan);
  }

  public int nodes() {
    return dials.length;
  }

  public int links() {
    return Arrays.stream(dials).mapToInt(each -> each.length).sum();
  }

  /** Whom this node dials, ascending. */
  public int[] dials(int node) {
    return dials[node].clone();
  }

  /** For each node whom it dials, ascending. */
  public List<List<Integer>> dials() {
    return Arrays.stream(dials).map(each -> Arrays.stream(each).boxed().toList()).toList();
  }

  /** How many links each node has, whoever dialled. */
  public int[] degrees() {
    int[] degrees = new int[dials.length];
    for (int node = 0; node < dials.length; node++) {
      degrees[node] += dials[node].length;
      for (int peer : dials[node]) {
        degrees[peer]++;
      }
    }
    return degrees;
  }

  /**
   * The same links, each dialled by the node of the higher number: nodes that start in order find
   * everyone whom they dial.
   */
  public Topology downwards() {
    int[] counts = new int[dials.length];
    forEachLink((low, high) -> counts[high]++);
    int[][] turned = IntStream.of(counts).mapToObj(int[]::new).toArray(int[][]::new);
    forEachLink((low, high) -> turned[high][--counts[high]] = low);
    return new Topology(turned);
  }

  private interface Link {
    void accept(int low, int high);
  }

  private void forEachLink(Link action) {
    for (int node = 0; node < dials.length; node++) {
      for (int peer : dials[node]) {
        action.accept(Math.min(node, peer), Math.max(node, peer));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Topology that && Arrays.deepEquals(dials, that.dials);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(dials);
  }

  @Override
  public String toString() {
    return nodes() + " nodes with " + links() + " links";
  }
}
