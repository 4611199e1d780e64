package grapevine.netlab.scenario;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A graph while it is drawn. Confined to one thread, for one graph. What always holds: no node is
 * linked with itself or twice with another. Chance proposes nodes until one fits; only in a crowded
 * graph, where it fails often, the nodes that fit are listed.
 */
final class TopologyDrawing {
  private static final int TRIES_MAX = 32;

  private final int nodes;
  private final RandomGenerator random;
  private final int[][] dials;
  private final int[] counts;

  TopologyDrawing(int nodes, RandomGenerator random) {
    this.nodes = nodes;
    this.random = random;
    this.dials = new int[nodes][0];
    this.counts = new int[nodes];
  }

  Topology draw(TopologyPlan plan) {
    int dialled = nodes;
    switch (plan) {
      case TopologyPlan.Random p -> anybody(nodes, p.degree());
      case TopologyPlan.Ring p -> ring(p.degree(), 0);
      case TopologyPlan.SmallWorld p -> ring(p.degree(), p.rewired());
      case TopologyPlan.ScaleFree p -> scaleFree(p.degree());
      case TopologyPlan.Clusters p -> clusters(p);
      case TopologyPlan.Complete p -> complete(nodes);
      case TopologyPlan.Reachable p -> {
        dialled = Math.min(nodes, p.reachable());
        anybody(dialled, p.degree());
      }
      case TopologyPlan.Listed p -> throw new IllegalArgumentException("a list is not drawn");
    }
    connect(dialled);
    for (int node = 0; node < nodes; node++) {
      dials[node] = Arrays.copyOf(dials[node], counts[node]);
    }
    return new Topology(dials);
  }

  /** Each node dials so many of the first {@code dialled}, or all whom it is not linked with. */
  private void anybody(int dialled, int degree) {
    for (int node = 0; node < nodes; node++) {
      for (int i = 0; i < degree; i++) {
        dialRandom(node, 0, dialled, true);
      }
    }
  }

  /** Each link is led elsewhere with this chance; then what was its end stays free. */
  private void ring(int degree, double rewired) {
    for (int step = 1; step <= degree; step++) {
      for (int node = 0; node < nodes; node++) {
        int next = (node + step) % nodes;
        if (rewired > 0 && random.nextDouble() < rewired) {
          dialRandom(node, 0, nodes, true);
        } else if (!isLinked(node, next)) {
          dial(node, next);
        }
      }
    }
  }

  /**
   * Begins with degree + 1 nodes that are all linked. A random end of a random link is a node with
   * a chance in proportion to its links.
   */
  private void scaleFree(int degree) {
    int core = Math.min(nodes, degree + 1);
    complete(core);
    int[] ends = new int[core * (core - 1) + 2 * degree * (nodes - core)];
    int known = 0;
    for (int node = 0; node < core; node++) {
      for (int i = 0; i < counts[node]; i++) {
        ends[known++] = node;
        ends[known++] = dials[node][i];
      }
    }
    for (int node = core; node < nodes; node++) {
      for (int i = 0; i < degree; ) {
        int peer = ends[random.nextInt(known)];
        if (!isLinked(node, peer)) {
          dial(node, peer);
          i++;
        }
      }
      for (int i = 0; i < degree; i++) {
        ends[known++] = node;
        ends[known++] = dials[node][i];
      }
    }
  }

  private void clusters(TopologyPlan.Clusters plan) {
    for (int cluster = 0; cluster < plan.clusters(); cluster++) {
      int low = (int) ((long) nodes * cluster / plan.clusters());
      int high = (int) ((long) nodes * (cluster + 1) / plan.clusters());
      for (int node = low; node < high; node++) {
        for (int i = 0; i < plan.degree(); i++) {
          boolean crosses = high - low < nodes && random.nextDouble() < plan.crossing();
          dialRandom(node, low, high, !crosses);
        }
      }
    }
  }

  private void complete(int core) {
    for (int node = 0; node < core; node++) {
      dials[node] = IntStream.range(0, node).toArray();
      counts[node] = node;
    }
  }

  /** Dials somebody inside the range, or outside of it; nobody when all there are linked. */
  private void dialRandom(int node, int low, int high, boolean inside) {
    int size = high - low;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      int drawn = random.nextInt(inside ? size : nodes - size);
      int peer = inside ? low + drawn : drawn < low ? drawn : drawn + size;
      if (!isLinked(node, peer)) {
        dial(node, peer);
        return;
      }
    }
    int[] free =
        IntStream.range(0, nodes)
            .filter(peer -> (peer >= low && peer < high) == inside && !isLinked(node, peer))
            .toArray();
    if (free.length > 0) {
      dial(node, free[random.nextInt(free.length)]);
    }
  }

  private void dial(int node, int peer) {
    if (counts[node] == dials[node].length) {
      dials[node] = Arrays.copyOf(dials[node], Math.max(4, 2 * counts[node]));
    }
    dials[node][counts[node]++] = peer;
  }

  /** A node counts as linked with itself. */
  private boolean isLinked(int a, int b) {
    return a == b || hasDialled(a, b) || hasDialled(b, a);
  }

  private boolean hasDialled(int node, int peer) {
    for (int i = 0; i < counts[node]; i++) {
      if (dials[node][i] == peer) {
        return true;
      }
    }
    return false;
  }

  /** Lets each part of the graph dial the part of node 0, there one of the first so many. */
  private void connect(int dialled) {
    int[] parts = new int[nodes];
    Arrays.setAll(parts, node -> node);
    for (int node = 0; node < nodes; node++) {
      for (int i = 0; i < counts[node]; i++) {
        parts[part(parts, node)] = part(parts, dials[node][i]);
      }
    }
    int main = part(parts, 0);
    int[] targets = IntStream.range(0, dialled).filter(node -> part(parts, node) == main).toArray();
    for (int node = 0; node < nodes; node++) {
      if (part(parts, node) != part(parts, 0)) {
        dial(node, targets[random.nextInt(targets.length)]);
        parts[part(parts, node)] = part(parts, 0);
      }
    }
  }

  /** The node that stands for this one's part; shortens the way to it. */
  private static int part(int[] parts, int node) {
    int at = node;
    while (parts[at] != at) {
      parts[at] = parts[parts[at]];
      at = parts[at];
    }
    return at;
  }
}
