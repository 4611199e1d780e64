package grapevine.node.protocol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.pool.Signed.Draft;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final long NOW = Signed.SECOND_NANOS;

  private final NodeTime time = new NodeTime(Signed.WALL_MILLIS, NOW);
  private final List<String> told = new ArrayList<>();
  private Pool pool = pool(10, 4);

  /** A pool in which nobody is over its share. */
  private Pool pool(int transactionsMax, int perSenderMax) {
    return pool(transactionsMax, perSenderMax, 1 << 20);
  }

  private Pool pool(int transactionsMax, int perSenderMax, long shareBytesMin) {
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onDropped(ItemId id, Rejection reason, long nowNanos) {
            told.add(reason.key() + " " + id);
          }

          @Override
          public void onConflict(ItemId kept, ItemId other, long nowNanos) {
            told.add("conflict " + kept + " " + other);
          }
        };
    return new Pool(
        new Pool.Limits(1 << 20, transactionsMax, perSenderMax, shareBytesMin, 2000, 10_000),
        time,
        events);
  }

  @AfterEach
  void checkInvariants() {
    pool.checkInvariants();
  }

  private Pool.Added add(Draft draft, int peer) {
    return pool.add(draft.tx(), Signed.key(peer), false, NOW);
  }

  @Test
  void shouldHoldWhatItTook() {
    Transaction tx = Draft.of(1, 0).tx();

    Pool.Added added = pool.add(tx, Signed.key(0), false, NOW);

    assertThat(added).isEqualTo(new Pool.Added(null, List.of(), null));
    assertThat(pool.contains(tx.hash())).isTrue();
    assertThat(pool.transaction(tx.hash())).contains(tx);
    assertThat(pool.transactions()).containsExactly(tx);
    assertThat(pool.bytes()).isEqualTo(tx.sizeBytes());
  }

  @Test
  void shouldRefuseTheFutureBeyondTenSeconds() {
    Transaction late = Draft.of(1, 0).at(Signed.WALL_MILLIS + 10_001).tx();

    assertThat(pool.refusal(late, true, NOW)).contains(Rejection.FUTURE);
    assertThat(pool.refusal(late, true, NOW + Signed.MILLI_NANOS)).isEmpty();
  }

  @Test
  void shouldRefuseATimeThatOverflowsWhenAdded() {
    Transaction last = Draft.of(1, 0).at(Long.MAX_VALUE / 65_536).living(0xffff_ffffL).tx();

    assertThat(pool.refusal(last, true, NOW)).contains(Rejection.FUTURE);
  }

  @Test
  void shouldRefuseWhatExpiresThisMillisecond() {
    Transaction old = Draft.of(1, 0).at(Signed.WALL_MILLIS - 60_000).living(60).tx();

    assertThat(pool.refusal(old, true, NOW)).contains(Rejection.EXPIRED);
    assertThat(pool.refusal(old, true, NOW - Signed.MILLI_NANOS)).isEmpty();
  }

  @Test
  void shouldKeepTwoOfASlotAsEvidenceAndRefuseAThird() {
    Transaction first = Draft.of(1, 0).tx();
    Transaction second = Draft.of(1, 0).paying(1).tx();
    Transaction third = Draft.of(1, 0).paying(2).tx();

    pool.add(first, Signed.key(0), false, NOW);
    Pool.Added added = pool.add(second, Signed.key(1), false, NOW);

    assertThat(added.conflictsWith()).isEqualTo(first);
    assertThat(told).containsExactly("conflict " + first + " " + second);
    assertThat(pool.pair(first.slot())).containsExactly(first, second);
    assertThat(pool.refusal(third, true, NOW)).contains(Rejection.CONFLICT);
    assertThat(pool.add(third, null, true, NOW).rejection()).isEqualTo(Rejection.CONFLICT);
    assertThat(pool.refusal(second, false, NOW)).isEmpty();
  }

  @Test
  void shouldTakeAThirdOfASlotAfterOneOfThePairExpired() {
    Transaction brief = Draft.of(1, 0).living(5).tx();
    Transaction second = Draft.of(1, 0).paying(1).tx();
    Transaction third = Draft.of(1, 0).paying(2).tx();
    pool.add(brief, null, false, NOW);
    pool.add(second, null, false, NOW);
    long later = NOW + 5 * Signed.SECOND_NANOS;

    assertThat(pool.expire(later)).containsExactly(brief);

    assertThat(pool.pair(brief.slot())).isNull();
    assertThat(pool.add(third, null, false, later).conflictsWith()).isEqualTo(second);
  }

  @Test
  void shouldEvictTheLowestFeePerByteWhenFullAndTellIt() {
    pool = pool(2, 4);
    Transaction cheap = Draft.of(2, 0).paying(10).tx();
    add(Draft.of(1, 0).paying(20), 0);
    pool.add(cheap, Signed.key(0), false, NOW);

    Pool.Added added = add(Draft.of(3, 0).paying(30), 0);

    assertThat(added.evicted()).containsExactly(cheap);
    assertThat(told).containsExactly("pool-full " + cheap);
    assertThat(pool.retentionFloorMinute(NOW)).isEqualTo(cheap.minute() + 1);
  }

  @Test
  void shouldCompareFeesThatOverflowWhenMultiplied() {
    pool = pool(1, 4);
    add(Draft.of(1, 0).paying(Long.MAX_VALUE - 1), 0);

    assertThat(add(Draft.of(2, 0).paying(Long.MAX_VALUE), 0).rejection()).isNull();
    assertThat(add(Draft.of(3, 0).paying(1), 0).rejection()).isEqualTo(Rejection.FEE_FLOOR);
    assertThat(pool.feeFloor()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldEvictFromThePeerThatDeliveredMostWhenNobodyIsOverItsShare() {
    pool = pool(3, 4);
    Transaction spam = Draft.of(1, 0).paying(99).tx();
    add(Draft.of(2, 0).paying(1), 0);
    pool.add(spam, Signed.key(1), false, NOW);
    add(Draft.of(3, 0).paying(100), 1);

    assertThat(add(Draft.of(4, 0).paying(1), 0).rejection()).isEqualTo(Rejection.FEE_FLOOR);
    assertThat(add(Draft.of(4, 0).paying(101), 2).evicted()).containsExactly(spam);
  }

  @Test
  void shouldEvictFromTheSenderFurthestOverItsShareWhateverItPays() {
    pool = pool(4, 4, 1 << 18);
    Transaction least = Draft.of(1, 0).paying(500).tx();
    pool.add(least, Signed.key(0), false, NOW);
    add(Draft.of(1, 1).paying(501), 0);
    add(Draft.of(1, 2).paying(502), 0);
    add(Draft.of(2, 0), 1);

    Pool.Added added = add(Draft.of(3, 0), 1);

    assertThat(pool.feeFloor()).isZero();
    assertThat(added.evicted()).containsExactly(least);
  }

  @Test
  void shouldEvictTheSendersOwnWorstBeyondItsCap() {
    pool = pool(10, 2);
    Transaction worst = Draft.of(1, 0).paying(1).tx();
    pool.add(worst, Signed.key(0), false, NOW);
    add(Draft.of(1, 1).paying(2), 0);

    assertThat(add(Draft.of(1, 2).paying(3), 0).evicted()).containsExactly(worst);
    assertThat(add(Draft.of(1, 3).paying(1), 0).rejection()).isEqualTo(Rejection.FEE_FLOOR);
  }

  @Test
  void shouldEvictOwnSubmissionsLast() {
    pool = pool(2, 4);
    Transaction own = Draft.of(1, 0).tx();
    Transaction rich = Draft.of(2, 0).paying(1000).tx();
    pool.add(rich, Signed.key(0), false, NOW);
    pool.add(own, null, true, NOW);

    Transaction second = Draft.of(3, 0).tx();
    assertThat(pool.add(second, null, true, NOW).evicted()).containsExactly(rich);
    assertThat(add(Draft.of(4, 0).paying(9), 0).rejection()).isEqualTo(Rejection.FEE_FLOOR);
    assertThat(pool.add(Draft.of(5, 0).paying(1).tx(), null, true, NOW).evicted()).hasSize(1);
  }

  @Test
  void shouldMakeATransactionOwnWhenItIsSubmittedAfterItCame() {
    pool = pool(2, 4);
    Transaction poor = Draft.of(1, 0).tx();
    Transaction rich = Draft.of(2, 0).paying(1000).tx();
    pool.add(poor, Signed.key(0), false, NOW);
    pool.add(rich, Signed.key(0), false, NOW);

    assertThat(pool.add(poor, null, true, NOW)).isEqualTo(new Pool.Added(null, List.of(), null));

    assertThat(pool.add(Draft.of(3, 0).tx(), null, true, NOW).evicted()).containsExactly(rich);
  }

  @Test
  void shouldRefuseWithoutEvictingWhatWouldItselfLeave() {
    pool = new Pool(new Pool.Limits(1000, 10, 10, 500, 2000, 10_000), time, NodeEvents.NONE);
    Transaction small = Draft.of(1, 0).paying(5000).carrying(200).tx();
    Transaction other = Draft.of(2, 0).paying(5000).carrying(200).tx();
    pool.add(small, Signed.key(0), false, NOW);
    pool.add(other, Signed.key(0), false, NOW);

    Pool.Added added = add(Draft.of(3, 0).paying(90_000).carrying(800), 1);

    assertThat(added.rejection()).isIn(Rejection.POOL_FULL, Rejection.FEE_FLOOR);
    assertThat(added.evicted()).isEmpty();
    assertThat(pool.transactions()).containsExactly(small, other);
  }

  @Test
  void shouldExpireAtItsDeadlineAndTellIt() {
    Transaction brief = Draft.of(1, 0).living(5).tx();
    add(Draft.of(1, 1).living(6), 0);
    pool.add(brief, Signed.key(0), false, NOW);

    long deadline = pool.nextDeadlineNanos();

    assertThat(deadline).isEqualTo(NOW + 5 * Signed.SECOND_NANOS);
    assertThat(pool.expire(deadline - 1)).isEmpty();
    assertThat(pool.expire(deadline)).containsExactly(brief);
    assertThat(told).containsExactly("expired " + brief);
    assertThat(pool.nextDeadlineNanos()).isEqualTo(NOW + 6 * Signed.SECOND_NANOS);
  }

  @Test
  void shouldHaveNoDeadlineWhenEmpty() {
    assertThat(pool.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldNotSpinWhenTheClockSlewsBack() {
    add(Draft.of(1, 0).living(100), 0);
    long now = pool.nextDeadlineNanos();
    time.onWallClock(time.millis(now) - 5000, now);

    int wakes = 0;
    while (pool.expire(now).isEmpty()) {
      assertThat(pool.nextDeadlineNanos()).isGreaterThan(now);
      now = pool.nextDeadlineNanos();
      wakes++;
    }

    assertThat(wakes).isBetween(1, 3);
  }

  @Test
  void shouldNotBeDueAgainAtOnceWhenTheClockSlewsForward() {
    add(Draft.of(1, 0).living(100), 0);
    long now = pool.nextDeadlineNanos() - Signed.SECOND_NANOS;
    assertThat(pool.expire(now)).isEmpty();
    time.onWallClock(time.millis(now) + 5000, now);

    assertThat(pool.nextDeadlineNanos()).isEqualTo(now + Signed.MILLI_NANOS);
    assertThat(pool.expire(pool.nextDeadlineNanos())).hasSize(1);
  }

  @Test
  void shouldNotRelayWithLessThanTwoSecondsLeft() {
    Transaction tx = Draft.of(1, 0).living(10).tx();

    assertThat(pool.isRelayable(tx, NOW + 8 * Signed.SECOND_NANOS)).isTrue();
    assertThat(pool.isRelayable(tx, NOW + 8 * Signed.SECOND_NANOS + Signed.MILLI_NANOS)).isFalse();
  }

  @Test
  void shouldLowerTheRetentionFloorOnceWhatItDroppedHasExpired() {
    pool = pool(1, 4);
    add(Draft.of(1, 0).living(5), 0);
    add(Draft.of(2, 0).paying(1), 0);

    assertThat(pool.retentionFloorMinute(NOW + 5 * Signed.SECOND_NANOS - 1)).isPositive();
    assertThat(pool.retentionFloorMinute(NOW + 5 * Signed.SECOND_NANOS)).isZero();
  }

  @Test
  void shouldTellAFeeFloorThatIsTaken() {
    pool = pool(1, 4);
    assertThat(pool.feeFloor()).isZero();
    add(Draft.of(1, 0).paying(7), 0);
    long floor = pool.feeFloor();
    int sizeBytes = Transaction.BYTES_MIN;

    assertThat(floor).isEqualTo(Math.ceilDiv(7 * 1000, sizeBytes));
    long enough = Math.ceilDiv(floor * sizeBytes, 1000);
    assertThat(add(Draft.of(2, 0).paying(enough + 1), 0).rejection()).isNull();
  }
}
