package grapevine.node.metrics;

import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the core does. Confined to the core's thread; the figures may be scraped on any.
 *
 * <p>A call costs some tens of nanoseconds and allocates nothing. Labels are closed sets of the
 * code: kinds, results, reasons, message types. Peers and hashes are no labels, or a scrape would
 * grow with the network; they belong to the {@link EventLog}.
 */
public final class PrometheusEvents implements NodeEvents {
  private final PeerSeries peers;
  private final FetchSeries fetch;
  private final ItemSeries items;
  private final AnnounceSpread spread;

  public PrometheusEvents(Exposition to) {
    peers = new PeerSeries(to);
    fetch = new FetchSeries(to);
    items = new ItemSeries(to);
    spread = new AnnounceSpread(to);
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    Series.of(peers.ready, peer.direction()).inc();
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    Series.of(peers.disconnects, reason).inc();
    if (info == null) {
      peers.neverReady.inc();
    }
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    peers.dialFailed.inc();
  }

  @Override
  public void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {
    peers.out.onMessage(type, bytes);
  }

  @Override
  public void onMessageReceived(PeerId from, MessageType type, int bytes, long nowNanos) {
    peers.in.onMessage(type, bytes);
  }

  @Override
  public void onSocketBytes(Direction direction, long bytes, long nowNanos) {
    (direction == Direction.INBOUND ? peers.in : peers.out).socketBytes().inc((double) bytes);
  }

  @Override
  public void onRoundTrip(PeerId peer, long roundTripNanos, long nowNanos) {
    peers.roundTrip.observe(seconds(roundTripNanos));
  }

  @Override
  public void onAddresses(PeerId from, String result, int count, long nowNanos) {
    peers.addresses.add(result, count);
  }

  @Override
  public void onLimited(String reason, int count, long nowNanos) {
    peers.limited.add(reason, count);
    if (PeerSeries.SEND_QUEUE_DROPS.contains(reason)) {
      peers.sendQueueDropped.add(reason, count);
    }
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    fetch.announced.of(entry.id().kind(), result).inc();
    spread.onAnnounced(entry.id(), nowNanos);
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    Series.of(fetch.inFlight, id.kind()).inc();
    Series.of(fetch.announceToRequest, id.kind()).observe(seconds(waitedNanos));
  }

  @Override
  public void onFetchEnded(
      PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {
    Series.of(fetch.inFlight, id.kind()).dec();
    fetch.ended.of(id.kind(), result).inc();
    if (result == FetchResult.OK) {
      Series.of(fetch.took, id.kind()).observe(seconds(tookNanos));
    }
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    items.received.of(id.kind(), result).inc();
    Series.of(items.receivedBytes, id.kind()).inc(bytes);
    if (result == ReceiveResult.DUPLICATE) {
      Series.of(items.duplicateBytes, id.kind()).inc(bytes);
    }
  }

  @Override
  public void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {
    Series.of(valid ? fetch.valid : fetch.invalid, id.kind()).observe(seconds(tookNanos));
  }

  @Override
  public void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
    if (from == null) {
      Series.of(items.acceptedOwn, id.kind()).inc();
    } else {
      Series.of(items.acceptedFromPeer, id.kind()).inc();
      Series.of(items.age, id.kind()).observe(ageMillis / 1e3);
    }
  }

  @Override
  public void onOriginAge(ItemId id, long ageMillis, long nowNanos) {
    Series.of(items.originAge, id.kind()).observe(ageMillis / 1e3);
    if (ageMillis < 0) {
      Series.of(items.originAgeNegative, id.kind()).inc();
    }
  }

  @Override
  public void onRejected(ItemId id, Rejection reason, @Nullable PeerId from, long nowNanos) {
    items.rejected.of(id.kind(), reason).inc();
  }

  @Override
  public void onDropped(ItemId id, Rejection reason, long nowNanos) {
    items.dropped.of(id.kind(), reason).inc();
  }

  @Override
  public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
    Series.of(fetch.relayed, id.kind()).inc();
    Series.of(fetch.receiveToRelay, id.kind()).observe(seconds(sinceAcceptedNanos));
  }

  @Override
  public void onServed(PeerId to, ItemId id, int bytes, long nowNanos) {
    Series.of(items.served, id.kind()).inc();
  }

  @Override
  public void onConflict(ItemId kept, ItemId other, long nowNanos) {
    items.conflicts.inc();
  }

  @Override
  public void onEquivocation(ItemId first, ItemId second, long nowNanos) {
    items.equivocations.inc();
  }

  @Override
  public void onRepaired(PeerId peer, int missing, long nowNanos) {
    items.repaired.inc(missing);
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
