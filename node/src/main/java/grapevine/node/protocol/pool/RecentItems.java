package grapevine.node.protocol.pool;

import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeTime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What became of items that this node no longer holds, so that their bytes are not fetched again:
 * the death certificates of Demers et al., "Epidemic algorithms for replicated database
 * maintenance" (1987). Exact and bounded. Confined to the core's thread.
 *
 * <p>An entry lasts as long as its state makes sense and no longer, because a set that outlives its
 * reason blocks what has become welcome (besu #7081):
 *
 * <ul>
 *   <li>EXPIRED: a while beyond the expiry, so that a peer whose clock is behind does not give it
 *       back.
 *   <li>EVICTED: until it expires; evicted is not invalid, but it would be evicted again.
 *   <li>REJECTED because its bytes are at fault: some minutes, since refetching only costs bytes.
 *   <li>REJECTED for any other reason (room, fee, conflict, time): seconds; the reason may pass.
 * </ul>
 *
 * <p>Where a bound is reached, the entry that would end first leaves. Entries that have ended are
 * swept once a second.
 */
public final class RecentItems implements Component {
  private static final long SWEEP_NANOS = 1_000_000_000;

  /** What became of an item. */
  public enum State {
    EXPIRED,
    EVICTED,
    REJECTED
  }

  /**
   * @param entriesMax about 200 bytes each: 40 MB at most; twice what a flood can push through a
   *     pool of 50,000 within a lifetime when each transaction stays for some minutes
   * @param rejectedMax of these, rejected: a peer pays a connection for each invalid one, since it
   *     is banned, so it cannot fill this quickly
   * @param expiredMillis how long beyond its expiry an expired id is known
   * @param invalidMillis how long an invalid id is known at most
   * @param refusedMillis how long an id refused by policy is known at most
   */
  public record Limits(
      int entriesMax, int rejectedMax, long expiredMillis, long invalidMillis, long refusedMillis) {
    public static Limits defaults() {
      return new Limits(200_000, 32_768, 120_000, 300_000, 30_000);
    }
  }

  /**
   * What is known of an id.
   *
   * @param reason why it was rejected; null for the other states
   * @param untilMillis wall time at which this is forgotten
   */
  public record Entry(State state, @Nullable Rejection reason, long untilMillis) {}

  private record Deadline(long untilMillis, ItemId id) {
    static final Comparator<Deadline> SOONEST_FIRST =
        Comparator.comparingLong(Deadline::untilMillis).thenComparing(Deadline::id);
  }

  private final Limits limits;
  private final NodeTime time;
  private final Map<ItemId, Entry> entries = new LinkedHashMap<>();
  private final TreeSet<Deadline> rejected = new TreeSet<>(Deadline.SOONEST_FIRST);
  private final TreeSet<Deadline> others = new TreeSet<>(Deadline.SOONEST_FIRST);
  private long sweepNotBeforeNanos;

  public RecentItems(Limits limits, NodeTime time) {
    this.limits = limits;
    this.time = time;
  }

  /**
   * Remembers what became of an item; what was known of it before is replaced.
   *
   * @param reason why, for REJECTED
   * @param untilMillis wall time from which on the reason no longer holds: a transaction's expiry,
   *     or when a future one is due; {@link Long#MAX_VALUE} for what never ends, such as an invalid
   *     block. The state's own limit is applied to it.
   */
  public void add(
      ItemId id, State state, @Nullable Rejection reason, long untilMillis, long nowNanos) {
    long wallMillis = time.millis(nowNanos);
    long until =
        switch (state) {
          case EXPIRED ->
              StrictMath.min(untilMillis, Long.MAX_VALUE - limits.expiredMillis)
                  + limits.expiredMillis;
          case EVICTED -> untilMillis;
          case REJECTED -> {
            boolean isInvalid = reason != null && reason.isInvalid();
            long longestMillis = isInvalid ? limits.invalidMillis : limits.refusedMillis;
            yield StrictMath.min(untilMillis, wallMillis + longestMillis);
          }
        };
    forget(id);
    if (until <= wallMillis) {
      return;
    }
    entries.put(id, new Entry(state, reason, until));
    deadlines(state).add(new Deadline(until, id));
    if (rejected.size() > limits.rejectedMax) {
      forget(rejected.first().id);
    }
    if (entries.size() > limits.entriesMax) {
      forget(first().id);
    }
  }

  public Optional<Entry> entry(ItemId id) {
    return Optional.ofNullable(entries.get(id));
  }

  public int size() {
    return entries.size();
  }

  private SortedSet<Deadline> deadlines(State state) {
    return state == State.REJECTED ? rejected : others;
  }

  private void forget(ItemId id) {
    Entry entry = entries.remove(id);
    if (entry != null) {
      deadlines(entry.state).remove(new Deadline(entry.untilMillis, id));
    }
  }

  /** The entry that ends first of all; there must be one. */
  private Deadline first() {
    if (rejected.isEmpty() || others.isEmpty()) {
      return rejected.isEmpty() ? others.first() : rejected.first();
    }
    boolean isRejected = Deadline.SOONEST_FIRST.compare(rejected.first(), others.first()) < 0;
    return isRejected ? rejected.first() : others.first();
  }

  @Override
  public void onTimer(long nowNanos) {
    if (nowNanos < sweepNotBeforeNanos) {
      return;
    }
    sweepNotBeforeNanos = nowNanos + SWEEP_NANOS;
    long wallMillis = time.millis(nowNanos);
    while (!entries.isEmpty() && first().untilMillis <= wallMillis) {
      forget(first().id);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    if (entries.isEmpty() || first().untilMillis == Long.MAX_VALUE) {
      return NEVER;
    }
    return StrictMath.max(time.nanosAt(first().untilMillis), sweepNotBeforeNanos);
  }

  @Override
  public void checkInvariants() {
    require(entries.size() <= limits.entriesMax, "more entries than allowed");
    require(rejected.size() <= limits.rejectedMax, "more rejected than allowed");
    require(rejected.size() + others.size() == entries.size(), "deadlines hold all");
    entries.forEach(
        (id, entry) ->
            require(
                deadlines(entry.state).contains(new Deadline(entry.untilMillis, id)),
                "deadline of " + id));
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("recent items: " + what);
    }
  }
}
