package grapevine.node.protocol.relay;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives every accepted item's body at once to every peer that has opened its link for it and is not
 * known to have it; all others are told by hash, as {@link AnnounceRelay} does. An item crosses a
 * link in one one-way delay instead of three, and is paid for with a copy on nearly every link.
 * Confined to the core's thread.
 *
 * <p>A link is open for as many bytes as the peer has granted and this node has not used; a body is
 * given whole or not at all, and what cannot begin to leave at once is announced instead. So what
 * was granted and what is used stay the same number at both ends, nothing is queued here beyond
 * announcements, and a peer that reads slowly is told, not flooded.
 */
final class FloodRelay implements RelayStrategy {
  private final Limits limits;
  private final Bodies bodies;
  private final Outbox outbox;
  private final NodeEvents events;
  private final AnnounceRelay announce;

  /** Peers that have opened their links, in the order in which they did. */
  private final Map<PeerId, Credit> credits = new LinkedHashMap<>();

  FloodRelay(
      Limits limits, Bodies bodies, Outbox outbox, NodeEvents events, RandomGenerator random) {
    this.limits = limits;
    this.bodies = bodies;
    this.outbox = outbox;
    this.events = events;
    announce = new AnnounceRelay(limits, new BatchPace(), outbox, events, random);
  }

  /** Bytes that may be pushed to one peer; more than 2 GiB is as good as 2 GiB. */
  private static final class Credit {
    int transactionBytes;
    int blockBytes;

    int bytes(ItemKind kind) {
      return switch (kind) {
        case TRANSACTION -> transactionBytes;
        case BLOCK -> blockBytes;
      };
    }

    void add(ItemKind kind, long bytes) {
      int sum = (int) Math.min(bytes(kind) + bytes, Integer.MAX_VALUE);
      switch (kind) {
        case TRANSACTION -> transactionBytes = sum;
        case BLOCK -> blockBytes = sum;
      }
    }
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    announce.onPeerReady(peer, nowNanos);
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    announce.onPeerGone(peer, nowNanos);
    credits.remove(peer);
  }

  @Override
  public void onPush(PeerId peer, Message.Push push, long nowNanos) {
    ItemKind kind = kind(push.kind());
    if (kind == null) {
      events.onLimited("push", 1, nowNanos); // of a later version
    } else if (announce.isReady(peer)) {
      credits.computeIfAbsent(peer, p -> new Credit()).add(kind, push.creditBytes());
    }
  }

  private static @Nullable ItemKind kind(int code) {
    for (ItemKind kind : ItemKind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    return null;
  }

  @Override
  public void onAccepted(
      ItemId id, int sizeBytes, int ageMillis, @Nullable PeerId from, long nowNanos) {
    long hash = announce.hash(id);
    for (Map.Entry<PeerId, Credit> entry : credits.entrySet()) {
      PeerId peer = entry.getKey();
      Credit credit = entry.getValue();
      if (!peer.equals(from)
          && sizeBytes <= credit.bytes(id.kind())
          && announce.isNewsTo(peer, hash)
          && outbox.queuedBytes(peer) <= limits.pauseBytes()
          && bodies.push(peer, id, nowNanos)) {
        credit.add(id.kind(), -sizeBytes);
        announce.onPeerHas(peer, hash);
        events.onRelayed(peer, id, 0, nowNanos);
      }
    }
    announce.onAccepted(id, sizeBytes, ageMillis, from, nowNanos);
  }

  @Override
  public void onPeerHas(PeerId peer, List<ItemId> ids) {
    announce.onPeerHas(peer, ids);
  }

  @Override
  public void announceTo(PeerId peer, List<Message.Inv.Entry> entries, long nowNanos) {
    announce.announceTo(peer, entries, nowNanos);
  }

  @Override
  public void onWritable(PeerId peer, long nowNanos) {
    announce.onWritable(peer, nowNanos);
  }

  @Override
  public void forget(ItemId id) {
    announce.forget(id);
  }

  @Override
  public void onTimer(long nowNanos) {
    announce.onTimer(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return announce.nextDeadlineNanos();
  }

  @Override
  public void checkInvariants() {
    announce.checkInvariants();
    credits.forEach(
        (peer, credit) -> {
          if (!announce.isReady(peer) || credit.transactionBytes < 0 || credit.blockBytes < 0) {
            throw new IllegalStateException(
                "flood: %s may be given %d bytes of transactions and %d of blocks"
                    .formatted(peer, credit.transactionBytes, credit.blockBytes));
          }
        });
  }
}
