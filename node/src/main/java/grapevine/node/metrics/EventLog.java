package grapevine.node.metrics;

import grapevine.crypto.PublicKey;
import grapevine.node.metrics.EventSubscription.Event;
import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The stream of single events, for whoever asks what became of an item or a peer. Told on the
 * core's thread, read by any number of {@link EventSubscription subscribers} on threads of their
 * own, each of which gets every event it wants or is told how many it lost.
 *
 * <p>Without subscribers an event costs one volatile read; with them, one small object and an offer
 * to each ring. Text is made on the subscribers' threads. Nobody can make the core wait.
 *
 * <p>Each event carries two times: {@code mono}, on the scale of {@link System#nanoTime}, which all
 * processes of one machine share, so that their streams can be merged; and the node's wall time.
 */
public final class EventLog implements NodeEvents {
  private final PublicKey node;
  private final long originNanos;
  private final LongUnaryOperator wallMicros;
  private final LongSupplier monoClock;

  /** Ready peers; their number is bounded by the core. On the core's thread only. */
  private final Map<PeerId, String> peers = new HashMap<>();

  private volatile List<EventSubscription> subscriptions = List.of();

  /**
   * @param originNanos reading of {@link System#nanoTime} when the core's time was 0
   * @param wallMicros the node's wall time, µs since 1970, for a time of the core; called on the
   *     core's thread only
   */
  public EventLog(PublicKey node, long originNanos, LongUnaryOperator wallMicros) {
    this(node, originNanos, wallMicros, System::nanoTime);
  }

  /**
   * @param monoClock what subscribers' threads read the present time from, on the scale of {@code
   *     mono}
   */
  EventLog(PublicKey node, long originNanos, LongUnaryOperator wallMicros, LongSupplier monoClock) {
    this.node = node;
    this.monoClock = monoClock;
    this.originNanos = originNanos;
    this.wallMicros = wallMicros;
  }

  /**
   * Opens a stream from now on, which begins with a hello. On the core's thread.
   *
   * @param events labels of the wanted events; empty for all
   * @throws IllegalArgumentException for a label that no event has
   */
  public EventSubscription subscribe(Set<String> events, long nowNanos) {
    Event hello = event(EventKind.HELLO, nowNanos, this::sayHello);
    EventSubscription subscription = new EventSubscription(this, EventKind.of(events), hello);
    synchronized (this) {
      List<EventSubscription> more = new ArrayList<>(subscriptions);
      more.add(subscription);
      subscriptions = List.copyOf(more);
    }
    return subscription;
  }

  synchronized void remove(EventSubscription subscription) {
    subscriptions = subscriptions.stream().filter(each -> each != subscription).toList();
  }

  /** Present time on the scale of {@code mono}. Any thread. */
  long monoNanos() {
    return monoClock.getAsLong();
  }

  /** A sign of life long after {@code last}; its wall time follows from that of {@code last}. */
  Event hello(Event last) {
    long monoNanos = monoNanos();
    long micros = last.wallMicros() + (monoNanos - last.monoNanos()) / 1000;
    return new Event(EventKind.HELLO, monoNanos, micros, this::sayHello);
  }

  private void sayHello(EventLine line) {
    line.word("node", node.toHex());
  }

  private Event event(EventKind kind, long nowNanos, Consumer<EventLine> fields) {
    return new Event(kind, originNanos + nowNanos, wallMicros.applyAsLong(nowNanos), fields);
  }

  private boolean isWatched() {
    return !subscriptions.isEmpty();
  }

  private void tell(EventKind kind, long nowNanos, Consumer<EventLine> fields) {
    Event event = event(kind, nowNanos, fields);
    for (EventSubscription each : subscriptions) {
      each.onEvent(event);
    }
  }

  /** An event of one item and, where there is one, a peer. */
  private void tell(
      EventKind kind,
      ItemId item,
      @Nullable PeerId peer,
      long nowNanos,
      Consumer<EventLine> fields) {
    String key = peer == null ? null : peers.get(peer);
    tell(kind, nowNanos, line -> fields.accept(line.item(item).word("peer", key)));
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    String key = peer.key().toHex();
    peers.put(peer.id(), key);
    if (isWatched()) {
      tell(EventKind.PEER_UP, nowNanos, line -> line.word("peer", key));
    }
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    String key = peers.remove(peer);
    if (key != null && isWatched()) {
      tell(
          EventKind.PEER_DOWN,
          nowNanos,
          line -> line.word("peer", key).word("reason", reason.key()));
    }
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    if (isWatched()) {
      tell(
          EventKind.ANNOUNCED,
          entry.id(),
          from,
          nowNanos,
          line ->
              line.number("bytes", entry.sizeBytes())
                  .word("result", Series.word(result))
                  .number("ageMillis", entry.ageMillis()));
    }
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    if (isWatched()) {
      tell(EventKind.REQUESTED, id, to, nowNanos, line -> {});
    }
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    if (isWatched()) {
      tell(
          EventKind.RECEIVED,
          id,
          from,
          nowNanos,
          line -> line.number("bytes", bytes).word("result", Series.word(result)));
    }
  }

  @Override
  public void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
    if (isWatched()) {
      tell(
          EventKind.ACCEPTED,
          id,
          from,
          nowNanos,
          line -> line.number("bytes", bytes).number("ageMillis", ageMillis));
    }
  }

  @Override
  public void onRejected(ItemId id, Rejection reason, @Nullable PeerId from, long nowNanos) {
    if (isWatched()) {
      tell(EventKind.REJECTED, id, from, nowNanos, line -> line.word("reason", reason.key()));
    }
  }

  @Override
  public void onDropped(ItemId id, Rejection reason, long nowNanos) {
    if (isWatched()) {
      tell(EventKind.DROPPED, id, null, nowNanos, line -> line.word("reason", reason.key()));
    }
  }

  @Override
  public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
    if (isWatched()) {
      tell(EventKind.RELAYED, id, to, nowNanos, line -> {});
    }
  }

  @Override
  public void onServed(PeerId to, ItemId id, int bytes, long nowNanos) {
    if (isWatched()) {
      tell(EventKind.SERVED, id, to, nowNanos, line -> line.number("bytes", bytes));
    }
  }

  @Override
  public void onBestTip(ItemId id, long height, int tips, long nowNanos) {
    if (isWatched()) {
      tell(EventKind.BEST_TIP, id, null, nowNanos, line -> {});
    }
  }
}
