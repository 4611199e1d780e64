package grapevine.node.protocol.reconcile;

import grapevine.crypto.Hash256;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Anti-entropy (Demers et al., "Epidemic algorithms for replicated database maintenance", 1987):
 * announcements are fast but may be lost, so this node also compares sets with its neighbours and
 * fetches what it lacks. Confined to the core's thread.
 *
 * <pre>
 * us                               neighbour
 * GetDigests(first, last minute) →
 *                                ← Digests(digest of each minute that is not empty)
 * for each minute that differs, at most two at once:
 * GetIds(minute, after)          →
 *                                ← Ids(elements, last)     and again until last
 * </pre>
 *
 * <p>Repair pulls only: what the neighbour lacks it finds by asking itself. Equal sets exchange the
 * first two messages and no more. What is found goes to the fetch scheduler as if the neighbour had
 * announced it, so that one rule decides whom to ask for bytes.
 *
 * <p>A new connection reconciles everything at once. From then on one random neighbour is asked
 * every two seconds, for closed minutes only: items under way make the open minute differ always.
 * Only where nothing lives as long as a minute takes to close, the open ones are compared too.
 *
 * <p>Always holds: per neighbour at most one exchange, with at most two pages asked for and as many
 * wanted as minutes were compared; pages are asked for no faster than a neighbour of the same
 * limits serves them. A neighbour that leaves a question unanswered loses the exchange, not the
 * connection: it may be at its own bound. How long an answer is waited for follows what the
 * neighbour's answers take, and grows by a little with each that does not come: what is lost costs
 * seconds, however much is lost, and whoever is behind a slow line is heard out.
 */
public final class Reconciler implements Component {
  private static final long SECOND_NANOS = 1_000_000_000;

  /**
   * @param roundNanos between two questions of our own; a node of 8 to 40 neighbours is asked about
   *     as often
   * @param patienceNanosMin after which a question counts as not answered, where answers come
   *     quickly: not more often than a neighbour serves digests
   * @param patienceNanosMax the same where they come slowly
   * @param closeMillis how long after its end a minute is closed: 10 s for clocks ahead, 5 s for
   *     what is under way
   * @param pagesAskedMax pages in flight: one is on the wire while the other is read
   * @param elementsMax listed by a neighbour in one exchange, twice a full pool: one that lists
   *     without end is left
   * @param queuedBytesMax no ids are served beyond this backlog
   * @param digestsServed answers to GetDigests of one neighbour
   * @param idsServed answers to GetIds of one neighbour
   * @param idsAsked our own GetIds to one: below what is served, by as many as the network may
   *     bunch together
   */
  public record Limits(
      long roundNanos,
      long patienceNanosMin,
      long patienceNanosMax,
      long closeMillis,
      int pagesAskedMax,
      int elementsMax,
      long queuedBytesMax,
      Rate digestsServed,
      Rate idsServed,
      Rate idsAsked) {
    public static Limits defaults() {
      return new Limits(
          2 * SECOND_NANOS,
          2 * SECOND_NANOS,
          30 * SECOND_NANOS,
          15_000,
          2,
          100_000,
          1 << 20,
          new Rate(4, 3 * SECOND_NANOS / 2),
          new Rate(64, SECOND_NANOS / 20),
          new Rate(48, SECOND_NANOS / 16));
    }
  }

  /** An answer may take so many times as long as the one before. */
  private static final int PATIENCE_ANSWERS = 4;

  private static final class Neighbour {
    final RateBound digestsServed;
    final RateBound idsServed;
    final RateBound idsAsked;
    @Nullable Exchange exchange;
    @Nullable Boolean sameMinute;
    long patienceNanos;

    /** An answer may be late: it is no proof of malice when it does not fit. */
    boolean hasLeftQuestion;

    Neighbour(Limits limits) {
      digestsServed = new RateBound(limits.digestsServed);
      idsServed = new RateBound(limits.idsServed);
      idsAsked = new RateBound(limits.idsAsked);
      patienceNanos = limits.patienceNanosMin;
    }
  }

  private final Limits limits;
  private final long lifetimeMillisMax;
  private final NodeTime time;
  private final Outbox outbox;
  private final NodeEvents events;
  private final RandomGenerator random;
  private final LiveSet live = new LiveSet();
  private final Map<PeerId, Neighbour> neighbours = new LinkedHashMap<>();
  private long nextRoundNanos;

  /** Neighbours that are being asked. */
  private int exchanges;

  private long retentionFloorMinute;

  /**
   * @param lifetimeSecondsMax the network's: nothing older is live
   */
  public Reconciler(
      Limits limits,
      long lifetimeSecondsMax,
      NodeTime time,
      Outbox outbox,
      NodeEvents events,
      RandomGenerator random) {
    this.limits = limits;
    this.lifetimeMillisMax = lifetimeSecondsMax * 1000;
    this.time = time;
    this.outbox = outbox;
    this.events = events;
    this.random = random;
  }

  // The set.

  /** A transaction is held from now on; it was not before. */
  public void onAdded(Transaction tx) {
    live.add(tx);
  }

  /** Two transactions of one slot, both added before, are a pair from now on. */
  public void onConflict(Transaction first, Transaction second) {
    live.pair(first, second);
  }

  /** A transaction is no longer held; what it was paired with stays. */
  public void onRemoved(Transaction tx) {
    live.remove(tx);
  }

  /**
   * Minutes below this lack what our own pool dropped at a bound: they differ, and asking for them
   * again and again would only show what we dropped. Rounds leave them out; a new connection is
   * asked for them once.
   */
  public void onRetentionFloor(long minute) {
    retentionFloorMinute = minute;
  }

  /** SHA-256("grapevine-set-1" ‖ 0 ‖ all elements ascending); equal where the sets are equal. */
  public Hash256 liveDigest() {
    return live.digest();
  }

  /** Number of elements; a pair in conflict is one. */
  public int liveElements() {
    return live.size();
  }

  /** Digest of one minute as {@link Message.MinuteDigest} defines it, also of an empty one. */
  public long digest(long minute) {
    return live.digest(minute);
  }

  /** The newest minute that is closed: its end, and a margin for clocks and ways, have passed. */
  public long closedMinute(long nowNanos) {
    return StrictMath.floorDiv(
            time.millis(nowNanos) - limits.closeMillis, Transaction.MINUTE_MILLIS)
        - 1;
  }

  private long oldestMinute(long nowNanos) {
    long millis = time.millis(nowNanos) - lifetimeMillisMax;
    return StrictMath.max(0, StrictMath.floorDiv(millis, Transaction.MINUTE_MILLIS));
  }

  private long newestMinute(long nowNanos) {
    return time.millis(nowNanos) / Transaction.MINUTE_MILLIS + 1;
  }

  /** A pong told the peer's digest of one minute. */
  public void onPong(PeerId from, long minute, long digest) {
    Neighbour neighbour = neighbours.get(from);
    if (neighbour != null) {
      neighbour.sameMinute = live.digest(minute) == digest;
    }
  }

  /** Whether the peer's last pong told the same set as ours; null while none came. */
  public @Nullable Boolean sameMinute(PeerId peer) {
    Neighbour neighbour = neighbours.get(peer);
    return neighbour == null ? null : neighbour.sameMinute;
  }

  // Asking.

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    if (neighbours.isEmpty()) {
      // Nodes that start together must not ask in step.
      nextRoundNanos = nowNanos + random.nextLong(limits.roundNanos) + 1;
    }
    Neighbour neighbour = new Neighbour(limits);
    neighbours.put(peer.id(), neighbour);
    ask(peer.id(), neighbour, oldestMinute(nowNanos), newestMinute(nowNanos), nowNanos);
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    Neighbour gone = neighbours.remove(peer);
    if (gone != null) {
      setExchange(gone, null);
    }
  }

  private void setExchange(Neighbour neighbour, @Nullable Exchange exchange) {
    exchanges += (exchange == null ? 0 : 1) - (neighbour.exchange == null ? 0 : 1);
    neighbour.exchange = exchange;
  }

  private void ask(PeerId to, Neighbour neighbour, long minuteMin, long minuteMax, long nowNanos) {
    setExchange(neighbour, new Exchange(minuteMin, minuteMax, nowNanos));
    outbox.send(to, new Message.GetDigests(minuteMin, minuteMax));
  }

  @Override
  public void onTimer(long nowNanos) {
    neighbours.forEach(
        (peer, neighbour) -> {
          if (deadlineNanos(neighbour) <= nowNanos) {
            neighbour.patienceNanos =
                StrictMath.min(
                    neighbour.patienceNanos + limits.patienceNanosMin, limits.patienceNanosMax);
            leave(neighbour, "repair-unanswered", nowNanos);
          }
          askForPages(peer, neighbour, nowNanos);
        });
    if (!neighbours.isEmpty() && nextRoundNanos <= nowNanos) {
      nextRoundNanos = nowNanos + limits.roundNanos;
      startRound(nowNanos);
    }
  }

  private void startRound(long nowNanos) {
    long closed = closedMinute(nowNanos);
    long oldest = oldestMinute(nowNanos);
    long minuteMax = closed < oldest ? newestMinute(nowNanos) : closed;
    long minuteMin = StrictMath.max(oldest, retentionFloorMinute);
    if (minuteMin > minuteMax) {
      return;
    }
    List<PeerId> idle = new ArrayList<>();
    neighbours.forEach(
        (peer, neighbour) -> {
          if (neighbour.exchange == null) {
            idle.add(peer);
          }
        });
    if (!idle.isEmpty()) {
      PeerId chosen = idle.get(random.nextInt(idle.size()));
      Neighbour neighbour = neighbours.get(chosen);
      if (neighbour != null) {
        ask(chosen, neighbour, minuteMin, minuteMax, nowNanos);
      }
    }
  }

  private static long deadlineNanos(Neighbour neighbour) {
    Exchange exchange = neighbour.exchange;
    long since = exchange == null ? NEVER : exchange.waitingSinceNanos();
    return since == NEVER ? NEVER : since + neighbour.patienceNanos;
  }

  /** The oldest open question has been answered: the next ones may take some times as long. */
  private void onAnswer(Neighbour neighbour, long askedNanos, long nowNanos) {
    neighbour.patienceNanos =
        StrictMath.clamp(
            PATIENCE_ANSWERS * (nowNanos - askedNanos),
            limits.patienceNanosMin,
            limits.patienceNanosMax);
  }

  private void askForPages(PeerId to, Neighbour neighbour, long nowNanos) {
    Exchange exchange = neighbour.exchange;
    if (exchange == null) {
      return;
    }
    Exchange.Page page = exchange.wanted();
    while (page != null
        && exchange.askedPages() < limits.pagesAskedMax
        && neighbour.idsAsked.take(nowNanos)) {
      exchange.onAsked(nowNanos);
      outbox.send(to, new Message.GetIds(page.minute(), page.after()));
      page = exchange.wanted();
    }
    if (exchange.isDone()) {
      setExchange(neighbour, null);
    }
  }

  /** One round or one timeout away; a scan of the neighbours only while some are asked. */
  @Override
  public long nextDeadlineNanos() {
    long next = neighbours.isEmpty() ? NEVER : nextRoundNanos;
    if (exchanges == 0) {
      return next;
    }
    for (Neighbour neighbour : neighbours.values()) {
      Exchange exchange = neighbour.exchange;
      if (exchange != null) {
        next = StrictMath.min(next, deadlineNanos(neighbour));
        if (exchange.wanted() != null && exchange.askedPages() < limits.pagesAskedMax) {
          next = StrictMath.min(next, neighbour.idsAsked.nextNanos());
        }
      }
    }
    return next;
  }

  /**
   * The peer's digests: asks for the elements of minutes that differ.
   *
   * @return whether they were asked for; they are ignored when not
   */
  public boolean onDigests(PeerId from, Message.Digests digests, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    Exchange exchange = neighbour == null ? null : neighbour.exchange;
    if (neighbour == null || exchange == null || !exchange.awaitsDigests()) {
      events.onLimited("repair-unasked", 1, nowNanos);
      return false;
    }
    onAnswer(neighbour, exchange.waitingSinceNanos(), nowNanos);
    exchange.onDigests();
    long previous = -1;
    for (Message.MinuteDigest minute : digests.minutes()) {
      if (minute.minute() <= previous) {
        disconnect(from, neighbour, "digests of minutes that do not ascend");
        return true;
      }
      previous = minute.minute();
      if (exchange.covers(minute.minute()) && minute.digest() != live.digest(minute.minute())) {
        exchange.want(minute.minute());
      }
    }
    askForPages(from, neighbour, nowNanos);
    return true;
  }

  /**
   * Elements of one minute of the peer.
   *
   * @return the transactions that we lack, as announcements by that peer
   */
  public List<Message.Inv.Entry> onIds(PeerId from, Message.Ids ids, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    Exchange exchange = neighbour == null ? null : neighbour.exchange;
    if (neighbour == null || exchange == null || !exchange.isAsked(ids.minute())) {
      events.onLimited("repair-unasked", 1, nowNanos);
      return List.of();
    }
    if (!Exchange.isWellFormed(ids)) {
      disconnect(from, neighbour, "ids that do not ascend, or an empty page before the last");
      return List.of();
    }
    if (!exchange.isAnswer(ids)) {
      if (neighbour.hasLeftQuestion) {
        events.onLimited("repair-unasked", 1, nowNanos);
      } else {
        disconnect(from, neighbour, "ids from before the page that was asked for");
      }
      return List.of();
    }
    onAnswer(neighbour, exchange.onIds(ids), nowNanos);
    if (exchange.elements() > limits.elementsMax) {
      leave(neighbour, "repair-elements", nowNanos);
    }
    askForPages(from, neighbour, nowNanos);
    List<Message.Inv.Entry> missing = live.missing(ids);
    if (!missing.isEmpty()) {
      events.onRepaired(from, missing.size(), nowNanos);
    }
    return missing;
  }

  /** Ends an exchange with a question open. */
  private void leave(Neighbour neighbour, String reason, long nowNanos) {
    setExchange(neighbour, null);
    neighbour.hasLeftQuestion = true;
    events.onLimited(reason, 1, nowNanos);
  }

  private void disconnect(PeerId peer, Neighbour neighbour, String detail) {
    setExchange(neighbour, null);
    outbox.disconnect(peer, DisconnectReason.MALFORMED, detail);
  }

  // Answering.

  /**
   * The peer asks for digests. A range that is too long is cut at its end.
   *
   * @param tips ids of our tips, told along
   */
  public void onGetDigests(
      PeerId from, Message.GetDigests question, List<Hash256> tips, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    if (neighbour == null || !neighbour.digestsServed.take(nowNanos)) {
      events.onLimited("repair-digests", 1, nowNanos);
      return;
    }
    long minuteMin = question.minuteMin();
    long minuteMax =
        StrictMath.clamp(
            question.minuteMax(), minuteMin, minuteMin + Message.GetDigests.MINUTES_MAX - 1);
    outbox.send(from, new Message.Digests(tips, live.digests(minuteMin, minuteMax)));
  }

  /** The peer asks for elements of a minute. */
  public void onGetIds(PeerId from, Message.GetIds question, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    if (neighbour == null
        || outbox.queuedBytes(from) > limits.queuedBytesMax
        || !neighbour.idsServed.take(nowNanos)) {
      events.onLimited("repair-ids", 1, nowNanos);
      return;
    }
    outbox.send(from, live.ids(question.minute(), question.after(), Message.Ids.ELEMENTS_MAX));
  }

  @Override
  public void checkInvariants() {
    live.checkInvariants();
    if (exchanges != neighbours.values().stream().filter(n -> n.exchange != null).count()) {
      throw new IllegalStateException("reconciler: exchanges are miscounted");
    }
    for (Neighbour neighbour : neighbours.values()) {
      if (neighbour.exchange != null) {
        neighbour.exchange.checkInvariants(limits.pagesAskedMax);
        if (neighbour.exchange.isDone()) {
          throw new IllegalStateException("reconciler: an exchange is over and still held");
        }
      }
    }
  }
}
