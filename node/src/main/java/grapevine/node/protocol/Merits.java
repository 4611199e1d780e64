package grapevine.node.protocol;

import grapevine.crypto.SipHash;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.peers.Eviction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.session.Keepalive;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What inbound peers have done for this node lately, and so who makes room when a slot is wanted.
 * Confined to the core's thread; one entry per ready inbound peer.
 */
final class Merits implements Component {
  private static final class Merit {
    final PeerInfo peer;
    final long sinceNanos;
    long lastTransactionNanos = -1;
    long lastBlockNanos = -1;

    Merit(PeerInfo peer, long sinceNanos) {
      this.peer = peer;
      this.sinceNanos = sinceNanos;
    }
  }

  private final Keepalive keepalive;
  private final SipHash groupOrder;
  private final PeerMap<Merit> merits = new PeerMap<>();

  Merits(Keepalive keepalive, RandomGenerator random) {
    this.keepalive = keepalive;
    groupOrder = new SipHash(random.nextLong(), random.nextLong());
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    if (!peer.isOutbound()) {
      merits.put(peer.id(), new Merit(peer, nowNanos));
    }
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    merits.remove(peer);
  }

  /** The peer gave an item that was new here, and valid. */
  void onGiven(PeerId from, ItemKind kind, long nowNanos) {
    Merit merit = merits.get(from);
    if (merit != null) {
      switch (kind) {
        case TRANSACTION -> merit.lastTransactionNanos = nowNanos;
        case BLOCK -> merit.lastBlockNanos = nowNanos;
      }
    }
  }

  /** The inbound peer that goes when another is to come; empty when all are protected. */
  Optional<PeerId> evictable() {
    List<Eviction.Candidate> candidates = merits.values().stream().map(this::candidate).toList();
    return Eviction.choose(candidates, groupOrder);
  }

  private Eviction.Candidate candidate(Merit merit) {
    PeerId id = merit.peer.id();
    return new Eviction.Candidate(
        id,
        merit.peer.remote(),
        merit.sinceNanos,
        keepalive.roundTripMinNanos(id),
        merit.lastTransactionNanos,
        merit.lastBlockNanos);
  }

  @Override
  public void checkInvariants() {
    merits.forEach(
        (id, merit) -> {
          if (merit.peer.isOutbound() || !merit.peer.id().equals(id)) {
            throw new IllegalStateException("merits kept for " + merit.peer);
          }
        });
  }
}
