package grapevine.node.protocol.fetch;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.fetch.Announcement.State;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeEvents.AnnounceResult;
import grapevine.node.protocol.port.NodeEvents.FetchResult;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which announced item is asked for, from whom, and when. After Bitcoin Core's {@code
 * TxRequestTracker} (src/txrequest.h), whose rules and reasons are repeated here. Confined to the
 * core's thread.
 *
 * <p>It tracks one <em>announcement</em> per peer and item that this node lacks. NodeCore names
 * only missing items, tells what answers came and what they were worth, and calls {@link #flush} at
 * the end of every input: only there are peers asked.
 *
 * <h2>Rules</h2>
 *
 * <ol>
 *   <li><b>One request per item over all peers.</b> Nobody is asked while a request is outstanding
 *       or a body is being judged. <i>A second copy costs its bytes and tells nothing.</i>
 *   <li><b>Nobody is asked twice before everybody was asked.</b> What was asked in vain stays on
 *       record, so announcing again has no effect. <i>Otherwise a few silent peers that keep
 *       announcing would take turns, and an honest one would never be asked.</i> Only who has
 *       FAILED and then announces the item is asked once more, and not before nobody else can be.
 *       <i>Peers are asked on suspicion too, and may say that they have not got it just before they
 *       get it.</i>
 *   <li><b>Nobody is excluded for ever.</b> When all announcers of an item have failed, those that
 *       did not answer may be asked again after {@code retryNanos}, behind whoever announces the
 *       item anew, {@code retriesMax} times; then, after as long again, all announcements are
 *       forgotten, and whoever announces after that may be asked. <i>Requests and bodies get lost
 *       on the way without malice; who announced loses no second word by it, so waiting for one
 *       costs a round of repair. The pause and the bound keep a silent peer cheap.</i> What was
 *       asked is still owed: the body is welcome whenever it comes, and takes no slot any more.
 *       <i>Over a slow link each body would else come too late, be thrown away, and be asked for
 *       again.</i>
 *   <li><b>Outbound first.</b> An inbound announcement waits {@code inboundDelayNanos} if any
 *       outbound peer is connected, and is not considered while an outbound one could be asked.
 *       <i>This node chose its outbound peers, an attacker chose to be inbound.</i>
 *   <li><b>Then uniformly at random</b>, by a keyed hash of item and peer. <i>Neither speed nor
 *       numbers other than connections buy a place.</i>
 *   <li><b>A request expires</b>: of a transaction after four round trips, not less than {@code
 *       expiryMinNanos}, if anybody else could be asked, otherwise after {@code expirySoleNanos},
 *       which is also the most, as a peer can lengthen its round trips at will; when another
 *       announcer appears, the shorter time applies, counted from the request. Of a block after
 *       {@code blockExpiryNanos} and its announced size at {@code blockBytesPerSecond}; each part
 *       that comes adds its own bytes at that rate, up to {@code blockExpiryMaxNanos} in all.
 *   <li><b>Notfound, a bad body, a closed connection</b>: the next announcer is asked at once.
 *   <li><b>A peer changes its own announcements only</b>; what it gave says nothing about others'
 *       (CVE-2024-52921).
 *   <li><b>Bounds are per peer.</b> Announcements beyond {@code announcementsMax} are ignored; no
 *       peer can push out another's, as with a table that forgets its oldest entry
 *       (CVE-2024-52913).
 *   <li><b>In flight</b> is what a peer was asked for and has not answered, expired or not, and
 *       what it gave and is not judged yet. Per peer it is bounded in items and, for transactions,
 *       in announced bytes; the largest possible one must fit before any is asked for. <i>So a peer
 *       that does not answer is not asked for more; and since each expired request still admits a
 *       late body, slots freed at expiry would let one peer save up answers and have them all
 *       judged at once.</i>
 *   <li><b>Oldest item first</b> where there is room for some only.
 *   <li><b>What is pushed</b> within a standing request is taken as if it had been asked for,
 *       beside any request. Its own credit bounds it, so it takes no slot, and no end of a request
 *       is told.
 * </ol>
 *
 * <p>With P outbound peers of which h are honest, an attacker delays an item that all announce by
 * P/(h+1) expiries on average; if all outbound peers are honest, by none.
 *
 * <h2>States of an announcement</h2>
 *
 * <pre>
 * (none)    → DELAYED    announced by an inbound peer while there are outbound ones
 * (none)    → READY      announced otherwise
 * DELAYED   → READY      the delay is over
 * READY     → REQUESTED  flush: nobody is busy with the item, it is the best, its peer has room
 * (none), DELAYED, READY, FAILED → REQUESTED  a body begins to come that is pushed
 * FAILED    → READY      announced again, and no announcement of the item is live
 * REQUESTED → OVERDUE    expired
 * REQUESTED → VERIFYING  body
 * OVERDUE   → RETRY      every announcement of the item has been OVERDUE or FAILED for retryNanos,
 *                        and it has not been so more than retriesMax times
 * RETRY     → REQUESTED  flush: nobody is busy with the item, and no READY peer of it has room
 * OVERDUE, RETRY                 → VERIFYING  late body
 * REQUESTED, OVERDUE, RETRY      → FAILED  notfound
 * any but FAILED                 → FAILED  what the peer gave was bad
 * any       → (none)     item resolved, peer gone; or every announcement of the item has been
 *                        OVERDUE or FAILED for retryNanos, and none may be asked again
 * </pre>
 *
 * <p>DELAYED, READY, RETRY, REQUESTED and VERIFYING are <em>live</em>; REQUESTED and VERIFYING keep
 * others from being asked; REQUESTED, OVERDUE, RETRY and VERIFYING are in flight.
 *
 * <h2>What always holds after a flush</h2>
 *
 * <ul>
 *   <li>An item has at most one REQUESTED announcement that is not pushed, and a READY one that
 *       nobody is busy with waits at a peer without room.
 *   <li>Every request ends in exactly one {@link NodeEvents#onFetchEnded}: OK or INVALID at the
 *       verdict (with the time until the body came), TIMEOUT, NOTFOUND, or CANCELLED.
 * </ul>
 *
 * <p>Cost: O(log n) in announcements for each that an operation touches, times the peers that
 * announced the same item; nothing is ever searched. Memory: about 260 bytes per announcement, id
 * included, nothing while there is none.
 */
public final class FetchScheduler implements Component {
  /**
   * What fetching may cost.
   *
   * @param announcementsMax per peer, as in Bitcoin Core; a longer list only helps who makes it up
   * @param transactionsInFlightMax per peer, as in Bitcoin Core
   * @param blocksInFlightMax per peer; more would only queue behind one another on one link
   * @param transactionBytesInFlightMax per peer, in announced bytes, at least one transaction of
   *     the largest kind: bounds what waits for the signature checkers
   * @param getDataBytesMax announced transaction bytes of one getdata, as in geth: so that the
   *     answer to one message stays short
   * @param inboundDelayNanos head start of outbound peers
   * @param expiryMinNanos shortest expiry; below it a pause of the peer's JVM looks like silence
   * @param expirySoleNanos expiry when nobody else can be asked, and the longest
   * @param blockExpiryNanos for a block of no size
   * @param blockBytesPerSecond slowest transfer of a block that is waited for
   * @param blockExpiryMaxNanos longest wait for a block: 2 s and 8 MiB at 64 KiB/s
   * @param retryNanos pause when all have failed; the last to be asked had {@code expirySoleNanos}
   *     before it
   * @param retriesMax how often the silent are asked again; over a slow link each is another copy
   */
  public record Limits(
      int announcementsMax,
      int transactionsInFlightMax,
      int blocksInFlightMax,
      int transactionBytesInFlightMax,
      int getDataBytesMax,
      long inboundDelayNanos,
      long expiryMinNanos,
      long expirySoleNanos,
      long blockExpiryNanos,
      long blockBytesPerSecond,
      long blockExpiryMaxNanos,
      long retryNanos,
      int retriesMax) {
    public Limits {
      if (transactionBytesInFlightMax < Transaction.BYTES_MAX) {
        throw new IllegalArgumentException(
            "transactionBytesInFlightMax %d, expected at least %d"
                .formatted(transactionBytesInFlightMax, Transaction.BYTES_MAX));
      }
    }

    public static Limits defaults() {
      return new Limits(
          5_000,
          100,
          4,
          256 << 10,
          128 << 10,
          100_000_000L,
          400_000_000L,
          5_000_000_000L,
          2_000_000_000L,
          64 << 10,
          130_000_000_000L,
          4_000_000_000L,
          1);
    }
  }

  private final Limits limits;
  private final long inboundDelayNanos;
  private final Outbox outbox;
  private final NodeEvents events;
  private final AskingOrder order;
  private final Expiry expiry;
  private final Announcements announcements;
  private final PeerMap<Announcer> announcers = new PeerMap<>();

  /** Peers with something to send in this flush; empty between flushes. */
  private final List<Announcer> asked = new ArrayList<>();

  private int preferredPeers;

  public FetchScheduler(Limits limits, Outbox outbox, NodeEvents events, RandomGenerator random) {
    this(limits, 0, outbox, events, random);
  }

  /**
   * @param inboundDelayNanos least delay of a transaction that an inbound peer announces, whether
   *     or not there are outbound ones: Bitcoin Core's NONPREF_PEER_TX_DELAY
   */
  public FetchScheduler(
      Limits limits,
      long inboundDelayNanos,
      Outbox outbox,
      NodeEvents events,
      RandomGenerator random) {
    this.limits = limits;
    this.inboundDelayNanos = inboundDelayNanos;
    this.outbox = outbox;
    this.events = events;
    announcements = new Announcements(limits);
    order = new AskingOrder(random);
    expiry = new Expiry(limits);
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    Announcer announcer = new Announcer(peer.id(), peer.isOutbound(), limits);
    if (announcers.putIfAbsent(peer.id(), announcer) == null && announcer.preferred) {
      preferredPeers++;
    }
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    Announcer announcer = announcers.remove(peer);
    if (announcer == null) {
      return;
    }
    if (announcer.preferred) {
      preferredPeers--;
    }
    Announcement a = announcer.first;
    while (a != null) {
      Announcement next = a.nextOfPeer;
      if (a.state.isBusy()) {
        end(a, FetchResult.CANCELLED, nowNanos - a.requestedNanos, nowNanos);
      }
      announcements.forget(a);
      announcements.settle(a.item, nowNanos);
      a = next;
    }
  }

  /** A round trip to the peer was measured: its requests from now on expire accordingly. */
  public void onRoundTrip(PeerId peer, long roundTripNanos) {
    Announcer announcer = announcers.get(peer);
    if (announcer != null) {
      announcer.roundTripNanos = roundTripNanos;
    }
  }

  /** A peer's word, by inv or by repair, that it has these items, which this node lacks. */
  public void onAnnounced(PeerId from, List<Message.Inv.Entry> missing, long nowNanos) {
    announce(from, missing, true, nowNanos);
  }

  /**
   * The peer may have these items, which this node lacks: it is asked as if it had announced them,
   * but what it has failed to give is not expected of it anew.
   */
  public void onSuspected(PeerId peer, List<Message.Inv.Entry> missing, long nowNanos) {
    announce(peer, missing, false, nowNanos);
  }

  private void announce(
      PeerId from, List<Message.Inv.Entry> missing, boolean isItsWord, long nowNanos) {
    Announcer announcer = announcers.get(from);
    if (announcer == null) {
      return;
    }
    int ignored = 0;
    for (Message.Inv.Entry entry : missing) {
      AnnounceResult result = announce(announcer, entry, isItsWord, nowNanos);
      ignored += result == AnnounceResult.LIMITED ? 1 : 0;
      events.onAnnounced(from, entry, result, nowNanos);
    }
    if (ignored > 0) {
      events.onLimited("announce-cap", ignored, nowNanos);
    }
  }

  private AnnounceResult announce(
      Announcer announcer, Message.Inv.Entry entry, boolean isItsWord, long nowNanos) {
    WantedItem known = announcements.item(entry.id());
    Announcement before = known == null ? null : known.by(announcer);
    if (known != null && before != null) {
      if (isItsWord && before.state == State.FAILED) {
        before.again = true;
        announcements.settle(known, nowNanos);
      }
      return AnnounceResult.KNOWN;
    }
    if (announcer.announcements >= limits.announcementsMax) {
      return AnnounceResult.LIMITED;
    }
    Announcement announcement =
        announcements.add(announcer, entry.id(), entry.sizeBytes(), nowNanos);
    long delayNanos = announcer.preferred ? 0 : inboundDelayNanos(entry.id().kind());
    if (delayNanos == 0) {
      announcements.move(announcement, State.READY, 0);
    } else {
      announcements.move(announcement, State.DELAYED, nowNanos + delayNanos);
    }
    WantedItem item = announcement.item;
    hurry(item, nowNanos);
    announcements.settle(item, nowNanos);
    return item.busy > 0 ? AnnounceResult.INFLIGHT : AnnounceResult.NEW;
  }

  private long inboundDelayNanos(ItemKind kind) {
    long headStartNanos = preferredPeers == 0 ? 0 : limits.inboundDelayNanos;
    return kind == ItemKind.BLOCK ? headStartNanos : Math.max(headStartNanos, inboundDelayNanos);
  }

  /** Somebody else can be asked from now on, so a sole announcer's longer time is over. */
  private void hurry(WantedItem item, long nowNanos) {
    Announcement asked = item.requested();
    if (asked != null && asked.kind() == ItemKind.TRANSACTION) {
      long dueNanos = Math.max(nowNanos, asked.requestedNanos + expiry.nanos(asked));
      if (dueNanos < asked.dueNanos) {
        announcements.move(asked, State.REQUESTED, dueNanos);
      }
    }
  }

  /**
   * A whole body came.
   *
   * @return whether this peer had been asked for it and had not answered yet, even if the request
   *     has expired; then one of {@link #onResolved} and {@link #onFailed} must follow
   */
  public boolean onBody(PeerId from, ItemId id, long nowNanos) {
    Announcement announcement = announcement(from, id);
    if (announcement == null || !announcement.isUnanswered()) {
      return false;
    }
    announcements.move(announcement, State.VERIFYING, nowNanos);
    announcements.settle(announcement.item, nowNanos);
    return true;
  }

  /**
   * An item that this node lacks begins to come within a standing request: from now on it is as if
   * the peer had just been asked for it, but that it takes no slot, since the credit bounds it.
   *
   * @return false, and nothing has changed, if no more of this peer is tracked
   */
  public boolean onPushed(PeerId from, ItemId id, int sizeBytes, long nowNanos) {
    Announcer announcer = announcers.get(from);
    Announcement announcement = announcement(from, id);
    if (announcer == null || (announcement != null && announcement.state.holdsSlot())) {
      return false; // it answers a request, or is being judged
    }
    if (announcement == null) {
      if (announcer.announcements >= limits.announcementsMax) {
        events.onLimited("announce-cap", 1, nowNanos);
        return false;
      }
      announcement = announcements.add(announcer, id, sizeBytes, nowNanos);
    }
    announcement.pushed = true;
    announcement.ended = true; // no request, so no end of one is told
    announcement.requestedNanos = nowNanos;
    announcements.move(announcement, State.REQUESTED, nowNanos + expiry.nanos(announcement));
    announcements.settle(announcement.item, nowNanos);
    return true;
  }

  /**
   * Whether this body answers a request that has been forgotten since, because the item came from
   * elsewhere or was given up; each such answer is known once.
   */
  public boolean onLateBody(PeerId from, ItemId id) {
    Announcer announcer = announcers.get(from);
    return announcer != null && announcer.answered(id);
  }

  /** A part of a block came that {@link #isRequested}: waits longer for the rest. */
  public void onChunk(PeerId from, ItemId id, int bytes, long nowNanos) {
    Announcement announcement = announcement(from, id);
    if (announcement != null
        && announcement.state == State.REQUESTED
        && announcement.kind() == ItemKind.BLOCK) {
      long dueNanos = expiry.dueNanos(announcement, bytes);
      announcements.move(announcement, State.REQUESTED, dueNanos);
    }
  }

  /** Whether {@link #onBody} would be answered with true. */
  public boolean isRequested(PeerId from, ItemId id) {
    Announcement announcement = announcement(from, id);
    return announcement != null && announcement.isUnanswered();
  }

  /**
   * The size that the peer announced for an item; -1 if it has no announcement of it. What a peer
   * may have in flight is counted in these sizes, so a body of another size breaks the count.
   */
  public int announcedBytes(PeerId from, ItemId id) {
    Announcement announcement = announcement(from, id);
    return announcement == null ? -1 : announcement.announcedBytes;
  }

  /** The peer does not have what it was asked for; ids that it was not asked for are ignored. */
  public void onNotFound(PeerId from, List<ItemId> ids, long nowNanos) {
    for (ItemId id : ids) {
      Announcement announcement = announcement(from, id);
      if (announcement == null) {
        onLateBody(from, id);
      } else if (announcement.isUnanswered() && !announcement.pushed) {
        end(announcement, FetchResult.NOTFOUND, nowNanos - announcement.requestedNanos, nowNanos);
        announcements.move(announcement, State.FAILED, 0);
        announcements.settle(announcement.item, nowNanos);
      }
    }
  }

  /** The item is accepted, or rejected for good: it is wanted no more, from nobody. */
  public void onResolved(ItemId id, long nowNanos) {
    WantedItem item = announcements.item(id);
    if (item == null) {
      return;
    }
    item.forEach(
        a -> {
          if (a.state == State.VERIFYING) {
            end(a, FetchResult.OK, a.dueNanos - a.requestedNanos, nowNanos);
          } else if (a.state == State.REQUESTED) {
            end(a, FetchResult.CANCELLED, nowNanos - a.requestedNanos, nowNanos);
          }
          giveUp(a);
        });
    announcements.settle(item, nowNanos);
  }

  /** Forgets an announcement, but not that an answer to it may still come. */
  private void giveUp(Announcement announcement) {
    if (announcement.isUnanswered() && !announcement.pushed) {
      announcement.announcer.owes(announcement.item.id);
    }
    announcements.forget(announcement);
  }

  /** What this peer gave for the id was bad, which says nothing about the id. */
  public void onFailed(PeerId from, ItemId id, long nowNanos) {
    Announcement announcement = announcement(from, id);
    if (announcement == null) {
      return;
    }
    if (announcement.state.isBusy()) {
      boolean came = announcement.state == State.VERIFYING;
      long endNanos = came ? announcement.dueNanos : nowNanos;
      end(announcement, FetchResult.INVALID, endNanos - announcement.requestedNanos, nowNanos);
    }
    announcements.move(announcement, State.FAILED, 0);
    announcements.settle(announcement.item, nowNanos);
  }

  @Override
  public void onTimer(long nowNanos) {
    Announcement announcement = announcements.firstDue();
    while (announcement != null && announcement.dueNanos <= nowNanos) {
      if (announcement.state == State.DELAYED) {
        announcements.move(announcement, State.READY, 0);
      } else {
        end(announcement, FetchResult.TIMEOUT, nowNanos - announcement.requestedNanos, nowNanos);
        announcements.move(announcement, State.OVERDUE, 0);
      }
      announcements.settle(announcement.item, nowNanos);
      announcement = announcements.firstDue();
    }
    WantedItem item = announcements.firstSpent();
    while (item != null && item.spentUntilNanos <= nowNanos) {
      if (!announcements.retry(item)) {
        item.forEach(this::giveUp);
      }
      announcements.settle(item, nowNanos);
      item = announcements.firstSpent();
    }
  }

  @Override
  public long nextDeadlineNanos() {
    Announcement due = announcements.firstDue();
    WantedItem spent = announcements.firstSpent();
    return Math.min(
        due == null ? NEVER : due.dueNanos, spent == null ? NEVER : spent.spentUntilNanos);
  }

  /** Asks for everything that can be asked for now, in messages within the bounds of a getdata. */
  public void flush(long nowNanos) {
    WantedItem item = announcements.pollUnplanned();
    while (item != null) {
      plan(item, nowNanos);
      item = announcements.pollUnplanned();
    }
    for (Announcer announcer : asked) {
      announcer.sendRequests(limits.getDataBytesMax, outbox);
    }
    asked.clear();
  }

  /** Asks the best announcer that has room; if none has, each is asked as soon as it has. */
  private void plan(WantedItem item, long nowNanos) {
    Announcement best = order.best(item);
    if (best != null) {
      request(best, nowNanos);
      return;
    }
    for (Announcement a = item.first; a != null; a = a.nextOfItem) {
      if (a.state == State.READY) {
        a.window().await(a);
      }
    }
  }

  private void request(Announcement announcement, long nowNanos) {
    Announcer announcer = announcement.announcer;
    announcement.ended = false;
    announcement.requestedNanos = nowNanos;
    announcements.move(announcement, State.REQUESTED, nowNanos + expiry.nanos(announcement));
    announcements.settle(announcement.item, nowNanos);
    if (announcer.asking.isEmpty()) {
      asked.add(announcer);
    }
    announcer.asking.add(announcement);
    events.onRequested(
        announcer.id,
        announcement.item.id,
        nowNanos - announcement.item.firstAnnouncedNanos,
        nowNanos);
  }

  /** Among equally preferred peers that can be asked the one with the highest is, unsigned. */
  long priority(PeerId peer, ItemId id) {
    return order.priority(peer, id);
  }

  private void end(Announcement announcement, FetchResult result, long tookNanos, long nowNanos) {
    if (!announcement.ended) {
      announcement.ended = true;
      events.onFetchEnded(
          announcement.announcer.id, announcement.item.id, result, tookNanos, nowNanos);
    }
  }

  private @Nullable Announcement announcement(PeerId peer, ItemId id) {
    WantedItem item = announcements.item(id);
    Announcer announcer = announcers.get(peer);
    return item == null || announcer == null ? null : item.by(announcer);
  }

  /** Items of both kinds that the peer was asked for and that it has not settled. */
  public int inFlight(PeerId peer) {
    Announcer announcer = announcers.get(peer);
    return announcer == null ? 0 : announcer.inFlight();
  }

  /** The same over all peers, of one kind. */
  public int inFlight(ItemKind kind) {
    return announcements.inFlight(kind);
  }

  /** Announcements of the peer that are tracked, in whatever state. */
  public int announcements(PeerId peer) {
    Announcer announcer = announcers.get(peer);
    return announcer == null ? 0 : announcer.announcements;
  }

  /** Items that are announced and not resolved. */
  public int wanted() {
    return announcements.items();
  }

  @Override
  public void checkInvariants() {
    announcements.check(announcers.values());
    long preferred = announcers.values().stream().filter(a -> a.preferred).count();
    if (preferred != preferredPeers || !asked.isEmpty()) {
      throw new IllegalStateException(
          "fetch: %d preferred peers, counted %d; %d asked and not sent"
              .formatted(preferred, preferredPeers, asked.size()));
    }
  }
}
