package grapevine.node.protocol.port;

import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.Rejection;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * What observers see: metrics, the event stream, netlab's trace. Methods return nothing, so an
 * observer cannot steer. Called on the core's thread; an implementation never blocks. Every method
 * does nothing by default, so an observer names only what it counts.
 */
public interface NodeEvents {
  /** An observer that looks away. */
  NodeEvents NONE = new NodeEvents() {};

  /** What an announcement from a peer meant to us. */
  enum AnnounceResult {
    NEW,
    KNOWN,
    INFLIGHT,
    LIMITED
  }

  /** How a request ended. */
  enum FetchResult {
    OK,
    TIMEOUT,
    NOTFOUND,
    INVALID,
    CANCELLED
  }

  /** What a body was when it came. */
  enum ReceiveResult {
    NEW,
    DUPLICATE,
    INVALID,
    UNREQUESTED
  }

  default void onPeerUp(PeerInfo peer, long nowNanos) {}

  default void onPeerDown(
      PeerId peer,
      @Nullable PeerInfo info,
      DisconnectReason reason,
      String detail,
      long nowNanos) {}

  default void onDial(NodeAddress address, long nowNanos) {}

  default void onDialFailed(NodeAddress address, long nowNanos) {}

  /** A whole message left the core; {@code bytes} as framed, before records and tags. */
  default void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {}

  default void onMessageReceived(PeerId from, MessageType type, int bytes, long nowNanos) {}

  /** Bytes given to or taken from the socket, records, tags and handshake included. */
  default void onSocketBytes(Direction direction, long bytes, long nowNanos) {}

  /** A round trip of a ping. */
  default void onRoundTrip(PeerId peer, long roundTripNanos, long nowNanos) {}

  /** A peer's inv named an item. */
  default void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {}

  /** Our getdata named an item; {@code waitedNanos} since its first announcement. */
  default void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {}

  default void onFetchEnded(
      PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {}

  /** A whole body came. */
  default void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {}

  /** Signatures of an item were checked. */
  default void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {}

  /**
   * An item is held and verified from now on.
   *
   * @param from who delivered it first; null for an own submission
   * @param ageMillis advisory age since birth along the path, see inv
   */
  default void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {}

  /**
   * What a peer gave is accepted; {@code ageMillis} since the time that its signer wrote into it,
   * by this node's wall clock: off by both clocks' errors, negative when the signer's runs ahead.
   */
  default void onOriginAge(ItemId id, long ageMillis, long nowNanos) {}

  default void onRejected(ItemId id, Rejection reason, @Nullable PeerId from, long nowNanos) {}

  /** An item left the pool without being invalid: expired, evicted. */
  default void onDropped(ItemId id, Rejection reason, long nowNanos) {}

  /**
   * Our inv named an item to a peer, or its body was pushed to it. {@code sinceAcceptedNanos} is
   * our own share of the hop: deliberate delay and backpressure, nothing of verification or the
   * way.
   */
  default void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {}

  /** We gave an item's body to a peer. */
  default void onServed(PeerId to, ItemId id, int bytes, long nowNanos) {}

  default void onConflict(ItemId kept, ItemId other, long nowNanos) {}

  default void onEquivocation(ItemId first, ItemId second, long nowNanos) {}

  /** The best tip changed. */
  default void onBestTip(ItemId id, long height, int tips, long nowNanos) {}

  /** Repair with a peer found so many elements that we lack. */
  default void onRepaired(PeerId peer, int missing, long nowNanos) {}

  /** Addresses offered by a peer, by what became of them: {@code new}, {@code known}, ... */
  default void onAddresses(PeerId from, String result, int count, long nowNanos) {}

  /** Something was dropped at a bound, by reason; a reason is one of a fixed, small set. */
  default void onLimited(String reason, int count, long nowNanos) {}
}
