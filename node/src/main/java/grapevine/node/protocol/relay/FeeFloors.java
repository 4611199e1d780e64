package grapevine.node.protocol.relay;

import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What each peer's pool takes at least, after Bitcoin Core's feefilter (BIP 133): a transaction
 * below a peer's floor is not announced to it, and ours is told when it has changed. A floor is in
 * fee per 1,000 bytes; 0 = takes everything. Confined to the core's thread; one number per peer.
 */
public final class FeeFloors implements Component {
  /** How often a changed floor is told: a full pool's floor moves with every transaction. */
  static final long TELL_INTERVAL_NANOS = 30_000_000_000L;

  private final LongSupplier ownFloor;
  private final Outbox outbox;
  private final PeerMap<Long> floors = new PeerMap<>();
  private long toldFloor;
  private long nextTellNanos = NEVER;

  /** {@code ownFloor}: the floor of this node's pool now. */
  public FeeFloors(LongSupplier ownFloor, Outbox outbox) {
    this.ownFloor = ownFloor;
    this.outbox = outbox;
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    floors.put(peer.id(), peer.hello().feeFloor());
    if (nextTellNanos == NEVER) {
      nextTellNanos = nowNanos + TELL_INTERVAL_NANOS;
    }
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    floors.remove(peer);
    if (floors.isEmpty()) {
      nextTellNanos = NEVER;
    }
  }

  public void onFeeFloor(PeerId from, long feePerKilobyte) {
    if (floors.containsKey(from)) {
      floors.put(from, feePerKilobyte);
    }
  }

  /** Peers that would refuse this transaction for its fee. */
  public List<PeerId> above(Transaction tx) {
    List<PeerId> peers = new ArrayList<>();
    floors.forEach(
        (peer, floor) -> {
          if (isBelow(tx, floor)) {
            peers.add(peer);
          }
        });
    return peers;
  }

  /** fee × 1,000 < floor × size, in 128 bits. */
  private static boolean isBelow(Transaction tx, long floor) {
    long feeHigh = StrictMath.multiplyHigh(tx.fee(), 1000L);
    long floorHigh = StrictMath.multiplyHigh(floor, (long) tx.sizeBytes());
    return feeHigh != floorHigh
        ? feeHigh < floorHigh
        : Long.compareUnsigned(tx.fee() * 1000, floor * tx.sizeBytes()) < 0;
  }

  @Override
  public void onTimer(long nowNanos) {
    if (nowNanos < nextTellNanos) {
      return;
    }
    nextTellNanos = nowNanos + TELL_INTERVAL_NANOS;
    long floor = ownFloor.getAsLong();
    if (floor != toldFloor) {
      toldFloor = floor;
      floors.forEach((peer, before) -> outbox.send(peer, new Message.FeeFloor(floor)));
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return nextTellNanos;
  }

  @Override
  public void checkInvariants() {
    if (floors.isEmpty() != (nextTellNanos == NEVER)) {
      throw new IllegalStateException("fee floor timer armed without peers, or not with them");
    }
  }
}
