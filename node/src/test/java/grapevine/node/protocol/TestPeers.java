package grapevine.node.protocol;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Sha256;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.List;

/** Ready peers and ids for tests in which only number and direction of a peer matter. */
public final class TestPeers {
  private static final KeyPair KEY = KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]);
  private static final NodeRecord RECORD = NodeRecord.sign(KEY, 1, 0, List.of(), 0);

  private TestPeers() {}

  public static PeerInfo outbound(long number) {
    return peer(number, Direction.OUTBOUND);
  }

  public static PeerInfo inbound(long number) {
    return peer(number, Direction.INBOUND);
  }

  private static PeerInfo peer(long number, Direction direction) {
    Message.Hello hello =
        new Message.Hello(1, 1, 0, 0, Hash256.ZERO, 0, 0, RECORD, "test", List.of());
    NodeAddress remote = NodeAddress.ip(new byte[] {127, 0, 0, 1}, 1);
    return new PeerInfo(new PeerId(number), KEY.publicKey(), direction, remote, 1, 0, hello);
  }

  public static ItemId transaction(int number) {
    return ItemId.transaction(hash("test-transaction", number));
  }

  public static ItemId block(int number) {
    return ItemId.block(hash("test-block", number));
  }

  private static Hash256 hash(String tag, int number) {
    return Sha256.hash(tag, new byte[] {(byte) (number >> 8), (byte) number});
  }
}
