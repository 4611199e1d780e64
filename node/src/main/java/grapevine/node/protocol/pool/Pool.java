package grapevine.node.protocol.pool;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Verified, unexpired transactions, in memory and bounded. Confined to the core's thread.
 *
 * <p>Always holds: at most {@link Limits#bytesMax} and {@link Limits#transactionsMax} in all, at
 * most {@link Limits#perSenderMax} of one sender, at most two of one slot (sender and nonce). The
 * two are evidence that a sender contradicts itself, and both are kept and relayed, so that every
 * node learns of it; a third adds nothing. Being in a block does not matter here: a transaction
 * stays until it expires or is evicted.
 *
 * <p>Nothing that is refused or evicted here is invalid, and nobody is punished for it. Own
 * submissions leave last; the others leave in the order that {@link EvictionOrder} describes.
 *
 * <p>The owner calls {@link #expire} when {@link #nextDeadlineNanos} has come; {@code onTimer} does
 * nothing, because others have to be told what left.
 */
public final class Pool implements Component {
  /** Shortest time between two expiries, so that a slewing clock cannot make a timer spin. */
  private static final long EXPIRE_PAUSE_NANOS = 1_000_000;

  /** The fee floor is told per so many bytes. */
  private static final int FEE_BYTES = 1000;

  /**
   * @param bytesMax a quarter of the default heap of 256 MiB, as encoded; objects add about half
   * @param transactionsMax bounds the overhead of small ones: 50,000 are 83 a second for 10 minutes
   * @param perSenderMax no sender may own the pool, even when it is empty otherwise
   * @param shareBytesMin a sender below this is never over its fair share: room for a single
   *     transaction of the largest size
   * @param relayMarginMillis what has less time left would expire on its way
   * @param futureMillis how far a transaction's time may lie ahead of our clock
   */
  public record Limits(
      long bytesMax,
      int transactionsMax,
      int perSenderMax,
      long shareBytesMin,
      long relayMarginMillis,
      long futureMillis) {
    public static Limits defaults() {
      return new Limits(
          64L << 20, 50_000, 4096, Transaction.BYTES_MAX, 2000, Validity.FUTURE_MILLIS);
    }
  }

  /**
   * What became of a transaction that was offered. Whoever keeps books tells the addition first,
   * then the conflict, then the evictions: the one it conflicts with may be among the evicted.
   *
   * @param rejection null when the pool holds it
   * @param evicted what left to make room, in that order; empty when it is refused
   * @param conflictsWith the other one of its slot, when the two now make a pair
   */
  public record Added(
      @Nullable Rejection rejection,
      List<Transaction> evicted,
      @Nullable Transaction conflictsWith) {}

  private final Limits limits;
  private final NodeTime time;
  private final NodeEvents events;
  private final Map<Hash256, Held> byHash = new LinkedHashMap<>();
  private final Map<Transaction.Slot, Held> firstOfSlot = new LinkedHashMap<>();
  private final TreeSet<Held> soonestFirst = new TreeSet<>(Held.SOONEST_FIRST);
  private final EvictionOrder foreign;
  private final EvictionOrder own;
  private long expireNotBeforeNanos;
  private long floorMinute;
  private long floorUntilMillis;

  public Pool(Limits limits, NodeTime time, NodeEvents events) {
    this.limits = limits;
    this.time = time;
    this.events = events;
    foreign = new EvictionOrder(limits);
    own = new EvictionOrder(limits);
  }

  /**
   * Why this node would not take the transaction now; asked before anyone pays for its signature.
   * In this order: FUTURE, EXPIRED, CONFLICT (its slot holds two others) and, unless own, FEE_FLOOR
   * (there is no room, and it would leave at once if it came from the peer that the next victim
   * came from).
   */
  public Optional<Rejection> refusal(Transaction tx, boolean isOwn, long nowNanos) {
    long wallMillis = time.millis(nowNanos);
    if (tx.timeMillis() - limits.futureMillis > wallMillis) {
      return Optional.of(Rejection.FUTURE);
    }
    if (tx.expiryMillis() <= wallMillis) {
      return Optional.of(Rejection.EXPIRED);
    }
    if (byHash.containsKey(tx.hash())) {
      return Optional.empty();
    }
    Held first = firstOfSlot.get(tx.slot());
    if (first != null && first.twin != null) {
      return Optional.of(Rejection.CONFLICT);
    }
    return !isOwn && isBelowFloor(tx) ? Optional.of(Rejection.FEE_FLOOR) : Optional.empty();
  }

  private boolean isBelowFloor(Transaction tx) {
    Held offered = new Held(tx, null, false);
    foreign.add(offered);
    Held victim = nextVictim(tx.sender());
    boolean isContested =
        victim != null && (victim.tx.sender().equals(tx.sender()) || !foreign.isSomeSenderOver());
    foreign.remove(offered);
    return victim == offered
        || (victim != null && isContested && Held.WORST_FIRST.compare(offered, victim) < 0);
  }

  /**
   * Takes a transaction whose signature holds. One that is here already stays as it is, but becomes
   * own when {@code isOwn} says so.
   *
   * @param deliverer identity of the peer that gave it first; null when there is none to answer for
   *     it (own, from the store, out of a block)
   */
  public Added add(Transaction tx, @Nullable PublicKey deliverer, boolean isOwn, long nowNanos) {
    Held present = byHash.get(tx.hash());
    if (present != null) {
      if (isOwn && !present.own) {
        foreign.remove(present);
        present.own = true;
        own.add(present);
      }
      return new Added(null, List.of(), null);
    }
    Optional<Rejection> refusal = refusal(tx, isOwn, nowNanos);
    if (refusal.isPresent()) {
      if (refusal.get() == Rejection.FEE_FLOOR) {
        raiseRetentionFloor(tx, nowNanos);
      }
      return new Added(refusal.get(), List.of(), null);
    }
    Held held = new Held(tx, deliverer, isOwn);
    order(held).add(held);
    List<Held> victims = takeVictims(held);
    if (victims.contains(held)) {
      victims.stream().filter(victim -> victim != held).forEach(v -> order(v).add(v));
      raiseRetentionFloor(tx, nowNanos);
      return new Added(Rejection.POOL_FULL, List.of(), null);
    }
    byHash.put(tx.hash(), held);
    soonestFirst.add(held);
    Transaction conflictsWith = joinSlot(held, nowNanos);
    List<Transaction> evicted = new ArrayList<>(victims.size());
    for (Held victim : victims) {
      forget(victim);
      raiseRetentionFloor(victim.tx, nowNanos);
      evicted.add(victim.tx);
      events.onDropped(victim.tx.id(), Rejection.POOL_FULL, nowNanos);
    }
    return new Added(null, evicted, conflictsWith);
  }

  /** Takes out of the order what must leave for {@code held}; ends early with itself. */
  private List<Held> takeVictims(Held held) {
    List<Held> victims = new ArrayList<>();
    Held victim = nextVictim(held.tx.sender());
    while (victim != null) {
      order(victim).remove(victim);
      victims.add(victim);
      victim = victim == held ? null : nextVictim(held.tx.sender());
    }
    return victims;
  }

  private @Nullable Held nextVictim(PublicKey sender) {
    if (foreign.transactionsOf(sender) + own.transactionsOf(sender) > limits.perSenderMax) {
      return (foreign.transactionsOf(sender) > 0 ? foreign : own).victimOf(sender);
    }
    if (bytes() <= limits.bytesMax && foreign.size() + own.size() <= limits.transactionsMax) {
      return null;
    }
    return foreign.isEmpty() ? own.victim() : foreign.victim();
  }

  private @Nullable Transaction joinSlot(Held held, long nowNanos) {
    Held first = firstOfSlot.putIfAbsent(held.tx.slot(), held);
    if (first == null) {
      return null;
    }
    first.twin = held;
    held.twin = first;
    events.onConflict(first.tx.id(), held.tx.id(), nowNanos);
    return first.tx;
  }

  private void leaveSlot(Held held) {
    Held twin = held.twin;
    if (twin == null) {
      firstOfSlot.remove(held.tx.slot());
    } else {
      firstOfSlot.put(held.tx.slot(), twin);
      twin.twin = null;
      held.twin = null;
    }
  }

  /** Forgets a transaction that is no longer in its order. */
  private void forget(Held held) {
    byHash.remove(held.tx.hash());
    soonestFirst.remove(held);
    leaveSlot(held);
  }

  private EvictionOrder order(Held held) {
    return held.own ? own : foreign;
  }

  private void raiseRetentionFloor(Transaction dropped, long nowNanos) {
    floorMinute = StrictMath.max(retentionFloorMinute(nowNanos), dropped.minute() + 1);
    floorUntilMillis = StrictMath.max(floorUntilMillis, dropped.expiryMillis());
  }

  public boolean contains(Hash256 hash) {
    return byHash.containsKey(hash);
  }

  public Optional<Transaction> transaction(Hash256 hash) {
    return Optional.ofNullable(byHash.get(hash)).map(held -> held.tx);
  }

  /** The two transactions of a slot in conflict, first come first; null when it holds fewer. */
  public @Nullable List<Transaction> pair(Transaction.Slot slot) {
    Held first = firstOfSlot.get(slot);
    Held second = first == null ? null : first.twin;
    return first == null || second == null ? null : List.of(first.tx, second.tx);
  }

  public Limits limits() {
    return limits;
  }

  /** Number of transactions, each of a pair counted. */
  public int size() {
    return byHash.size();
  }

  /** Sum of their encodings. */
  public long bytes() {
    return foreign.bytes() + own.bytes();
  }

  /** A copy of what is held, in order of arrival. */
  public Collection<Transaction> transactions() {
    List<Transaction> all = new ArrayList<>(byHash.size());
    byHash.values().forEach(held -> all.add(held.tx));
    return all;
  }

  /** Removes and returns what has expired, the oldest expiry first. */
  public List<Transaction> expire(long nowNanos) {
    expireNotBeforeNanos = nowNanos + EXPIRE_PAUSE_NANOS;
    long wallMillis = time.millis(nowNanos);
    List<Transaction> expired = new ArrayList<>();
    while (!soonestFirst.isEmpty() && soonestFirst.first().tx.expiryMillis() <= wallMillis) {
      Held held = soonestFirst.first();
      order(held).remove(held);
      forget(held);
      expired.add(held.tx);
      events.onDropped(held.tx.id(), Rejection.EXPIRED, nowNanos);
    }
    return expired;
  }

  /**
   * When the next transaction expires, and at least a millisecond after the last {@link #expire}.
   */
  @Override
  public long nextDeadlineNanos() {
    return soonestFirst.isEmpty()
        ? NEVER
        : StrictMath.max(
            time.nanosAt(soonestFirst.first().tx.expiryMillis()), expireNotBeforeNanos);
  }

  /** Whether it has enough time left to be worth passing on. */
  public boolean isRelayable(Transaction tx, long nowNanos) {
    return tx.expiryMillis() - time.millis(nowNanos) >= limits.relayMarginMillis;
  }

  /**
   * The lowest fee per 1,000 bytes that is taken now: that of the next victim, rounded up. It is 0
   * while there is room for a transaction of the largest size, and while a sender over its fair
   * share makes room first.
   */
  public long feeFloor() {
    boolean hasRoom =
        bytes() + Transaction.BYTES_MAX <= limits.bytesMax && size() < limits.transactionsMax;
    if (hasRoom || foreign.isEmpty() || foreign.isSomeSenderOver()) {
      return 0;
    }
    Transaction victim = foreign.victim().tx;
    int sizeBytes = victim.sizeBytes();
    long feePerByte = victim.fee() / sizeBytes;
    long rest = (victim.fee() % sizeBytes * FEE_BYTES + sizeBytes - 1) / sizeBytes;
    return feePerByte >= (Long.MAX_VALUE - FEE_BYTES) / FEE_BYTES
        ? Long.MAX_VALUE
        : feePerByte * FEE_BYTES + rest;
  }

  /**
   * Every valid transaction of this minute and later is kept; 0 while nothing was dropped that
   * would still be valid.
   */
  public long retentionFloorMinute(long nowNanos) {
    return time.millis(nowNanos) < floorUntilMillis ? floorMinute : 0;
  }

  @Override
  public void checkInvariants() {
    foreign.checkInvariants();
    own.checkInvariants();
    require(size() <= limits.transactionsMax, "more transactions than allowed");
    require(bytes() <= limits.bytesMax, "more bytes than allowed");
    require(foreign.size() + own.size() == size(), "orders hold all");
    require(soonestFirst.size() == size(), "expiries hold all");
    int paired = 0;
    for (Held held : byHash.values()) {
      PublicKey sender = held.tx.sender();
      int ofSender = foreign.transactionsOf(sender) + own.transactionsOf(sender);
      require(ofSender <= limits.perSenderMax, "more of a sender than allowed");
      Held first = firstOfSlot.get(held.tx.slot());
      require(first == held || (first != null && first.twin == held), "slot of " + held);
      if (held.twin != null) {
        require(held.twin.twin == held && byHash.get(held.twin.tx.hash()) == held.twin, "twins");
        paired++;
      }
    }
    require(firstOfSlot.size() == size() - paired / 2, "number of slots");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("pool: " + what);
    }
  }
}
