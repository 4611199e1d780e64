package grapevine.netlab.scenario;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One experiment: which nodes, how they are linked, what they are given to spread, what goes wrong,
 * and what is looked at. The same scenario runs in virtual time and on real processes. Immutable.
 *
 * @param name short, of letters, digits and dashes
 * @param about one sentence: the idea of the experiment
 * @param population the nodes
 * @param topology who dials whom
 * @param links what lies between two nodes
 * @param loads what is born, and where
 * @param faults in the order of their times
 * @param observation when measuring begins and ends
 */
public record Scenario(
    String name,
    String about,
    Population population,
    TopologyPlan topology,
    Links links,
    List<Load> loads,
    List<Fault> faults,
    Observation observation) {

  public Scenario {
    loads = List.copyOf(loads);
    faults = List.copyOf(faults);
  }

  /**
   * The nodes, all alike.
   *
   * @param nodes at least 2
   * @param seed of everything random in a run
   * @param relay label of a relay strategy
   * @param limits bounds of a node that differ from the defaults, by path, as {@code
   *     sessions.inboundMax}; in the simulator only
   */
  public record Population(int nodes, long seed, String relay, Map<String, Long> limits) {
    public Population {
      limits = Map.copyOf(new TreeMap<>(limits));
    }
  }

  /**
   * When to look.
   *
   * @param warmUpMillis from the moment all nodes are up and linked until the first load
   * @param loadMillis how long loads and faults go on: what is born in it is measured
   * @param settleMillis how long after that the nodes may take to agree
   * @param percents shares of nodes whose delay is reported, ascending, 1 to 100
   */
  public record Observation(
      long warmUpMillis, long loadMillis, long settleMillis, List<Integer> percents) {
    public Observation {
      percents = List.copyOf(percents);
    }
  }

  /** What chance decides in a run: each has its own, whatever the others take of theirs. */
  public enum Purpose {
    TOPOLOGY,
    WIRES,
    KEYS,
    LOADS,
    FAULTS,
    ITEMS,
    NODES,
    DRIVER
  }

  /** Randomness for one purpose, from its beginning. */
  public SplittableRandom random(Purpose purpose) {
    SplittableRandom root = new SplittableRandom(population.seed);
    for (Purpose each : Purpose.values()) {
      SplittableRandom own = root.split();
      if (each == purpose) {
        return own;
      }
    }
    throw new IllegalArgumentException("no such purpose: " + purpose);
  }

  /**
   * Whether a node whose connections fail may dial others than the topology names: where something
   * goes wrong on purpose, or nodes that were cut off would stay alone.
   */
  public boolean redials() {
    return !faults.isEmpty();
  }

  /** Who dials whom in a run of this scenario. */
  public Topology drawTopology() {
    return Topology.draw(topology, population.nodes, random(Purpose.TOPOLOGY));
  }

  /** What lies between the nodes in a run of this scenario. */
  public Wires drawWires() {
    return Wires.of(links, population.nodes, random(Purpose.WIRES).nextLong());
  }

  /**
   * The network and the keys of a run of this scenario.
   *
   * @param genesisMillis when the network begins: before its nodes start
   */
  public LabNetwork createNetwork(long genesisMillis) {
    return LabNetwork.create(
        population.nodes, LabNetwork.Terms.of(this, genesisMillis), random(Purpose.KEYS));
  }

  /** Signs the transactions of a run of this scenario. */
  public TransactionMaker transactionMaker(LabNetwork network) {
    return new TransactionMaker(network, random(Purpose.ITEMS));
  }

  public Scenario withSeed(long seed) {
    return with(new Population(population.nodes, seed, population.relay, population.limits));
  }

  public Scenario withNodes(int nodes) {
    return with(new Population(nodes, population.seed, population.relay, population.limits));
  }

  public Scenario withRelay(String relay) {
    return with(new Population(population.nodes, population.seed, relay, population.limits));
  }

  private Scenario with(Population other) {
    return new Scenario(name, about, other, topology, links, loads, faults, observation);
  }
}
