package grapevine.node.protocol.session;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Sha256;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Nodes, hellos and addresses for the tests of this package. */
final class SessionFixture {
  static final long SECOND = 1_000_000_000L;
  static final Hash256 NETWORK = Sha256.hash("test-network", new byte[1]);
  static final NodeAddress LOOPBACK = NodeAddress.ip(new byte[] {127, 0, 0, 1}, 7700);

  private SessionFixture() {}

  static KeyPair key(int seed) {
    return KeyPair.generate(new SplittableRandom(seed));
  }

  static NodeAddress ip4(int a, int b, int c, int d) {
    return NodeAddress.ip(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, 7700);
  }

  static Message.Hello hello(KeyPair node) {
    return hello(node, 1, 1, 0);
  }

  static Message.Hello hello(KeyPair node, int versionMin, int versionMax, long features) {
    NodeRecord record = NodeRecord.sign(node, 1, 1, List.of(LOOPBACK), 0);
    return new Message.Hello(
        versionMin, versionMax, features, 0, NETWORK, 0, 0, record, "test", List.of());
  }

  static PeerInfo peer(long id, KeyPair node) {
    return new PeerInfo(
        new PeerId(id), node.publicKey(), Direction.INBOUND, LOOPBACK, 1, 0, hello(node));
  }

  /** Counts what was dropped at a bound. */
  static final class Limited implements NodeEvents {
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    @Override
    public void onLimited(String reason, int count, long nowNanos) {
      counts.merge(reason, count, Integer::sum);
    }

    int count(String reason) {
      return counts.getOrDefault(reason, 0);
    }
  }
}
