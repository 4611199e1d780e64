package grapevine.node.protocol.relay;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How accepted items are passed on to peers: told of by hash, or given. Confined to the core's
 * thread; calls about peers that are not ready do nothing.
 *
 * <p>Every strategy keeps these promises, and one contract test over {@link RelayKind} checks them:
 * whoever gave or announced an item is neither told of it nor given it, not even while it is being
 * verified; every other peer that is ready when an item is accepted, and stays, is told of it or
 * given it, one of the two and once, unless a bound is met, which is reported; a body goes only to
 * a peer that has opened its link for so many bytes, and blocks never wait for transactions;
 * nothing is sent to a peer that is gone; what waits is bounded per peer.
 */
public interface RelayStrategy extends Component {
  /**
   * What relaying may cost.
   *
   * @param batchNanos longest deliberate delay of an announcement where no timers are asked for:
   *     under load one message carries what came within it
   * @param pauseBytes a peer with more than this in its send queue is told nothing until it has
   *     drained: announcing to a slow reader only lengthens its queue
   * @param pauseNanos a paused peer's queue is looked at again after this time, should the driver
   *     never call it full
   * @param queuedMax announcements that wait for one peer; beyond, the oldest is dropped and left
   *     to repair
   * @param knownMax items remembered per peer as known to it, a power of two
   * @param outboundMeanNanos mean time between an outbound peer's ticks under {@code trickle};
   *     Core: 2 s
   * @param inboundMeanNanos the same of the ticks that all inbound peers share; Core: 5 s
   */
  record Limits(
      long batchNanos,
      long pauseBytes,
      long pauseNanos,
      int queuedMax,
      int knownMax,
      long outboundMeanNanos,
      long inboundMeanNanos) {
    public static Limits defaults() {
      return new Limits(
          5_000_000L, 256 << 10, 100_000_000L, 10_000, 16_384, 2_000_000_000L, 5_000_000_000L);
    }
  }

  /** Where a strategy has bodies sent; it holds none itself. */
  interface Bodies {
    /**
     * Gives a peer the body of an accepted item that it has not asked for.
     *
     * @return whether it is on its way; if not, because the peer is busy with other bodies or reads
     *     slowly, or because the item is not held, nothing was sent and nothing will be
     */
    boolean push(PeerId to, ItemId id, long nowNanos);
  }

  /**
   * An item is held and verified from now on, and will be served.
   *
   * @param sizeBytes length of its encoding
   * @param ageMillis advisory age now, 0 to 65,535
   * @param from who gave it; null for an own submission
   */
  void onAccepted(ItemId id, int sizeBytes, int ageMillis, @Nullable PeerId from, long nowNanos);

  /** The peer announced these items, or gave them: it is never told of them. */
  void onPeerHas(PeerId peer, List<ItemId> ids);

  /** The peer opens its link for so many more bytes of bodies that it has not asked for. */
  void onPush(PeerId peer, Message.Push push, long nowNanos);

  /**
   * Tells one peer of items that were accepted before: a new peer of the tips. Ages are as of now.
   */
  void announceTo(PeerId peer, List<Message.Inv.Entry> entries, long nowNanos);

  /** The peer's send queue has drained. */
  void onWritable(PeerId peer, long nowNanos);

  /** The item is no longer served: announcements of it that still wait are dropped. */
  void forget(ItemId id);
}
