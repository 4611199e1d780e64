package grapevine.netlab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Who dials whom. Immutable. A node only dials nodes of lower number, so there are no loops and no
 * double links, and nodes that start in order find everyone whom they dial.
 *
 * @param dials for each node the numbers that it dials, ascending
 */
public record Topology(List<List<Integer>> dials) {
  /**
   * @throws IllegalArgumentException when a node dials one that is not of lower number, or twice
   */
  public Topology {
    dials = dials.stream().map(List::copyOf).toList();
    for (int node = 0; node < dials.size(); node++) {
      int last = -1;
      for (int dialled : dials.get(node)) {
        if (dialled <= last || dialled >= node) {
          throw new IllegalArgumentException(
              "node %d dials %s, expected ascending numbers below its own"
                  .formatted(node, dials.get(node)));
        }
        last = dialled;
      }
    }
  }

  /**
   * A connected random graph: node i dials min(degree, i) distinct nodes of lower number, each with
   * equal chance. Equal arguments give equal graphs.
   *
   * @param nodes at least 1
   * @param degree at least 1; the mean number of links of a node is twice that
   */
  public static Topology random(int nodes, int degree, RandomGenerator random) {
    if (nodes < 1 || degree < 1) {
      throw new IllegalArgumentException(
          nodes + " nodes of degree " + degree + ", expected at least 1 of each");
    }
    List<List<Integer>> dials = new ArrayList<>(nodes);
    for (int node = 0; node < nodes; node++) {
      TreeSet<Integer> chosen = new TreeSet<>();
      // Floyd's sampling: exactly as many draws as numbers are wanted.
      for (int bound = node - Math.min(degree, node); bound < node; bound++) {
        int drawn = random.nextInt(bound + 1);
        if (!chosen.add(drawn)) {
          chosen.add(bound);
        }
      }
      dials.add(List.copyOf(chosen));
    }
    return new Topology(dials);
  }

  public int nodes() {
    return dials.size();
  }

  public int links() {
    return dials.stream().mapToInt(List::size).sum();
  }
}
