package grapevine.node.protocol.relay;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.wire.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The standing requests of this node: how many bytes each peer may push, as it was granted, used
 * and granted anew. Confined to the core's thread.
 *
 * <p>A peer has a window of bytes for each kind. What it pushes leaves the window with its first
 * byte, and comes back when the item has been judged, or turned out to be of no use: so the window
 * bounds what of a peer is judged at a time, as a bound on requests in flight does for fetching.
 * Half a window of returned bytes is granted in one message; so one message is sent for many
 * bodies, and at rest a peer may always push half a window.
 *
 * <p>Always, per peer and kind: open + in judgement + returned = window. A link over which nothing
 * was ever pushed costs nothing here. Called about ready peers only, but that a verdict may come
 * after its peer has gone.
 */
public final class PushGrants implements Component {
  /**
   * Windows per peer; 0 = closed, and nothing is granted.
   *
   * @param transactionBytes what a peer may have at the signature checkers, see Verifications: more
   *     would be dropped there
   * @param blockBytes twice the usual largest block of 1 MiB, so that at rest one always fits; on a
   *     network with larger ones those are announced
   */
  public record Limits(int transactionBytes, int blockBytes) {
    public static final Limits CLOSED = new Limits(0, 0);

    public static Limits defaults() {
      return new Limits(256 << 10, 2 << 20);
    }

    int window(ItemKind kind) {
      return switch (kind) {
        case TRANSACTION -> transactionBytes;
        case BLOCK -> blockBytes;
      };
    }
  }

  private final Limits limits;
  private final Outbox outbox;
  private final PeerMap<Link> links = new PeerMap<>();

  public PushGrants(Limits limits, Outbox outbox) {
    this.limits = limits;
    this.outbox = outbox;
  }

  private static final class Window {
    int openBytes;
    int returnedBytes;

    Window(int openBytes) {
      this.openBytes = openBytes;
    }
  }

  /** A peer that has pushed something. */
  private static final class Link {
    final Window transactions;
    final Window blocks;

    /** Bytes taken for items that are on their way or being judged; null while there are none. */
    @Nullable Map<ItemId, Integer> judged;

    Link(Limits limits) {
      transactions = new Window(limits.transactionBytes);
      blocks = new Window(limits.blockBytes);
    }

    Window window(ItemKind kind) {
      return switch (kind) {
        case TRANSACTION -> transactions;
        case BLOCK -> blocks;
      };
    }
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    for (ItemKind kind : ItemKind.values()) {
      if (limits.window(kind) > 0) {
        outbox.send(peer.id(), new Message.Push(kind.code(), limits.window(kind)));
      }
    }
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    links.remove(peer);
  }

  /**
   * A body begins to come that answers no request.
   *
   * @return whether the window holds as much; then {@link #onJudged} must follow
   */
  public boolean take(PeerId from, ItemId id, int bytes) {
    if (bytes > limits.window(id.kind())) {
      return false;
    }
    Link link = links.get(from);
    if (link == null) {
      link = new Link(limits);
      links.put(from, link);
    }
    Window window = link.window(id.kind());
    if (bytes > window.openBytes) {
      return false;
    }
    window.openBytes -= bytes;
    if (link.judged == null) {
      link.judged = new LinkedHashMap<>();
    }
    link.judged.merge(id, bytes, Integer::sum);
    return true;
  }

  /** What the peer gave of this item is needed no more; ids that were not pushed are ignored. */
  public void onJudged(PeerId from, ItemId id) {
    Link link = links.get(from);
    Integer bytes = link == null || link.judged == null ? null : link.judged.remove(id);
    if (link == null || bytes == null) {
      return;
    }
    if (link.judged != null && link.judged.isEmpty()) {
      link.judged = null;
    }
    Window window = link.window(id.kind());
    window.returnedBytes += bytes;
    if (window.returnedBytes >= limits.window(id.kind()) / 2) {
      outbox.send(from, new Message.Push(id.kind().code(), window.returnedBytes));
      window.openBytes += window.returnedBytes;
      window.returnedBytes = 0;
    }
  }

  /** Bytes that the peer may push now. */
  public int openBytes(PeerId peer, ItemKind kind) {
    Link link = links.get(peer);
    return link == null ? limits.window(kind) : link.window(kind).openBytes;
  }

  @Override
  public void checkInvariants() {
    links.forEach(
        (peer, link) -> {
          for (ItemKind kind : ItemKind.values()) {
            Window window = link.window(kind);
            long sum = (long) window.openBytes + window.returnedBytes;
            if (link.judged != null) {
              for (Map.Entry<ItemId, Integer> entry : link.judged.entrySet()) {
                sum += entry.getKey().kind() == kind ? entry.getValue() : 0;
              }
            }
            if (window.openBytes < 0 || sum != limits.window(kind)) {
              throw new IllegalStateException(
                  "push grants: %d bytes of %s open for %s, %d in all, expected %d"
                      .formatted(window.openBytes, kind, peer, sum, limits.window(kind)));
            }
          }
        });
  }
}
