package grapevine.netlab.scenario;

/** How a graph of who dials whom is drawn for any number of nodes; {@link Topology} draws it. */
public sealed interface TopologyPlan {
  /**
   * Each node dials {@code degree} others, chosen with equal chance; fewer where it is linked with
   * everybody before.
   */
  record Random(int degree) implements TopologyPlan {}

  /** Each node dials the next {@code degree} on a ring. */
  record Ring(int degree) implements TopologyPlan {}

  /**
   * A ring of which each link is, with this chance, led to a random node instead (Watts and
   * Strogatz, Nature 393, 1998).
   */
  record SmallWorld(int degree, double rewired) implements TopologyPlan {}

  /**
   * Nodes join one after another and dial those that have many links with the greater chance
   * (Barabási and Albert, Science 286, 1999).
   */
  record ScaleFree(int degree) implements TopologyPlan {}

  /** Equal groups of neighbouring numbers; this share of the links leads to another group. */
  record Clusters(int clusters, int degree, double crossing) implements TopologyPlan {}

  /** Everybody is linked with everybody. */
  record Complete() implements TopologyPlan {}

  /** Only the first {@code reachable} nodes take connections: all others sit behind a NAT. */
  record Reachable(int reachable, int degree) implements TopologyPlan {}

  /** As listed, for exactly so many nodes. */
  record Listed(Topology topology) implements TopologyPlan {}
}
