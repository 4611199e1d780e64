package grapevine.node.protocol.sync;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.NodeEvents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockTemplateTest {
  private static final long SLOT = 1000;

  private final Chains chains = new Chains(1000);
  private final BlockTemplate template = new BlockTemplate(chains.validity);
  private final long timeMillis = chains.network.slotStartMillis(SLOT);
  private final SplittableRandom random = new SplittableRandom(5);
  private final BlockTemplate.Place place =
      new BlockTemplate.Place(
          chains.network.id(), 1, SLOT, timeMillis, chains.network.producerOf(SLOT));
  private final Map<Hash256, Block> blocks = new LinkedHashMap<>();
  private int looks;

  private Transaction transaction(KeyPair sender, long ageMillis, long fee, int payloadBytes) {
    long time = timeMillis - ageMillis;
    return Transaction.sign(
        sender,
        new Transaction.Draft(
            chains.network.shortId(), Transaction.nonce(time, 0), time, 60, fee, 0),
        new byte[payloadBytes]);
  }

  private Transaction transaction(long ageMillis, long fee, int payloadBytes) {
    return transaction(KeyPair.generate(random), ageMillis, fee, payloadBytes);
  }

  private BlockTemplate.Proposal propose(List<Transaction> pool, Hash256... branch) {
    return template.propose(
        place,
        pool,
        List.of(branch),
        id -> {
          looks++;
          return Optional.ofNullable(blocks.get(id));
        });
  }

  private Hash256 block(BlockHeader parent, long slot, Transaction... transactions) {
    Block block = chains.block(parent, slot, 0, List.of(transactions));
    blocks.put(block.header().hash(), block);
    return block.header().hash();
  }

  @Test
  void shouldMakeABlockThatHolds() {
    List<Transaction> pool = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pool.add(transaction(i * 1000L, i % 5, 100 * i));
    }
    BlockTemplate.Proposal proposal = propose(pool);
    Block block = new Block(chains.sign(proposal.header()), proposal.transactions());

    assertThat(proposal.transactions())
        .containsExactlyInAnyOrderElementsOf(pool)
        .isSortedAccordingTo(Comparator.comparing(Transaction::hash));
    assertThat(chains.validity.header(block.header())).isEmpty();
    assertThat(chains.validity.child(block.header(), 0, 0)).isEmpty();
    assertThat(chains.validity.body(block)).isEmpty();
    assertThat(block.toBytes()).hasSize(block.sizeBytes());
  }

  @Test
  void shouldMakeTheSameBlockInWhateverOrderThePoolComes() {
    List<Transaction> pool = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      pool.add(transaction(0, i % 3, 8000));
    }
    BlockTemplate.Proposal proposal = propose(pool);
    Collections.shuffle(pool, random);

    assertThat(propose(pool)).isEqualTo(proposal);
    assertThat(proposal.transactions()).hasSizeBetween(7, 8);
    assertThat(proposal.header().bodyBytes() + BlockHeader.BYTES)
        .isLessThanOrEqualTo(chains.network.blockBytesMax());
  }

  @Test
  void shouldChooseTheHighestFeesPerByteAndThenTheLowestIds() {
    List<Transaction> pool = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      pool.add(transaction(0, 1000, 15_000));
    }
    Transaction small = transaction(0, 900, 1000);
    Transaction rich = transaction(0, 1001, 15_000);
    pool.add(small);
    pool.add(rich);
    List<Transaction> equal =
        pool.subList(0, 8).stream().sorted(Comparator.comparing(Transaction::hash)).toList();

    assertThat(propose(pool).transactions())
        .containsExactlyInAnyOrder(small, rich, equal.get(0), equal.get(1), equal.get(2));
  }

  @Test
  void shouldFillTheRestWithWhatStillFits() {
    Transaction large = transaction(0, 1_000_000, 60_000);
    Transaction medium = transaction(0, 10_000, 9_000);
    Transaction small = transaction(0, 1, 1_000);

    assertThat(propose(List.of(small, medium, large)).transactions())
        .containsExactlyInAnyOrder(large, small);
  }

  @Test
  void shouldCompareFeesPerByteExactlyBeyond64Bits() {
    KeyPair sender = KeyPair.generate(random);
    Transaction big = transaction(sender, 0, Long.MAX_VALUE, 60_000);
    Transaction bigToo = transaction(sender, 0, Long.MAX_VALUE - 1, 60_000);
    Transaction dense = transaction(sender, 0, Long.MAX_VALUE / 2, 0);

    assertThat(BlockTemplate.BY_FEE_RATE.compare(big, bigToo)).isNegative();
    assertThat(BlockTemplate.BY_FEE_RATE.compare(dense, big)).isNegative();
    assertThat(BlockTemplate.BY_FEE_RATE.compare(big, big)).isZero();
  }

  @Test
  void shouldTakeOneOfAConflictingPair() {
    KeyPair sender = KeyPair.generate(random);
    Transaction cheap = transaction(sender, 0, 1, 10);
    Transaction dear = transaction(sender, 0, 2, 10);

    assertThat(propose(List.of(cheap, dear)).transactions()).containsExactly(dear);
  }

  @Test
  void shouldLeaveOutWhatTheBranchHoldsByIdOrBySlot() {
    KeyPair sender = KeyPair.generate(random);
    Transaction held = transaction(30_000, 5, 10);
    Transaction meant = transaction(sender, 20_000, 1, 10);
    Transaction conflicting = transaction(sender, 20_000, 9, 10);
    Transaction free = transaction(0, 1, 10);
    Hash256 old = block(null, SLOT - 25, held);
    Hash256 parent = block(blocks.get(old).header(), SLOT - 10, meant);

    assertThat(propose(List.of(held, conflicting, free), parent, old).transactions())
        .containsExactly(free);
  }

  @Test
  void shouldLookBackOnlyAsFarAsATransactionCanLive() {
    Hash256 tooOld = block(null, SLOT - 610);
    Hash256 justNot = block(blocks.get(tooOld).header(), SLOT - 609);
    Hash256 parent = block(blocks.get(justNot).header(), SLOT - 1);
    propose(List.of(), parent, justNot, Hash256.ZERO, tooOld, Hash256.ZERO);

    assertThat(looks).isEqualTo(4);
  }

  @Test
  void shouldTakeOnlyWhatIsTimelyAtTheHeadersTime() {
    Transaction early = transaction(-10_001, 1, 10);
    Transaction justNot = transaction(-10_000, 1, 10);
    Transaction last = transaction(59_999, 1, 10);
    Transaction expired = transaction(60_000, 1, 10);

    assertThat(propose(List.of(early, justNot, last, expired)).transactions())
        .containsExactlyInAnyOrder(justNot, last);
  }

  @Test
  void shouldGiveAProducerItsOwnFreeSlotsOnly() {
    HeaderTree tree =
        new HeaderTree(HeaderTree.Limits.defaults(), chains.validity, NodeEvents.NONE);
    int producer = chains.network.producerOf(SLOT);

    assertThat(template.place(tree, producer, timeMillis)).contains(place);
    assertThat(template.place(tree, (producer + 1) % 4, timeMillis)).isEmpty();
    assertThat(template.place(tree, 0, Chains.GENESIS_MILLIS)).isEmpty();
    tree.add(chains.header(null, SLOT), 0);
    assertThat(template.place(tree, producer, timeMillis)).isEmpty();
    BlockHeader later = chains.header(null, SLOT + 8);
    tree.add(later, 0);
    tree.onBody(later.hash(), 0);
    assertThat(template.place(tree, producer, timeMillis + 4000)).isEmpty();
    assertThat(template.place(tree, producer, timeMillis + 12_000))
        .contains(
            new BlockTemplate.Place(later.hash(), 2, SLOT + 12, timeMillis + 12_000, producer));
  }
}
