package grapevine.netlab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Ed25519;
import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Block;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LabNetworkTest {
  private static final long GENESIS = 1_700_000_000_123L;

  private final Scenario scenario =
      Scenarios.of(
          20,
          """
          [[transactions]]
          per_second = 20
          [blocks]
          interval_s = 2
          producers = 3
          bytes = 2_000_000
          transaction_bytes = 10_000
          """);
  private final LabNetwork network = scenario.createNetwork(GENESIS);
  private final Validity validity = new Validity(network.network());

  @Test
  void shouldGiveTermsThatTheScenarioFitsIn() {
    LabNetwork.Terms terms = LabNetwork.Terms.of(scenario, GENESIS);
    assertThat(terms.slotMillis()).isEqualTo(2_000);
    assertThat(terms.producers()).isEqualTo(3);
    assertThat(terms.blockBytesMax()).isEqualTo(2_000_000);
    assertThat(terms.lifetimeSeconds()).isEqualTo(2 + 60 + 30 + 600);
    // 1,200 transactions and 30 blocks of 200: twice over, by four senders.
    assertThat(terms.allowance() * terms.senders()).isBetween(2 * 7_000, 2 * 7_600);
    assertThat(network.network().slotMillis()).isEqualTo(2_000);
  }

  @Test
  void shouldHaveNoProducersWithoutBlocks() {
    LabNetwork.Terms terms = LabNetwork.Terms.of(Scenarios.of(5, ""), GENESIS);
    assertThat(terms.producers()).isZero();
    LabNetwork quiet = LabNetwork.create(5, terms, new SplittableRandom(1));
    assertThat(quiet.scheduleStartMillis(GENESIS + 5)).isEqualTo(GENESIS + 5);
    assertThat(quiet.idlers()).hasSize(5);
  }

  @Test
  void shouldMakeKeysOfNodesWhenAskedForThem() {
    Set<PublicKey> keys = new HashSet<>();
    for (int node = 0; node < 20; node++) {
      keys.add(network.nodeKey(node).publicKey());
      keys.add(network.nodeStandIn(node));
    }
    assertThat(keys).hasSize(40);
    LabNetwork again = scenario.createNetwork(GENESIS);
    assertThat(again.nodeKey(7).publicKey()).isEqualTo(network.nodeKey(7).publicKey());
    assertThat(again.nodeStandIn(7)).isEqualTo(network.nodeStandIn(7));
    assertThat(again.network().id()).isEqualTo(network.network().id());
    assertThat(scenario.withSeed(2).createNetwork(GENESIS).nodeStandIn(7))
        .isNotEqualTo(network.nodeStandIn(7));
  }

  @Test
  void shouldMakeValidTransactionsOfAnySize() {
    TransactionMaker maker = scenario.transactionMaker(network);
    long now = GENESIS + 10_000;
    Set<Transaction.Slot> slots = new HashSet<>();
    for (int bytes : List.of(144, 250, 61_584, 250, 250, 250, 250)) {
      Transaction transaction = maker.make(now, bytes);
      assertThat(transaction.sizeBytes()).isEqualTo(bytes);
      assertThat(validity.transaction(transaction)).isEmpty();
      assertThat(isSigned(transaction)).isTrue();
      assertThat(transaction.expiryMillis()).isGreaterThan(now + 90_000);
      assertThat(slots.add(transaction.slot())).isTrue();
      now += 30_000;
    }
    assertThat(maker.make(GENESIS, 250).timeMillis()).isEqualTo(now - 30_000);
    assertThatThrownBy(() -> maker.make(GENESIS, 143))
        .hasMessage("a transaction of 143 bytes, expected 144 to 61584");
  }

  private static boolean isSigned(Transaction transaction) {
    return Ed25519.verify(
        transaction.sender(), transaction.signedMessage(), transaction.signature());
  }

  @Test
  void shouldNotGoBeyondTheAllowanceOfAMinute() {
    LabNetwork.Terms terms = new LabNetwork.Terms(0, 1_000, 600, 1, 2, 3);
    LabNetwork small = LabNetwork.create(1, terms, new SplittableRandom(1));
    TransactionMaker maker = new TransactionMaker(small, new SplittableRandom(1));
    for (int i = 0; i < 6; i++) {
      assertThat(new Validity(small.network()).transaction(maker.make(59_999, 250))).isEmpty();
    }
    assertThatThrownBy(() -> maker.make(59_999, 250))
        .hasMessage("2 senders have sent their 3 transactions of this minute");
    assertThat(maker.make(60_000, 250).nonce()).isEqualTo(65_536);
  }

  @Test
  void shouldMakeValidBlocksForAllTurnsOfASchedule() {
    BlockMaker maker = new BlockMaker(network, scenario.transactionMaker(network));
    long start = network.scheduleStartMillis(GENESIS + 1_234);
    Hash256 parent = network.network().id();
    long height = 0;
    long slot = 0;
    for (Schedule.Turn turn : Schedule.of(scenario).turns().subList(0, 4)) {
      long now = start + turn.atNanos() / 1_000_000 + 17;
      Block block =
          maker.make(turn.producer(), parent, height, now, turn.bytes(), turn.transactionBytes());
      assertThat(block.sizeBytes()).isBetween(2_000_000 - 10_000, 2_000_000);
      assertThat(validity.header(block.header())).isEmpty();
      assertThat(validity.child(block.header(), height, slot)).isEmpty();
      assertThat(validity.body(block)).isEmpty();
      PublicKey producer = network.network().producers().get(turn.producer());
      assertThat(
              Ed25519.verify(producer, block.header().signedMessage(), block.header().signature()))
          .isTrue();
      parent = block.header().hash();
      height++;
      slot = block.header().slot();
    }
  }

  @Test
  void shouldRefuseASlotOfSomebodyElseAndABlockThatIsTooLarge() {
    BlockMaker maker = new BlockMaker(network, scenario.transactionMaker(network));
    long start = network.scheduleStartMillis(GENESIS);
    Hash256 parent = network.network().id();
    assertThatThrownBy(() -> maker.make(1, parent, 0, start, 1_000, 250))
        .hasMessage("slot 3 for producer 1, expected one of its own");
    assertThatThrownBy(() -> maker.make(0, parent, 0, start, 3_000_000, 250))
        .hasMessage("a block of 3000000 bytes, expected at most 2000000");
    assertThat(maker.make(0, parent, 0, start, 204, 250).transactions()).isEmpty();
  }

  @Test
  void shouldBeginASchedulesTurnsWithTheFirstProducer() {
    for (long from = GENESIS - 10_000; from < GENESIS + 30_000; from += 777) {
      long start = network.scheduleStartMillis(from);
      assertThat(start)
          .isGreaterThanOrEqualTo(from)
          .isLessThan(Math.max(from, GENESIS + 1) + 6_000);
      assertThat(network.network().producerOf(network.network().slotAt(start))).isZero();
      assertThat(network.network().slotAt(start)).isPositive();
    }
  }

  @Test
  void shouldNotTakeMoreProducersThanNodes() {
    assertThatThrownBy(
            () ->
                LabNetwork.create(
                    2, new LabNetwork.Terms(0, 1_000, 600, 3, 1, 60), new SplittableRandom(1)))
        .hasMessage("3 producers, expected at most the 2 nodes");
  }
}
