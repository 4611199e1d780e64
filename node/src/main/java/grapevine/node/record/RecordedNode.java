package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.node.model.MalformedException;
import grapevine.node.model.Network;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Validity;
import grapevine.node.protocol.Environment;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.Settings;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.relay.RelayKind;
import java.util.List;

/**
 * All that a core is made of, but for what it speaks to. The node that is recorded and the replay
 * make their cores here, by the same line.
 *
 * @param commit of the build that recorded
 * @param seed of its {@link SeededRandom}; a secret as long as the node runs
 */
public record RecordedNode(
    String commit, Network network, Settings settings, Limits limits, Clock clock, Hash256 seed) {

  /** What the two clocks read when the core was made. */
  public record Clock(long wallMillis, long nowNanos) {}

  /** A core as it was when recording began. */
  public NodeCore core(Outbox outbox, NodeEvents events, ItemStore store) {
    return new NodeCore(
        new Validity(network),
        settings,
        limits,
        new Environment(outbox, events, store, new SeededRandom(seed)),
        clock.wallMillis,
        clock.nowNanos);
  }

  void write(RecordOut out) {
    out.u8(Frame.NODE).text(commit).block(network.toBytes());
    out.nodeRecord(settings.self()).text(settings.agent());
    out.varint(settings.staticPeers().size());
    settings.staticPeers().forEach(out::address);
    out.varint(settings.outboundTarget()).text(settings.relay().label());
    out.text(LimitsText.write(limits)).u64(clock.wallMillis).u64(clock.nowNanos).hash(seed);
  }

  static RecordedNode read(RecordIn in) throws MalformedException {
    String commit = in.text("commit");
    Network network = Network.read(in.block("network"));
    NodeRecord self = in.nodeRecord();
    String agent = in.text("agent");
    List<NodeAddress> staticPeers = in.list("static peers", RecordIn::address);
    int outboundTarget = in.number("outbound target");
    RelayKind relay = relay(in.text("relay"));
    return new RecordedNode(
        commit,
        network,
        new Settings(self, agent, staticPeers, outboundTarget, relay),
        LimitsText.read(in.text("limits")),
        new Clock(in.u64("wall clock"), in.u64("clock")),
        in.hash("seed"));
  }

  private static RelayKind relay(String label) throws MalformedException {
    try {
      return RelayKind.of(label);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
  }
}
