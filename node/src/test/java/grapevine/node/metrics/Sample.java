package grapevine.node.metrics;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import java.util.List;

/** One of everything that the core tells. */
final class Sample {
  static final PeerId PEER = new PeerId(7);
  static final KeyPair PEER_KEYS = KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]);
  static final PublicKey PEER_KEY = PEER_KEYS.publicKey();
  static final NodeAddress ADDRESS = NodeAddress.ip(new byte[] {127, 0, 0, 1}, 7700);
  static final ItemId TRANSACTION = ItemId.transaction(Hash256.fromHex("ab".repeat(32)));
  static final ItemId BLOCK = ItemId.block(Hash256.fromHex("cd".repeat(32)));

  private Sample() {}

  static PeerInfo peer() {
    NodeRecord record = NodeRecord.sign(PEER_KEYS, 1, 0, List.of(), 0);
    Message.Hello hello =
        new Message.Hello(1, 1, 0, 0, Hash256.ZERO, 0, 0, record, "agent", List.of());
    return new PeerInfo(PEER, PEER_KEY, Direction.OUTBOUND, ADDRESS, 1, 0, hello);
  }

  /** Calls every method of an observer; the peer is up from the first and down from the last. */
  static void tellAll(NodeEvents to) {
    to.onPeerUp(peer(), 1);
    to.onDial(ADDRESS, 2);
    to.onDialFailed(ADDRESS, 3);
    to.onMessageSent(PEER, MessageType.GETDATA, 40, 4);
    to.onMessageReceived(PEER, MessageType.INV, 50, 5);
    to.onSocketBytes(Direction.INBOUND, 500, 6);
    to.onSocketBytes(Direction.OUTBOUND, 600, 7);
    to.onRoundTrip(PEER, 3_000_000, 8);
    Message.Inv.Entry entry = new Message.Inv.Entry(TRANSACTION, 200, 12);
    to.onAnnounced(PEER, entry, NodeEvents.AnnounceResult.NEW, 9);
    to.onRequested(PEER, TRANSACTION, 4_000_000, 10);
    to.onFetchEnded(PEER, TRANSACTION, NodeEvents.FetchResult.OK, 5_000_000, 11);
    to.onReceived(PEER, TRANSACTION, 200, NodeEvents.ReceiveResult.DUPLICATE, 12);
    to.onVerified(TRANSACTION, true, 150_000, 13);
    to.onAccepted(TRANSACTION, 200, PEER, 34, 14);
    to.onAccepted(BLOCK, 900, null, 0, 15);
    to.onOriginAge(TRANSACTION, -2_000, 15);
    to.onRejected(TRANSACTION, Rejection.EXPIRED, PEER, 16);
    to.onDropped(TRANSACTION, Rejection.POOL_FULL, 17);
    to.onRelayed(PEER, TRANSACTION, 6_000_000, 18);
    to.onServed(PEER, TRANSACTION, 200, 19);
    to.onConflict(TRANSACTION, TRANSACTION, 20);
    to.onEquivocation(BLOCK, BLOCK, 21);
    to.onBestTip(BLOCK, 3, 1, 22);
    to.onRepaired(PEER, 2, 23);
    to.onAddresses(PEER, "new", 5, 24);
    to.onLimited("message-rate", 3, 25);
    to.onPeerDown(PEER, peer(), DisconnectReason.IDLE, "silent for 90 s", 26);
  }
}
