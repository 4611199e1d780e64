package grapevine.node.protocol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.pool.RecentItems.Entry;
import grapevine.node.protocol.pool.RecentItems.State;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecentItemsTest {
  private static final long WALL = Signed.WALL_MILLIS;
  private static final long NOW = 0;

  private final NodeTime time = new NodeTime(WALL, NOW);
  private RecentItems items = new RecentItems(RecentItems.Limits.defaults(), time);

  private static ItemId id(int number) {
    Hash256 hash = Sha256.hash("test", new byte[] {(byte) number});
    return ItemId.transaction(hash);
  }

  @AfterEach
  void checkInvariants() {
    items.checkInvariants();
  }

  private void runUntil(long nowNanos) {
    while (items.nextDeadlineNanos() <= nowNanos) {
      items.onTimer(items.nextDeadlineNanos());
      items.checkInvariants();
    }
  }

  @Test
  void shouldKnowAnExpiredIdTwoMoreMinutes() {
    items.add(id(1), State.EXPIRED, null, WALL, NOW);

    runUntil(119 * Signed.SECOND_NANOS);
    assertThat(items.entry(id(1))).contains(new Entry(State.EXPIRED, null, WALL + 120_000));

    runUntil(121 * Signed.SECOND_NANOS);
    assertThat(items.entry(id(1))).isEmpty();
    assertThat(items.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldKnowAnEvictedIdUntilItExpires() {
    items.add(id(1), State.EVICTED, null, WALL + 60_000, NOW);

    assertThat(items.entry(id(1))).contains(new Entry(State.EVICTED, null, WALL + 60_000));
    runUntil(60 * Signed.SECOND_NANOS);
    assertThat(items.entry(id(1))).isEmpty();
  }

  @Test
  void shouldKnowAnInvalidIdFiveMinutes() {
    items.add(id(1), State.REJECTED, Rejection.BAD_SIGNATURE, Long.MAX_VALUE, NOW);

    assertThat(items.entry(id(1)))
        .contains(new Entry(State.REJECTED, Rejection.BAD_SIGNATURE, WALL + 300_000));
  }

  @Test
  void shouldNotBlockForLongWhatWasRefusedForRoom() {
    items.add(id(1), State.REJECTED, Rejection.POOL_FULL, WALL + 600_000, NOW);
    items.add(id(2), State.REJECTED, Rejection.FUTURE, WALL + 2_000, NOW);

    assertThat(items.entry(id(1)).orElseThrow().untilMillis()).isEqualTo(WALL + 30_000);
    assertThat(items.entry(id(2)).orElseThrow().untilMillis()).isEqualTo(WALL + 2_000);
  }

  @Test
  void shouldReplaceWhatItKnewOfAnId() {
    items.add(id(1), State.REJECTED, Rejection.POOL_FULL, WALL + 600_000, NOW);
    items.add(id(1), State.EVICTED, null, WALL + 600_000, NOW);

    assertThat(items.entry(id(1)).orElseThrow().state()).isEqualTo(State.EVICTED);
    assertThat(items.size()).isEqualTo(1);
  }

  @Test
  void shouldNotKeepWhatIsOverAlready() {
    items.add(id(1), State.EVICTED, null, WALL, NOW);

    assertThat(items.entry(id(1))).isEmpty();
  }

  @Test
  void shouldLetTheOldestDeadlineLeaveAtABound() {
    items = new RecentItems(new RecentItems.Limits(3, 2, 120_000, 300_000, 30_000), time);
    items.add(id(1), State.REJECTED, Rejection.BAD_NONCE, WALL + 50, NOW);
    items.add(id(2), State.REJECTED, Rejection.BAD_NONCE, WALL + 40, NOW);
    items.add(id(3), State.REJECTED, Rejection.BAD_NONCE, WALL + 60, NOW);
    assertThat(items.entry(id(2))).isEmpty();

    items.add(id(4), State.EVICTED, null, WALL + 45, NOW);
    items.add(id(5), State.EVICTED, null, WALL + 70, NOW);
    assertThat(items.entry(id(4))).isEmpty();
    items.add(id(6), State.EVICTED, null, WALL + 80, NOW);
    assertThat(items.entry(id(1))).isEmpty();
    assertThat(items.size()).isEqualTo(3);
  }

  @Test
  void shouldSweepAtMostOnceASecond() {
    items.add(id(1), State.EVICTED, null, WALL + 10, NOW);
    items.add(id(2), State.EVICTED, null, WALL + 20, NOW);

    items.onTimer(items.nextDeadlineNanos());

    assertThat(items.size()).isEqualTo(1);
    assertThat(items.nextDeadlineNanos()).isEqualTo(10 * Signed.MILLI_NANOS + Signed.SECOND_NANOS);
  }
}
