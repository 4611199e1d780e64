package grapevine.node.protocol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.pool.Signed.Draft;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pool against a naive twin, answer by answer, in a pool so small that it is always full. */
class PoolPropertyTest {
  private static final int STEPS = 250;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldAnswerAsItsNaiveTwinDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Pool.Limits limits =
        new Pool.Limits(
            random.nextLong(1500, 9000),
            random.nextInt(4, 30),
            random.nextInt(2, 8),
            random.nextLong(100, 2500),
            2000,
            10_000);
    Run run = new Run(limits, random);
    for (int i = 0; i < STEPS; i++) {
      run.step();
    }
    assertThat(run.evicted).as("evictions with seed " + seed).isGreaterThan(20);
    assertThat(run.rejections).as("seed " + seed).containsKeys(Rejection.FEE_FLOOR);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void shouldAgreeWithItsTwinInALargePoolThatIsFullByNumber(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Run run = new Run(new Pool.Limits(1 << 20, 20, 20, 200_000, 2000, 10_000), random);
    for (int i = 0; i < STEPS; i++) {
      run.step();
    }
    assertThat(run.evicted).isGreaterThan(20);
    assertThat(run.floors).as("times that a fee floor stood").isGreaterThan(20);
  }

  private static final class Run {
    final SplittableRandom random;
    final Pool pool;
    final NaivePool twin;
    final NodeTime time = new NodeTime(Signed.WALL_MILLIS, 0);
    final List<Transaction> seen = new ArrayList<>();
    final Map<Rejection, Integer> rejections = new EnumMap<>(Rejection.class);
    long nowNanos;
    int evicted;
    int floors;

    Run(Pool.Limits limits, SplittableRandom random) {
      this.random = random;
      pool = new Pool(limits, time, NodeEvents.NONE);
      twin = new NaivePool(limits);
    }

    void step() {
      if (random.nextInt(8) == 0) {
        nowNanos += random.nextLong(20 * Signed.SECOND_NANOS);
        assertThat(pool.expire(nowNanos)).isEqualTo(twin.expire(time.millis(nowNanos)));
      }
      offer(transaction());
      compare();
      pool.checkInvariants();
    }

    private Transaction transaction() {
      if (!seen.isEmpty() && random.nextInt(10) == 0) {
        return seen.get(random.nextInt(seen.size()));
      }
      long wallMillis = time.millis(nowNanos);
      Transaction tx =
          Draft.of(random.nextInt(random.nextInt(1, 16)), random.nextInt(12))
              .at(wallMillis + random.nextLong(-15_000, 11_000))
              .living(random.nextLong(10, 120))
              .paying(random.nextLong(5) * 100)
              .carrying(random.nextInt(3) * random.nextInt(200))
              .tx();
      seen.add(tx);
      return tx;
    }

    private void offer(Transaction tx) {
      long wallMillis = time.millis(nowNanos);
      boolean own = random.nextInt(12) == 0;
      PublicKey deliverer =
          own || random.nextInt(6) == 0 ? null : Signed.key(random.nextInt(random.nextInt(1, 8)));
      assertThat(pool.refusal(tx, own, nowNanos)).isEqualTo(twin.refusal(tx, own, wallMillis));
      Pool.Added added = pool.add(tx, deliverer, own, nowNanos);
      assertThat(added).isEqualTo(twin.add(tx, deliverer, own, wallMillis));
      evicted += added.evicted().size();
      if (added.rejection() != null) {
        rejections.merge(added.rejection(), 1, Integer::sum);
      }
      assertThat(pool.contains(tx.hash())).isEqualTo(twin.contains(tx.hash()));
      assertThat(pool.transaction(tx.hash()).isPresent()).isEqualTo(twin.contains(tx.hash()));
      List<Transaction> slot = twin.slot(tx);
      assertThat(pool.pair(tx.slot())).isEqualTo(slot.size() == 2 ? slot : null);
    }

    private void compare() {
      long wallMillis = time.millis(nowNanos);
      assertThat(pool.transactions()).containsExactlyElementsOf(twin.transactions());
      assertThat(pool.size()).isEqualTo(twin.transactions().size());
      assertThat(pool.bytes()).isEqualTo(twin.bytes());
      assertThat(pool.feeFloor()).isEqualTo(twin.feeFloor());
      floors += pool.feeFloor() > 0 ? 1 : 0;
      assertThat(pool.retentionFloorMinute(nowNanos))
          .isEqualTo(twin.retentionFloorMinute(wallMillis));
      long expiryMillis = twin.nextExpiryMillis();
      if (expiryMillis > wallMillis && expiryMillis < Long.MAX_VALUE) {
        assertThat(time.millis(pool.nextDeadlineNanos())).isEqualTo(expiryMillis);
      }
    }
  }
}
