package grapevine.node.protocol.peers;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.SplittableRandom;

/** Nodes, records and addresses for the tests of this package. */
final class PeersFixture {
  static final long SECOND = 1_000_000_000L;
  static final long HOUR = 3_600 * SECOND;
  static final long WALL_MILLIS = 1_800_000_000_000L;

  private PeersFixture() {}

  static KeyPair key(int seed) {
    return KeyPair.generate(new SplittableRandom(seed));
  }

  static NodeAddress ip4(int a, int b, int c, int d) {
    return ip4(a, b, c, d, 7700);
  }

  static NodeAddress ip4(int a, int b, int c, int d, int port) {
    return NodeAddress.ip(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, port);
  }

  static NodeAddress local(int port) {
    return ip4(127, 0, 0, 1, port);
  }

  static NodeRecord record(KeyPair node, long sequence, NodeAddress... addresses) {
    return NodeRecord.sign(node, sequence, WALL_MILLIS, List.of(addresses), 0);
  }

  static NodeRecord record(int seed, NodeAddress... addresses) {
    return record(key(seed), 1, addresses);
  }

  static PeerInfo peer(long id, PublicKey key, Direction direction, NodeAddress remote) {
    NodeRecord record = record((int) id, remote);
    Message.Hello hello =
        new Message.Hello(1, 1, 0, 0, Hash256.ZERO, 0, 0, record, "test", List.of());
    return new PeerInfo(new PeerId(id), key, direction, remote, 1, 0, hello);
  }

  static PeerInfo peer(long id, Direction direction, NodeAddress remote) {
    return peer(id, key((int) id).publicKey(), direction, remote);
  }
}
