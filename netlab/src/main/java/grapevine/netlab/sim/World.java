package grapevine.netlab.sim;

import grapevine.crypto.PublicKey;
import grapevine.crypto.Signature;
import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.Wires;
import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Validity;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.Settings;
import grapevine.node.protocol.relay.RelayKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Everything that a scenario names, made and joined: the simulation, its network and its nodes, not
 * yet started. Takes time and memory in proportion to the nodes and their links.
 *
 * <p>Identities of simulated nodes belong to no key, and the lab vouches for their records: to make
 * and check 100,000 key pairs would take half a minute and change nothing that a core sees.
 *
 * <p>Where nothing goes wrong, nodes dial whom the topology names and nobody else: while links are
 * made they would otherwise also dial some whom they have only heard of, and feelers would follow,
 * so that a ring has chords and a count of messages per link is a percent too high. With faults
 * they look for others in the place of those that are gone, as a node in the field does.
 */
final class World {
  /**
   * Older than what nodes pass on as news: a network where everybody is new at once would be busy
   * with nothing but telling everybody of everybody.
   */
  private static final long RECORD_AGE_MILLIS = 3_600_000;

  private static final int PORT = 7_700;
  private static final long STORE_BYTES_MAX = 1L << 40;
  private static final String AGENT = "netlab/1";

  private final Scenario scenario;
  private final Simulation simulation;
  private final Topology topology;
  private final LabNetwork network;
  private final Validity validity;
  private final TraceRecorder recorder;
  private final List<SimEvents> events = new ArrayList<>();

  /** One object for each address, for all who know it. */
  private final List<NodeAddress> addresses;

  World(Scenario scenario, boolean checksInvariants) {
    this.scenario = scenario;
    int nodes = scenario.population().nodes();
    Wires wires = scenario.drawWires();
    topology = scenario.drawTopology();
    network = scenario.createNetwork(Simulation.WALL_MILLIS);
    validity = new Validity(network.network());
    recorder = new TraceRecorder(nodes);
    addresses = IntStream.range(0, nodes).mapToObj(World::address).toList();
    simulation =
        new Simulation(
            wires, scenario.random(Scenario.Purpose.DRIVER).nextLong(), checksInvariants);
    Limits limits = LimitOverrides.apply(Limits.defaults(), scenario.population().limits());
    SplittableRandom random = scenario.random(Scenario.Purpose.NODES);
    for (int number = 0; number < nodes; number++) {
      SimNode.Lines lines =
          new SimNode.Lines(wires.upBitsPerSecond(number), wires.downBitsPerSecond(number));
      simulation.add(
          new SimNode(simulation, number, nature(number, limits), lines, random.split()));
    }
  }

  private SimNode.Nature nature(int number, Limits limits) {
    NodeRecord self = unsignedRecord(network.nodeStandIn(number), addresses.get(number));
    simulation.verdicts().vouch(self.check());
    SimEvents observer = new SimEvents(simulation, number, recorder);
    events.add(observer);
    List<NodeAddress> dials =
        Arrays.stream(topology.dials(number)).mapToObj(addresses::get).toList();
    Settings settings =
        new Settings(
            self,
            AGENT,
            dials,
            scenario.redials() ? dials.size() : 0,
            RelayKind.of(scenario.population().relay()));
    return new SimNode.Nature(validity, settings, limits, store(), observer);
  }

  private SimStore store() {
    return crashes()
        ? new CrashableStore(simulation, STORE_BYTES_MAX)
        : SimStore.lasting(STORE_BYTES_MAX);
  }

  private boolean crashes() {
    return scenario.faults().stream()
        .anyMatch(fault -> fault instanceof Fault.Crash || fault instanceof Fault.Churn);
  }

  /** Where a node of this number listens: in a net that is nobody's. */
  static NodeAddress address(int number) {
    byte[] host = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    return NodeAddress.ip(host, PORT);
  }

  /** A record whose signature nobody has made; see the class. */
  private static NodeRecord unsignedRecord(PublicKey key, NodeAddress address) {
    byte[] signature = Arrays.copyOf(key.toBytes(), Signature.BYTES);
    return NodeRecord.of(
        key,
        1,
        Simulation.WALL_MILLIS - RECORD_AGE_MILLIS,
        List.of(address),
        0,
        Signature.of(signature));
  }

  Scenario scenario() {
    return scenario;
  }

  Simulation simulation() {
    return simulation;
  }

  Topology topology() {
    return topology;
  }

  LabNetwork network() {
    return network;
  }

  TraceRecorder recorder() {
    return recorder;
  }

  SimEvents events(int node) {
    return events.get(node);
  }
}
