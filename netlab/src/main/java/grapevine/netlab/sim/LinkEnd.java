package grapevine.netlab.sim;

import grapevine.crypto.Hash256;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.PeerId;
import org.jspecify.annotations.Nullable;

/** One node's end of one connection. Confined to the simulation's thread. */
final class LinkEnd {
  private final SimNode node;
  private final PeerId id;
  private final Direction direction;
  private final NodeAddress remote;
  private final Pipe out;
  private @Nullable LinkEnd other;
  private @Nullable Parcel pending;
  private @Nullable Hash256 losing;
  private boolean open = true;

  LinkEnd(SimNode node, SimNode peer, PeerId id, Direction direction) {
    this.node = node;
    this.id = id;
    this.direction = direction;
    this.remote = direction == Direction.OUTBOUND ? peer.address() : peer.dialsFrom();
    this.out = new Pipe(node, peer, this);
  }

  /** Joins the two ends of a new connection. */
  static void join(LinkEnd a, LinkEnd b) {
    a.other = b;
    b.other = a;
  }

  SimNode node() {
    return node;
  }

  PeerId id() {
    return id;
  }

  Direction direction() {
    return direction;
  }

  NodeAddress remote() {
    return remote;
  }

  Pipe out() {
    return out;
  }

  LinkEnd other() {
    if (other == null) {
      throw new IllegalStateException("half a connection");
    }
    return other;
  }

  /** Whether the node still hears of it. */
  boolean isOpen() {
    return open;
  }

  void close() {
    open = false;
  }

  /**
   * The channel is open for the one who dialled: the last message of the handshake goes out, and
   * whatever it has to say right behind it.
   */
  void open(long nowNanos) {
    Parcel last = new Parcel(other(), Parcel.Kind.OPEN);
    last.seal(SimCosts.handshakeBytes(direction));
    out.send(last, nowNanos);
    node.onConnected(this, nowNanos);
  }

  /** What is sent in this turn. */
  Parcel pending() {
    if (pending == null) {
      pending = new Parcel(other(), Parcel.Kind.MESSAGES);
    }
    return pending;
  }

  boolean hasPending() {
    return pending != null;
  }

  /** Takes what was sent in this turn; null if nothing. */
  @Nullable Parcel takePending() {
    Parcel taken = pending;
    pending = null;
    return taken;
  }

  /** Whether the beginning of this block was lost, and with it all of it. */
  boolean isLosing(Hash256 block) {
    return block.equals(losing);
  }

  /** The block whose first chunk was lost; null when the last one's was not. */
  void setLosing(@Nullable Hash256 block) {
    losing = block;
  }

  /** Bytes that the network has not taken yet, as the core counts them. */
  long queuedBytes() {
    return out.queuedBytes() + (pending == null ? 0 : pending.frameBytes());
  }
}
