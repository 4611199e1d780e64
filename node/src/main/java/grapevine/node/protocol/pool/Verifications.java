package grapevine.node.protocol.pool;

import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.port.Ticket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signature checks under way. They are bounded here, in bytes per peer and in all, so that the
 * queue of the threads that check is bounded by arithmetic. Confined to the core's thread.
 *
 * <p>What a peer has started stays counted until the verdict comes, even when the peer is gone: the
 * work is still queued, and the verdict still counts, since a valid transaction is no worse for the
 * absence of who gave it. So a peer that reconnects to get a fresh allowance only shares the node's
 * bound with itself.
 *
 * @param <P> what waits for the verdict
 */
public final class Verifications<P> implements Component {
  /**
   * @param peerBytesMax four transactions of the largest size, or about a thousand usual ones
   * @param bytesMax twice the largest block
   */
  public record Limits(long peerBytesMax, long bytesMax) {
    public static Limits defaults() {
      return new Limits(256L << 10, 16L << 20);
    }
  }

  /** What waited, who gave it, and since when it waited. */
  public record Pending<P>(PeerId from, P subject, long startedNanos) {}

  private record Check<P>(Pending<P> pending, int bytes) {}

  private final Limits limits;
  private final Outbox outbox;
  private final Map<Ticket, Check<P>> checks = new LinkedHashMap<>();
  private final PeerMap<Long> peerBytes = new PeerMap<>();
  private long bytes;
  private long ticketLast;

  public Verifications(Limits limits, Outbox outbox) {
    this.limits = limits;
    this.outbox = outbox;
  }

  /**
   * Starts the checks of one subject, under one ticket. A subject that is larger than the bound of
   * a peer passes when the peer has nothing else in flight, or no block could.
   *
   * @param bytes what it counts for, at least 1
   * @return false when a bound is reached: nothing was started, the caller drops and counts it
   */
  public boolean start(
      PeerId from, P subject, List<SignatureCheck> signatures, int bytes, long nowNanos) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a check of " + bytes + " bytes, expected at least 1");
    }
    long ofPeer = inFlightBytes(from);
    boolean hasRoom = ofPeer == 0 || ofPeer + bytes <= limits.peerBytesMax;
    if (!hasRoom || this.bytes + bytes > limits.bytesMax) {
      return false;
    }
    Ticket ticket = new Ticket(++ticketLast);
    checks.put(ticket, new Check<>(new Pending<>(from, subject, nowNanos), bytes));
    peerBytes.put(from, ofPeer + bytes);
    this.bytes += bytes;
    outbox.verify(ticket, signatures);
    return true;
  }

  /** The verdict has come: what waited for it; empty for a ticket that is not under way. */
  public Optional<Pending<P>> finish(Ticket ticket) {
    Check<P> check = checks.remove(ticket);
    if (check == null) {
      return Optional.empty();
    }
    bytes -= check.bytes;
    PeerId from = check.pending.from;
    long ofPeer = inFlightBytes(from) - check.bytes;
    if (ofPeer == 0) {
      peerBytes.remove(from);
    } else {
      peerBytes.put(from, ofPeer);
    }
    return Optional.of(check.pending);
  }

  public long inFlightBytes(PeerId peer) {
    Long known = peerBytes.get(peer);
    return known == null ? 0 : known;
  }

  /** Of all peers together. */
  public long inFlightBytes() {
    return bytes;
  }

  @Override
  public void checkInvariants() {
    Map<PeerId, Long> sums = new LinkedHashMap<>();
    Map<PeerId, Integer> counts = new LinkedHashMap<>();
    long sum = 0;
    for (Check<P> check : checks.values()) {
      sums.merge(check.pending.from, (long) check.bytes, Long::sum);
      counts.merge(check.pending.from, 1, Integer::sum);
      sum += check.bytes;
    }
    require(sums.size() == peerBytes.size(), "peers with checks in flight");
    sums.forEach((peer, ofPeer) -> require(ofPeer.equals(peerBytes.get(peer)), "bytes per peer"));
    require(sum == bytes && sum <= limits.bytesMax, "bytes in all");
    sums.forEach(
        (peer, ofPeer) ->
            require(
                ofPeer <= limits.peerBytesMax || counts.getOrDefault(peer, 0) == 1,
                "more bytes of " + peer + " than allowed"));
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("verifications: " + what);
    }
  }
}
