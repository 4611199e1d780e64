package grapevine.node.metrics;

import grapevine.crypto.PublicKey;
import grapevine.node.metrics.ItemTrace.Kind;
import grapevine.node.metrics.ItemTrace.Step;
import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers of the latest items what the node did with them, for who asks about one. Confined to
 * the core's thread.
 *
 * <p>Accepted items and the others have a place each, so that whoever announces what does not exist
 * pushes out nothing that does. A step takes 24 bytes, an item usually 25 steps.
 */
public final class ItemTraces implements NodeEvents {
  /** Steps of one item: with 8 neighbours it has about 25, an inbound crowd only adds the same. */
  static final int STEPS_MAX = 64;

  /**
   * Steps beyond which announcements are only counted: a peer may announce one item as often as it
   * likes, and what became of the item must still find its place.
   */
  static final int ANNOUNCED_MAX = STEPS_MAX / 2;

  /** Items that are not accepted, for each 4 that are. */
  private static final int OTHERS_SHARE = 4;

  private final int itemsMax;
  private final LongUnaryOperator wallMicros;
  private final SequencedMap<ItemId, Steps> accepted = new LinkedHashMap<>();
  private final SequencedMap<ItemId, Steps> others = new LinkedHashMap<>();

  /** Ready peers; their number is bounded by the core. */
  private final Map<PeerId, Peer> peers = new HashMap<>();

  /** One for all steps with a connection. */
  private record Peer(PeerId id, PublicKey key) {}

  /** In columns. */
  private static final class Steps {
    private static final int SIZE_FIRST = 8;

    private final long firstWallMicros;
    private int size;
    private int omitted;
    private long[] nanos = new long[SIZE_FIRST];
    private Kind[] kinds = new Kind[SIZE_FIRST];
    private @Nullable Peer[] peers = new @Nullable Peer[SIZE_FIRST];
    private @Nullable String[] results = new @Nullable String[SIZE_FIRST];
    private int[] numbers = new int[SIZE_FIRST];

    Steps(long firstWallMicros) {
      this.firstWallMicros = firstWallMicros;
    }

    void add(Kind kind, long nowNanos, @Nullable Peer peer, @Nullable String result, long number) {
      if (size >= (kind == Kind.ANNOUNCED ? ANNOUNCED_MAX : STEPS_MAX)) {
        omitted++;
        return;
      }
      if (size == nanos.length) {
        int room = 2 * size;
        nanos = Arrays.copyOf(nanos, room);
        kinds = Arrays.copyOf(kinds, room);
        peers = Arrays.copyOf(peers, room);
        results = Arrays.copyOf(results, room);
        numbers = Arrays.copyOf(numbers, room);
      }
      nanos[size] = nowNanos;
      kinds[size] = kind;
      peers[size] = peer;
      results[size] = result;
      numbers[size] = Math.clamp(number, 0, Integer.MAX_VALUE);
      size++;
    }

    ItemTrace toTrace(ItemId id) {
      List<Step> steps = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        Peer peer = peers[i];
        steps.add(
            new Step(
                kinds[i],
                nanos[i] - nanos[0],
                peer == null ? null : peer.id,
                peer == null ? null : peer.key,
                results[i],
                numbers[i]));
      }
      return new ItemTrace(id, firstWallMicros, steps, omitted);
    }
  }

  /**
   * @param itemsMax accepted items that are remembered, and a quarter as many others; 0: none
   * @param wallMicros the node's wall time, µs since 1970, for a time of the core
   */
  public ItemTraces(int itemsMax, LongUnaryOperator wallMicros) {
    this.itemsMax = itemsMax;
    this.wallMicros = wallMicros;
  }

  /** What is remembered of an item. */
  public Optional<ItemTrace> of(ItemId id) {
    Steps steps = accepted.containsKey(id) ? accepted.get(id) : others.get(id);
    return Optional.ofNullable(steps).map(found -> found.toTrace(id));
  }

  private void add(
      ItemId id,
      Kind kind,
      @Nullable PeerId peer,
      @Nullable String result,
      long number,
      long nowNanos) {
    if (itemsMax == 0) {
      return;
    }
    Steps steps = accepted.get(id);
    if (steps == null) {
      steps = others.computeIfAbsent(id, first -> new Steps(wallMicros.applyAsLong(nowNanos)));
      trim(others, Math.ceilDiv(itemsMax, OTHERS_SHARE));
    }
    steps.add(kind, nowNanos, peer == null ? null : peers.get(peer), result, number);
  }

  private static void trim(SequencedMap<ItemId, Steps> items, int max) {
    while (items.size() > max) {
      items.pollFirstEntry();
    }
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    peers.put(peer.id(), new Peer(peer.id(), peer.key()));
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    peers.remove(peer);
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    add(entry.id(), Kind.ANNOUNCED, from, Series.word(result), entry.ageMillis(), nowNanos);
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    add(id, Kind.REQUESTED, to, null, 0, nowNanos);
  }

  @Override
  public void onFetchEnded(
      PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {
    if (result != FetchResult.OK) {
      add(id, Kind.UNANSWERED, from, Series.word(result), 0, nowNanos);
    }
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    add(id, Kind.RECEIVED, from, Series.word(result), bytes, nowNanos);
  }

  @Override
  public void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {
    add(id, Kind.VERIFIED, null, valid ? "valid" : "invalid", tookNanos / 1000, nowNanos);
  }

  @Override
  public void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
    add(id, Kind.ACCEPTED, from, null, bytes, nowNanos);
    Steps steps = others.remove(id);
    if (steps != null) {
      accepted.put(id, steps);
      trim(accepted, itemsMax);
    }
  }

  @Override
  public void onRejected(ItemId id, Rejection reason, @Nullable PeerId from, long nowNanos) {
    add(id, Kind.REJECTED, from, reason.key(), 0, nowNanos);
  }

  @Override
  public void onDropped(ItemId id, Rejection reason, long nowNanos) {
    add(id, Kind.DROPPED, null, reason.key(), 0, nowNanos);
  }

  @Override
  public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
    add(id, Kind.RELAYED, to, null, 0, nowNanos);
  }

  @Override
  public void onServed(PeerId to, ItemId id, int bytes, long nowNanos) {
    add(id, Kind.SERVED, to, null, bytes, nowNanos);
  }
}
