package grapevine.node.protocol.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several reconcilers together: whatever they hold at first, they end with equal sets. */
class ConvergenceTest {
  private static final long SECOND = Signed.SECOND_NANOS;

  @Test
  void shouldExchangeTwoMessagesWhenSetsAreEqual() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    for (int k = 0; k < 50; k++) {
      Transaction tx = Signed.tx(Signed.MINUTE - k % 5, k);
      pair.nodes.forEach(node -> node.take(tx));
    }

    pair.connect(0, 1);
    pair.run(100_000_000);

    assertThat(pair.messages).isEqualTo(Map.of("getdigests", 2, "digests", 2));
    pair.run(20 * SECOND);
    assertThat(pair.messages).containsOnlyKeys("getdigests", "digests");
    assertThat(pair.messages.get("getdigests")).isBetween(20, 24);
  }

  @Test
  void shouldRepairANewConnectionAtOnce() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, 1));
    pair.nodes.get(1).take(Signed.tx(Signed.MINUTE - 9, 2));

    pair.connect(0, 1);
    pair.run(SECOND / 10);

    assertThat(pair.isEqual()).isTrue();
    assertThat(pair.nodes.get(0).size()).isEqualTo(2);
  }

  @Test
  void shouldAskForTheIdsOfOneMinuteWhenOneTransactionIsMissing() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    for (int k = 0; k < 200; k++) {
      Transaction tx = Signed.tx(Signed.MINUTE - k % 10, k);
      pair.nodes.forEach(node -> node.take(tx));
    }
    pair.nodes.get(0).drop(Signed.tx(Signed.MINUTE - 3, 3));

    pair.connect(0, 1);
    pair.run(SECOND / 10);

    assertThat(pair.isEqual()).isTrue();
    assertThat(pair.messages)
        .isEqualTo(Map.of("getdigests", 2, "digests", 2, "getids", 2, "ids", 2));
    assertThat(pair.fetched).isEqualTo(1);
  }

  @Test
  void shouldPageThroughAMinuteOfMoreElementsThanAMessageHolds() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    for (int k = 0; k < 1_100; k++) {
      pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, k));
    }

    pair.connect(0, 1);
    pair.run(SECOND);

    assertThat(pair.nodes.get(1).size()).isEqualTo(1_100);
    assertThat(pair.messages).containsEntry("getids", 2).containsEntry("ids", 2);
  }

  @Test
  void shouldRepairWhatWasLostSecondsAfterItsSliceHasEnded() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    pair.connect(0, 1);
    pair.run(SECOND);
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, 7));

    pair.run(7 * SECOND);
    assertThat(pair.isEqual()).as("4 s of its slice and 5 s more").isFalse();
    pair.run(6 * SECOND);
    assertThat(pair.isEqual()).isTrue();
    assertThat(pair.messages).containsEntry("getids", 1).containsEntry("ids", 1);
  }

  @Test
  void shouldRepairWhatBelongsToAClosedMinuteWhenItIsBornLate() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    pair.connect(0, 1);
    pair.run(SECOND);
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE - 3, 7));

    pair.run(6 * SECOND);

    assertThat(pair.isEqual()).isTrue();
  }

  @Test
  void shouldSettleAConflictOfWhichOneHoldsASingleInAnotherSlice() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    pair.connect(0, 1);
    pair.run(SECOND);
    // Numbers differ in the slice of their time; 9,000 ms is in the third.
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, 9_000, 0));
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, 9_000, 1));
    pair.nodes.get(1).take(Signed.tx(Signed.MINUTE, 9_000, 1));

    pair.run(25 * SECOND);

    assertThat(pair.isEqual()).isTrue();
    assertThat(pair.nodes.get(1).size()).isEqualTo(2);
    pair.messages.clear();
    pair.run(20 * SECOND);
    assertThat(pair.messages).containsOnlyKeys("getdigests", "digests");
  }

  @Test
  void shouldExchangeNothingMoreAboutAConflictOfWhichEachHoldsAnotherPair() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, 1, 0));
    pair.nodes.get(0).take(Signed.tx(Signed.MINUTE, 1, 1));
    pair.nodes.get(1).take(Signed.tx(Signed.MINUTE, 1, 2));
    pair.nodes.get(1).take(Signed.tx(Signed.MINUTE, 1, 0));

    pair.connect(0, 1);
    pair.run(SECOND / 10);

    assertThat(pair.isEqual()).isTrue();
    assertThat(pair.messages).containsOnlyKeys("getdigests", "digests");
  }

  @Test
  void shouldStayQuietAboutWhatExpiredEverywhere() {
    Neighbourhood pair = new Neighbourhood(2, 1);
    List<Transaction> all = new ArrayList<>();
    for (int k = 0; k < 100; k++) {
      all.add(Signed.tx(Signed.MINUTE - 9, k));
    }
    all.forEach(pair.nodes.get(0)::take);
    pair.connect(0, 1);
    pair.run(SECOND);
    assertThat(pair.nodes.get(1).size()).isEqualTo(100);

    all.forEach(pair.nodes.get(0)::drop);
    all.forEach(pair.nodes.get(1)::drop);
    pair.messages.clear();
    pair.run(40 * SECOND);

    assertThat(pair.messages).containsOnlyKeys("getdigests", "digests");
    assertThat(pair.nodes).allMatch(node -> node.size() == 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldConvergeFromRandomDifferences(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int size = random.nextInt(2, 7);
    Neighbourhood all = new Neighbourhood(size, seed);
    for (int i = 0; i < 100; i++) {
      // Few numbers and three variants: many conflicts, and many thirds.
      Transaction tx =
          Signed.tx(Signed.MINUTE - random.nextInt(2, 8), random.nextInt(40), random.nextInt(3));
      int copies = random.nextInt(1, size + 1);
      for (int j = 0; j < copies; j++) {
        all.nodes.get(random.nextInt(size)).take(tx);
      }
    }
    for (int i = 1; i < size; i++) {
      all.connect(i, random.nextInt(i));
    }
    all.disconnect(1, 0);
    all.run(SECOND);
    all.connect(1, 0);

    all.run(2L * size * size * SECOND);

    assertThat(all.isEqual()).as("equal sets with seed " + seed).isTrue();
    assertThat(all.nodes).allMatch(node -> node.outbox.disconnects().isEmpty());
    all.messages.clear();
    all.run(4 * SECOND);
    assertThat(all.messages).containsOnlyKeys("getdigests", "digests");
  }
}
