package grapevine.node.protocol.session;

import static grapevine.node.protocol.session.SessionFixture.SECOND;
import static grapevine.node.protocol.session.SessionFixture.key;
import static grapevine.node.protocol.session.SessionFixture.peer;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Sha256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final PeerId ONE = new PeerId(1);
  private static final PeerId TWO = new PeerId(2);
  private static final int CHUNK = Message.BlockChunk.CHUNK_BYTES_MAX;

  /** Queues that drain only when a test takes from them. */
  private static final class Pipe implements Outbox {
    private final List<Message> sent = new ArrayList<>();
    private final Map<PeerId, Long> queued = new LinkedHashMap<>();
    private final List<DisconnectReason> disconnects = new ArrayList<>();
    private long queuedMax;

    @Override
    public void send(PeerId to, Message message) {
      sent.add(message);
      long bytes = queued.merge(to, sizeBytes(message), Long::sum);
      queuedMax = Math.max(queuedMax, bytes);
    }

    private static long sizeBytes(Message message) {
      return switch (message) {
        case Message.Tx tx -> 5L + tx.transaction().sizeBytes();
        case Message.BlockChunk chunk -> 45L + chunk.bytes().remaining();
        case Message.NotFound notFound -> 5L + 33L * notFound.ids().size();
        default -> 20;
      };
    }

    @Override
    public long queuedBytes(PeerId peer) {
      return queued.getOrDefault(peer, 0L);
    }

    @Override
    public void dial(NodeAddress address) {
      throw new AssertionError("dials");
    }

    @Override
    public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
      disconnects.add(reason);
    }

    @Override
    public void verify(Ticket ticket, List<SignatureCheck> checks) {
      throw new AssertionError("verifies");
    }

    <M extends Message> List<M> sent(Class<M> kind) {
      return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  private final KeyPair sender = key(99);
  private final Map<ItemId, Item> held = new LinkedHashMap<>();
  private final SessionFixture.Limited events = new SessionFixture.Limited();
  private final Pipe pipe = new Pipe();
  private int lookUps;
  private long now = SECOND;

  private final Backlog backlog =
      new Backlog(
          Backlog.Limits.defaults(),
          new Backlog.Source() {
            @Override
            public Optional<Item> item(ItemId id) {
              lookUps++;
              return Optional.ofNullable(held.get(id));
            }

            @Override
            public int ageMillis(ItemId id, long nowNanos) {
              return 123;
            }
          },
          pipe,
          events);

  @BeforeEach
  void connect() {
    backlog.onPeerReady(peer(1, key(1)), now);
    backlog.onPeerReady(peer(2, key(2)), now);
  }

  @AfterEach
  void holdInvariants() {
    backlog.checkInvariants();
  }

  private Transaction transaction(int nonce, int payloadBytes) {
    Transaction tx =
        Transaction.sign(
            sender, new Transaction.Draft(0, nonce, 0, 600, 0, 0), new byte[payloadBytes]);
    held.put(tx.id(), tx);
    return tx;
  }

  /** A block of about so many KiB; its content does not matter here. */
  private Block block(int kibibytes) {
    List<Transaction> body = new ArrayList<>();
    int bytes = 0;
    for (int i = 0; bytes < kibibytes * 1024; i++) {
      Transaction tx =
          Transaction.sign(sender, new Transaction.Draft(0, i, 0, 600, 0, 0), new byte[32_000]);
      body.add(tx);
      bytes += tx.sizeBytes();
    }
    BlockHeader header =
        BlockHeader.sign(
            sender,
            new BlockHeader.Draft(
                0, Hash256.ZERO, 1, 1, 0, body.size(), bytes, Hash256.ZERO, 0, Hash256.ZERO));
    Block block = new Block(header, body);
    held.put(block.id(), block);
    return block;
  }

  private static List<ItemId> unknown(SplittableRandom random, int count) {
    List<ItemId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      ids.add(ItemId.transaction(Hash256.of(bytes)));
    }
    return ids;
  }

  private void ask(PeerId from, ItemId... ids) {
    backlog.onGetData(from, List.of(ids), now);
    backlog.checkInvariants();
  }

  private void drain(PeerId peer) {
    pipe.queued.put(peer, 0L);
    backlog.onWritable(peer, now);
    backlog.checkInvariants();
  }

  private void runUntil(long untilNanos) {
    while (backlog.nextDeadlineNanos() <= untilNanos) {
      now = Math.max(now, backlog.nextDeadlineNanos());
      backlog.onTimer(now);
      backlog.checkInvariants();
    }
    now = untilNanos;
  }

  @Test
  void shouldServeWhatIsHeldAndAnswerForTheRestOnce() {
    Transaction first = transaction(1, 100);
    Transaction second = transaction(2, 100);
    List<ItemId> unknown = unknown(new SplittableRandom(1), 2);

    ask(ONE, unknown.get(0), first.id(), unknown.get(1), second.id());

    assertThat(pipe.sent)
        .containsExactly(
            new Message.Tx(123, first), new Message.Tx(123, second), new Message.NotFound(unknown));
    assertThat(lookUps).isEqualTo(4);
  }

  @Test
  void shouldStopServingAtTheMarkAndGoOnWhenThePeerHasRead() {
    List<Transaction> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(transaction(i, 60_000));
    }
    ask(ONE, all.stream().map(Transaction::id).toArray(ItemId[]::new));

    assertThat(pipe.queuedBytes(ONE)).isBetween(1L << 20, (1L << 20) + 65_536);
    int served = pipe.sent.size();
    assertThat(served).isLessThan(40);
    runUntil(now + SECOND);
    assertThat(pipe.sent).hasSize(served);

    drain(ONE);
    drain(ONE);
    assertThat(pipe.sent(Message.Tx.class).stream().map(Message.Tx::transaction).toList())
        .isEqualTo(all);
  }

  @Test
  void shouldSendABlockInChunksThatNeverStallAPing() {
    Block block = block(300);
    ask(ONE, block.id());
    while (pipe.sent(Message.BlockChunk.class).stream().mapToInt(c -> c.bytes().remaining()).sum()
        < block.sizeBytes()) {
      drain(ONE);
    }

    ByteBuffer received = ByteBuffer.allocate(block.sizeBytes());
    for (Message.BlockChunk chunk : pipe.sent(Message.BlockChunk.class)) {
      assertThat(chunk.offset()).isEqualTo(received.position());
      assertThat(chunk.sizeBytes()).isEqualTo(block.sizeBytes());
      assertThat(chunk.hash()).isEqualTo(block.id().hash());
      assertThat(chunk.bytes().remaining()).isBetween(1, CHUNK);
      received.put(chunk.bytes().duplicate());
    }
    assertThat(received.array()).isEqualTo(block.toBytes());
    assertThat(pipe.queuedMax).isLessThanOrEqualTo(2 * (CHUNK + 45));
  }

  @Test
  void shouldServeABlockBeforeTheTransactionsThatWait() {
    List<ItemId> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(transaction(i, 60_000).id());
    }
    ask(ONE, ids.toArray(ItemId[]::new));
    int before = pipe.sent.size();
    Block block = block(100);
    ask(ONE, block.id());

    drain(ONE);
    drain(ONE);

    List<Message> after = pipe.sent.subList(before, pipe.sent.size());
    assertThat(after.subList(0, 2)).allMatch(Message.BlockChunk.class::isInstance);
    assertThat(after.subList(2, after.size())).allMatch(Message.Tx.class::isInstance).isNotEmpty();
  }

  @Test
  void shouldServeTheBlockOfARequestBeforeItsTransactions() {
    Transaction tx = transaction(1, 100);
    Block block = block(1);

    ask(ONE, tx.id(), block.id());

    assertThat(pipe.sent.get(0)).isInstanceOf(Message.BlockChunk.class);
    assertThat(pipe.sent.get(1)).isInstanceOf(Message.Tx.class);
  }

  @Test
  void shouldGiveOneItemToOnePeerThreeTimesAMinute() {
    Transaction tx = transaction(1, 100);
    for (int i = 0; i < 5; i++) {
      ask(ONE, tx.id());
    }
    assertThat(pipe.sent).hasSize(3);
    assertThat(lookUps).isEqualTo(3);
    assertThat(events.count("served-often")).isEqualTo(2);

    ask(TWO, tx.id());
    assertThat(pipe.sent).hasSize(4);
    now += 60 * SECOND;
    ask(ONE, tx.id());
    assertThat(pipe.sent).hasSize(5);
  }

  @Test
  void shouldDropAGreedyReaderThatNeverReads() {
    Block block = block(1024);
    for (int i = 0; i < 1_000; i++) {
      ask(ONE, block.id());
      now += SECOND / 1_000;
    }
    assertThat(pipe.queuedMax).isLessThanOrEqualTo(2L << 20);
    assertThat(lookUps).isLessThan(10);

    runUntil(now + 59 * SECOND - SECOND);
    assertThat(pipe.disconnects).isEmpty();
    runUntil(now + 3 * SECOND);
    assertThat(pipe.disconnects).containsExactly(DisconnectReason.WRITE_STALL);
  }

  @Test
  void shouldNotTakeASlowReaderForAStalledOne() {
    Block block = block(300);
    ask(ONE, block.id());
    for (int i = 0; i < 30; i++) {
      runUntil(now + 10 * SECOND);
      pipe.queued.merge(ONE, -10_000L, Long::sum);
    }
    assertThat(pipe.disconnects).isEmpty();
  }

  @Test
  void shouldDropAPeerWhoseQueueIsFullOfOtherThings() {
    pipe.queued.put(ONE, 1L << 20);

    runUntil(now + 100 * SECOND);

    assertThat(pipe.disconnects).containsExactly(DisconnectReason.WRITE_STALL);
  }

  @Test
  void shouldNotBlameAPeerForItsOwnSleep() {
    Block block = block(300);
    ask(ONE, block.id());
    runUntil(now + SECOND);

    now += 100 * SECOND;
    backlog.onTimer(now);

    assertThat(pipe.disconnects).isEmpty();
  }

  @Test
  void shouldDelayGetdataThatFindNothing() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 100; i++) {
      backlog.onGetData(ONE, unknown(random, 256), now);
      backlog.checkInvariants();
    }
    assertThat(lookUps).isEqualTo(4 * 256);

    runUntil(now + 10 * SECOND);
    assertThat(lookUps).isEqualTo(7 * 256);
    assertThat(pipe.sent(Message.NotFound.class)).hasSize(100);
    assertThat(events.count("getdata-waiting")).isEqualTo(93 * 256);
  }

  @Test
  void shouldNotDelayGetdataThatFindSomething() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20; i++) {
      List<ItemId> ids = new ArrayList<>(unknown(random, 10));
      ids.add(transaction(i, 10).id());
      backlog.onGetData(ONE, ids, now);
    }
    assertThat(pipe.sent(Message.Tx.class)).hasSize(20);
  }

  @Test
  void shouldQueueNoNotfoundsForWhoDoesNotRead() {
    SplittableRandom random = new SplittableRandom(4);
    pipe.queued.put(ONE, 1L << 20);
    for (int i = 0; i < 1_000; i++) {
      backlog.onGetData(ONE, unknown(random, 16), now);
    }
    assertThat(pipe.sent).isEmpty();
    assertThat(events.count("notfound-paused")).isPositive();
  }

  @Test
  void shouldAnswerNotfoundForWhatHasGoneWhileItWaited() {
    pipe.queued.put(ONE, 1L << 20);
    Transaction tx = transaction(1, 100);
    Block block = block(10);
    ask(ONE, tx.id(), block.id());
    List<ItemId> second = Collections.singletonList(transaction(2, 10).id());
    backlog.onGetData(ONE, second, now);
    held.clear();

    drain(ONE);

    assertThat(pipe.sent(Message.NotFound.class))
        .singleElement()
        .satisfies(gone -> assertThat(gone.ids()).containsExactly(tx.id(), second.getFirst()));
    assertThat(pipe.sent(Message.Tx.class)).isEmpty();
  }

  @Test
  void shouldRestWithoutPeers() {
    backlog.onPeerGone(ONE, now);
    backlog.onPeerGone(TWO, now);
    backlog.onGetData(ONE, List.of(ItemId.block(Sha256.hash("x", new byte[1]))), now);
    backlog.onWritable(ONE, now);

    assertThat(pipe.sent).isEmpty();
    assertThat(backlog.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }
}
