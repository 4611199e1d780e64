package grapevine.node.protocol.session;

import static grapevine.node.protocol.session.SessionFixture.key;
import static grapevine.node.protocol.session.SessionFixture.peer;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.Samples;
import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that leave without having been asked for. */
class BacklogPushTest {
  private static final long NOW = 1_000_000_000;
  private static final PeerId PEER = new PeerId(1);

  private final Backlog.Limits limits = Backlog.Limits.defaults();
  private final RecordingOutbox outbox = new RecordingOutbox();
  private boolean fillsUp;
  private final Map<ItemId, Item> held = new LinkedHashMap<>();
  private final Transaction transaction = hold(Samples.transaction(1));
  private final Block block = hold(largeBlock());

  private final Backlog backlog =
      new Backlog(
          limits,
          new Backlog.Source() {
            @Override
            public Optional<Item> item(ItemId id) {
              return Optional.ofNullable(held.get(id));
            }

            @Override
            public int ageMillis(ItemId id, long nowNanos) {
              if (fillsUp) { // asked right before a body is sent
                outbox.setQueuedBytes(PEER, limits.blockPauseBytes());
              }
              return 123;
            }
          },
          outbox,
          new SessionFixture.Limited());

  private <I extends Item> I hold(I item) {
    held.put(item.id(), item);
    return item;
  }

  /** Of about 150,000 bytes, so of three chunks. */
  private static Block largeBlock() {
    List<Transaction> transactions =
        IntStream.range(0, 3)
            .mapToObj(k -> Samples.transaction(Samples.NOW_MILLIS, k, "x".repeat(50_000)))
            .sorted((a, b) -> a.hash().compareTo(b.hash()))
            .toList();
    return Samples.block(Samples.NETWORK.id(), 1, 3, transactions);
  }

  @BeforeEach
  void connect() {
    backlog.onPeerReady(peer(1, key(1)), NOW);
  }

  @AfterEach
  void checkInvariants() {
    backlog.checkInvariants();
  }

  private List<Integer> chunkBytes() {
    return outbox.sent(PEER, Message.BlockChunk.class).stream()
        .map(chunk -> chunk.bytes().remaining())
        .toList();
  }

  private boolean push(Item item) {
    return backlog.push(PEER, item.id(), NOW);
  }

  @Test
  void shouldSendATransactionAtOnce() {
    assertThat(push(transaction)).isTrue();

    assertThat(outbox.sent(PEER)).containsExactly(new Message.Tx(123, transaction));
  }

  @Test
  void shouldSendABlockInChunksAsFastAsItIsRead() {
    fillsUp = true;
    assertThat(push(block)).isTrue();
    assertThat(chunkBytes()).containsExactly(65_536);
    assertThat(push(transaction)).as("behind a block").isFalse();

    fillsUp = false;
    outbox.setQueuedBytes(PEER, 0);
    backlog.onWritable(PEER, NOW);

    assertThat(chunkBytes()).containsExactly(65_536, 65_536, block.sizeBytes() - 2 * 65_536);
  }

  @Test
  void shouldRefuseWhatIsNotHeldAndWhoIsNotReady() {
    assertThat(push(Samples.transaction(9))).isFalse();
    assertThat(backlog.push(new PeerId(2), transaction.id(), NOW)).isFalse();
    backlog.onPeerGone(PEER, NOW);
    assertThat(push(transaction)).isFalse();
    assertThat(outbox.sent()).isEmpty();
  }

  @Test
  void shouldRefuseAPeerThatReadsSlowly() {
    outbox.setQueuedBytes(PEER, limits.blockPauseBytes());
    assertThat(push(block)).isFalse();
    outbox.setQueuedBytes(PEER, limits.pauseBytes());
    assertThat(push(transaction)).isFalse();

    outbox.setQueuedBytes(PEER, 0);
    backlog.onWritable(PEER, NOW);
    assertThat(outbox.sent()).as("nothing was kept for later").isEmpty();
  }

  @Test
  void shouldRefuseAPeerForWhichSomethingElseWaits() {
    outbox.setQueuedBytes(PEER, limits.blockPauseBytes());
    backlog.onGetData(PEER, List.of(block.id()), NOW);
    assertThat(outbox.sent()).isEmpty();

    assertThat(push(transaction)).isFalse();
  }
}
