package grapevine.node.protocol.sync;

import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Answers getheaders, each with exactly one headers message, in order, so that the asker can tell
 * its requests apart. A peer that asks faster than the rate, or reads slower than it asks, waits;
 * what it asks while as many requests wait as a node of ours ever has open is dropped.
 */
final class HeaderServer {
  /** How soon to look again whether a congested peer has read on. */
  private static final long CONGESTION_NANOS = 100_000_000L;

  private final BlockSync.Serving limits;
  private final HeaderTree tree;
  private final Outbox outbox;
  private final NodeEvents events;
  private final PeerMap<Peer> peers = new PeerMap<>();

  /** Peers of which requests wait. */
  private int waiting;

  private static final class Peer {
    /** When the burst is used up entirely if nothing more is answered (GCRA, ITU-T I.371). */
    long paidUntilNanos;

    long retryNanos = Component.NEVER;
    final Deque<Message.GetHeaders> waiting = new ArrayDeque<>(0);
  }

  HeaderServer(BlockSync.Serving limits, HeaderTree tree, Outbox outbox, NodeEvents events) {
    this.limits = limits;
    this.tree = tree;
    this.outbox = outbox;
    this.events = events;
  }

  void onPeerReady(PeerId peer) {
    peers.put(peer, new Peer());
  }

  void onPeerGone(PeerId peer) {
    Peer gone = peers.remove(peer);
    if (gone != null && gone.retryNanos != Component.NEVER) {
      setRetry(gone, Component.NEVER);
    }
  }

  void onGetHeaders(PeerId from, Message.GetHeaders request, long nowNanos) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return;
    }
    if (peer.waiting.size() >= limits.waitingMax()) {
      events.onLimited("getheaders", 1, nowNanos);
      return;
    }
    peer.waiting.add(request);
    serve(from, peer, nowNanos);
  }

  void onTimer(long nowNanos) {
    peers.forEach(
        (id, peer) -> {
          if (peer.retryNanos <= nowNanos) {
            serve(id, peer, nowNanos);
          }
        });
  }

  private void serve(PeerId id, Peer peer, long nowNanos) {
    setRetry(peer, Component.NEVER);
    while (!peer.waiting.isEmpty()) {
      long paidNanos = Math.max(peer.paidUntilNanos, nowNanos);
      long creditNanos = (limits.burst() - 1) * limits.intervalNanos();
      if (paidNanos - nowNanos > creditNanos) {
        setRetry(peer, paidNanos - creditNanos);
        return;
      }
      if (outbox.queuedBytes(id) > limits.queuedBytesMax()) {
        setRetry(peer, nowNanos + CONGESTION_NANOS);
        return;
      }
      peer.paidUntilNanos = paidNanos + limits.intervalNanos();
      Message.GetHeaders request = peer.waiting.remove();
      outbox.send(
          id,
          new Message.Headers(
              tree.after(request.locator(), request.stop(), Message.Headers.HEADERS_MAX)));
    }
  }

  private void setRetry(Peer peer, long retryNanos) {
    waiting += (retryNanos == Component.NEVER ? 0 : 1);
    waiting -= (peer.retryNanos == Component.NEVER ? 0 : 1);
    peer.retryNanos = retryNanos;
  }

  long nextDeadlineNanos() {
    long next = Component.NEVER;
    if (waiting == 0) {
      return next;
    }
    for (Peer peer : peers.values()) {
      next = Math.min(next, peer.retryNanos);
    }
    return next;
  }

  void checkInvariants() {
    BlockSync.check(
        waiting == peers.values().stream().filter(p -> !p.waiting.isEmpty()).count(),
        "peers that wait are miscounted");
    for (Peer peer : peers.values()) {
      BlockSync.check(peer.waiting.size() <= limits.waitingMax(), "too many requests wait");
      BlockSync.check(
          peer.waiting.isEmpty() == (peer.retryNanos == Component.NEVER), "a request is forgotten");
    }
  }
}
