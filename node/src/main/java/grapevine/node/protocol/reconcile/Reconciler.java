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
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.port.TokenRate;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Anti-entropy (Demers et al., "Epidemic algorithms for replicated database maintenance", 1987):
 * announcements are fast but may be lost, so this node also compares sets with its neighbours and
 * fetches what it lacks. Confined to the core's thread.
 *
 * <pre>
 * us                               neighbour
 * GetDigests(first, last span)   →
 *                                ← Digests(digest of each span that is not empty)
 * for each span that differs, at most two at once:
 * GetIds(span, after)            →
 *                                ← Ids(elements, last)     and again until last
 * </pre>
 *
 * <p>Repair pulls only: what the neighbour lacks it finds by asking itself. Equal sets exchange the
 * first two messages and no more. What is found goes to the fetch scheduler as if the neighbour had
 * announced it, so that one rule decides whom to ask for bytes.
 *
 * <p>A new connection reconciles everything at once, by minutes. From then on one random neighbour
 * is asked every two seconds, in turns for closed minutes and for what is younger, by slices of a
 * few seconds: of these only such as have ended some time ago, because items under way would make a
 * newer one differ always. So a round costs two small messages where nothing was lost, and where
 * something was, the ids of one slice; and what no announcement told of is found in seconds and not
 * when its minute is closed. What does not live as long as a slice takes to be compared is repaired
 * on new connections only.
 *
 * <p>Always holds: per neighbour at most one exchange, with at most two pages asked for and as many
 * wanted as spans were compared; pages are asked for no faster than a neighbour of the same limits
 * serves them. A neighbour that leaves a question unanswered loses the exchange, not the
 * connection: it may be at its own bound. Somebody, perhaps another, is asked the same at once, so
 * that rounds go on as often where questions or answers get lost. How long an answer is waited for
 * follows what the neighbour's answers take, and grows by a little with each that does not come:
 * what is lost costs seconds, however much is lost, and whoever is behind a slow line is heard out.
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
   * @param quietMillis how long after its end a slice is compared: then what was born in it has
   *     reached everybody but where it was lost, and who gave it a time does not lag by more
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
      long quietMillis,
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
          5_000,
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
    long digestsServedPaidNanos;
    long idsServedPaidNanos;
    long idsAskedPaidNanos;
    @Nullable Boolean sameMinute;
    long patienceNanos;

    /** An answer may be late: it is no proof of malice when it does not fit. */
    boolean hasLeftQuestion;

    Neighbour(Limits limits) {
      patienceNanos = limits.patienceNanosMin;
    }
  }

  private final Limits limits;
  private final TokenRate digestsServed;
  private final TokenRate idsServed;
  private final TokenRate idsAsked;
  private final long lifetimeMillisMax;
  private final NodeTime time;
  private final Outbox outbox;
  private final NodeEvents events;
  private final RandomGenerator random;
  private final LiveSet live = new LiveSet();
  private final PeerMap<Neighbour> neighbours = new PeerMap<>();
  private long nextRoundNanos;
  private boolean comparesSlices;

  /** Of neighbours that are being asked: few, so that all can be looked at often. */
  private final PeerMap<Exchange> exchanges = new PeerMap<>();

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
    digestsServed = limits.digestsServed.tokens();
    idsServed = limits.idsServed.tokens();
    idsAsked = limits.idsAsked.tokens();
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

  /** Digest of one minute as {@link Message.SpanDigest} defines it, also of an empty one. */
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
    neighbours.put(peer.id(), new Neighbour(limits));
    ask(peer.id(), oldestMinute(nowNanos), newestMinute(nowNanos), nowNanos);
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    neighbours.remove(peer);
    exchanges.remove(peer);
  }

  private void ask(PeerId to, long first, long last, long nowNanos) {
    exchanges.put(to, new Exchange(first, last, nowNanos));
    outbox.send(to, new Message.GetDigests(first, last));
  }

  @Override
  public void onTimer(long nowNanos) {
    int place = 0;
    while (place < exchanges.size()) {
      int before = exchanges.size();
      goOn(exchanges.peerAt(place), nowNanos);
      place += exchanges.size() == before ? 1 : 0; // else the next one has taken its place
    }
    if (!neighbours.isEmpty() && nextRoundNanos <= nowNanos) {
      nextRoundNanos = nowNanos + limits.roundNanos;
      startRound(nowNanos);
    }
  }

  private void goOn(PeerId peer, long nowNanos) {
    Neighbour neighbour = neighbours.get(peer);
    Exchange exchange = exchanges.get(peer);
    if (neighbour == null || exchange == null) {
      throw new IllegalStateException("an exchange with " + peer + ", which is gone");
    }
    if (deadlineNanos(neighbour, exchange) <= nowNanos) {
      neighbour.patienceNanos =
          StrictMath.min(
              neighbour.patienceNanos + limits.patienceNanosMin, limits.patienceNanosMax);
      leave(peer, neighbour, "repair-unanswered", nowNanos);
      compare(exchange.isOfSlices(), nowNanos);
    } else {
      askForPages(peer, neighbour, exchange, nowNanos);
    }
  }

  /** Minutes and slices take turns where there is something of both. */
  private void startRound(long nowNanos) {
    comparesSlices = !compare(comparesSlices, nowNanos);
  }

  /**
   * Asks one neighbour for slices, or for minutes; for the other where there is nothing of the one.
   *
   * @return whether it was slices
   */
  private boolean compare(boolean slices, long nowNanos) {
    long closedLast = closedMinute(nowNanos);
    long minuteFirst = StrictMath.max(oldestMinute(nowNanos), retentionFloorMinute);
    long sliceFirst = Span.slice(StrictMath.max(minuteFirst, closedLast + 1), 0);
    long sliceLast = Span.endedSlice(time.millis(nowNanos) - limits.quietMillis);
    boolean hasMinutes = minuteFirst <= closedLast;
    boolean hasSlices = sliceFirst <= sliceLast;
    if (hasSlices && (slices || !hasMinutes)) {
      askSomebody(sliceFirst, sliceLast, nowNanos);
      return true;
    }
    if (hasMinutes) {
      askSomebody(minuteFirst, closedLast, nowNanos);
    }
    return false;
  }

  private void askSomebody(long first, long last, long nowNanos) {
    int idle = neighbours.size() - exchanges.size();
    if (idle > 0) {
      ask(idlePeer(random.nextInt(idle)), first, last, nowNanos);
    }
  }

  /** Of the neighbours that are not being asked the one of this number. */
  private PeerId idlePeer(int number) {
    int skipped = 0;
    for (int place = 0; place < neighbours.size(); place++) {
      PeerId peer = neighbours.peerAt(place);
      if (!exchanges.containsKey(peer) && skipped++ == number) {
        return peer;
      }
    }
    throw new IllegalArgumentException("no idle neighbour of number " + number);
  }

  private static long deadlineNanos(Neighbour neighbour, Exchange exchange) {
    long since = exchange.waitingSinceNanos();
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

  private void askForPages(PeerId to, Neighbour neighbour, Exchange exchange, long nowNanos) {
    Exchange.Page page = exchange.wanted();
    while (page != null
        && exchange.askedPages() < limits.pagesAskedMax
        && idsAsked.isReady(neighbour.idsAskedPaidNanos, nowNanos)) {
      neighbour.idsAskedPaidNanos = idsAsked.take(neighbour.idsAskedPaidNanos, nowNanos);
      exchange.onAsked(nowNanos);
      outbox.send(to, new Message.GetIds(page.span(), page.after()));
      page = exchange.wanted();
    }
    if (exchange.isDone()) {
      exchanges.remove(to);
    }
  }

  /** One round or one timeout away; a scan of the neighbours that are asked. */
  @Override
  public long nextDeadlineNanos() {
    long next = neighbours.isEmpty() ? NEVER : nextRoundNanos;
    for (int place = 0; place < exchanges.size(); place++) {
      Exchange exchange = exchanges.valueAt(place);
      Neighbour neighbour = neighbours.get(exchanges.peerAt(place));
      if (neighbour != null) {
        next = StrictMath.min(next, deadlineNanos(neighbour, exchange));
        if (exchange.wanted() != null && exchange.askedPages() < limits.pagesAskedMax) {
          next = StrictMath.min(next, idsAsked.readyNanos(neighbour.idsAskedPaidNanos));
        }
      }
    }
    return next;
  }

  /**
   * The peer's digests: asks for the elements of spans that differ.
   *
   * @return whether they were asked for; they are ignored when not
   */
  public boolean onDigests(PeerId from, Message.Digests digests, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    Exchange exchange = exchanges.get(from);
    if (neighbour == null || exchange == null || !exchange.awaitsDigests()) {
      events.onLimited("repair-unasked", 1, nowNanos);
      return false;
    }
    if (neighbour.hasLeftQuestion && exchange.isBeside(digests)) {
      events.onLimited("repair-unasked", 1, nowNanos); // late; the answer waited for still comes
      return false;
    }
    onAnswer(neighbour, exchange.waitingSinceNanos(), nowNanos);
    exchange.onDigests();
    long previous = -1;
    for (Message.SpanDigest told : digests.spans()) {
      if (told.span() <= previous) {
        disconnect(from, "digests of spans that do not ascend");
        return true;
      }
      previous = told.span();
      if (exchange.covers(told.span()) && told.digest() != live.digest(told.span())) {
        exchange.want(told.span());
      }
    }
    askForPages(from, neighbour, exchange, nowNanos);
    return true;
  }

  /**
   * Elements of one span of the peer.
   *
   * @return the transactions that we lack, as announcements by that peer
   */
  public List<Message.Inv.Entry> onIds(PeerId from, Message.Ids ids, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    Exchange exchange = exchanges.get(from);
    if (neighbour == null || exchange == null || !exchange.isAsked(ids.span())) {
      events.onLimited("repair-unasked", 1, nowNanos);
      return List.of();
    }
    if (!Exchange.isWellFormed(ids)) {
      disconnect(from, "ids that do not ascend, or an empty page before the last");
      return List.of();
    }
    if (!exchange.isAnswer(ids)) {
      if (neighbour.hasLeftQuestion) {
        events.onLimited("repair-unasked", 1, nowNanos);
      } else {
        disconnect(from, "ids from before the page that was asked for");
      }
      return List.of();
    }
    onAnswer(neighbour, exchange.onIds(ids), nowNanos);
    if (exchange.elements() > limits.elementsMax) {
      leave(from, neighbour, "repair-elements", nowNanos);
    } else {
      askForPages(from, neighbour, exchange, nowNanos);
    }
    List<Message.Inv.Entry> missing = live.missing(ids);
    if (!missing.isEmpty()) {
      events.onRepaired(from, missing.size(), nowNanos);
    }
    return missing;
  }

  /** Ends an exchange with a question open. */
  private void leave(PeerId peer, Neighbour neighbour, String reason, long nowNanos) {
    exchanges.remove(peer);
    neighbour.hasLeftQuestion = true;
    events.onLimited(reason, 1, nowNanos);
  }

  private void disconnect(PeerId peer, String detail) {
    exchanges.remove(peer);
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
    if (neighbour == null || !digestsServed.isReady(neighbour.digestsServedPaidNanos, nowNanos)) {
      events.onLimited("repair-digests", 1, nowNanos);
      return;
    }
    neighbour.digestsServedPaidNanos =
        digestsServed.take(neighbour.digestsServedPaidNanos, nowNanos);
    long first = question.first();
    long last = StrictMath.clamp(question.last(), first, first + Message.GetDigests.SPANS_MAX - 1);
    outbox.send(from, new Message.Digests(tips, live.digests(first, last)));
  }

  /** The peer asks for elements of a span. */
  public void onGetIds(PeerId from, Message.GetIds question, long nowNanos) {
    Neighbour neighbour = neighbours.get(from);
    if (neighbour == null
        || outbox.queuedBytes(from) > limits.queuedBytesMax
        || !idsServed.isReady(neighbour.idsServedPaidNanos, nowNanos)) {
      events.onLimited("repair-ids", 1, nowNanos);
      return;
    }
    neighbour.idsServedPaidNanos = idsServed.take(neighbour.idsServedPaidNanos, nowNanos);
    outbox.send(from, live.ids(question.span(), question.after(), Message.Ids.ELEMENTS_MAX));
  }

  @Override
  public void checkInvariants() {
    live.checkInvariants();
    exchanges.forEach(
        (peer, exchange) -> {
          if (!neighbours.containsKey(peer)) {
            throw new IllegalStateException("reconciler: an exchange with nobody");
          }
          exchange.checkInvariants(limits.pagesAskedMax);
          if (exchange.isDone()) {
            throw new IllegalStateException("reconciler: an exchange is over and still held");
          }
        });
  }
}
