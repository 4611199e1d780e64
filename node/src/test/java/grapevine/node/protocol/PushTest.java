package grapevine.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Ed25519;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Signature;
import grapevine.node.Samples;
import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.relay.RelayKind;
import grapevine.node.storage.MemoryItemStore;
import grapevine.node.wire.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a whole core makes of bodies that nobody asked for. */
class PushTest {
  private static final long MILLIS = 1_000_000;
  private static final PeerId A = new PeerId(1);
  private static final PeerId B = new PeerId(2);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final List<String> received = new ArrayList<>();
  private final List<ItemId> accepted = new ArrayList<>();
  private final List<String> fetchEnds = new ArrayList<>();
  private NodeCore core = core(RelayKind.FLOOD);
  private long nowNanos;

  private final class Events implements NodeEvents {
    @Override
    public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
      received.add(from + " " + result + " " + bytes);
    }

    @Override
    public void onAccepted(ItemId id, int bytes, PeerId from, int ageMillis, long nowNanos) {
      accepted.add(id);
    }

    @Override
    public void onFetchEnded(
        PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {
      fetchEnds.add(from + " " + result);
    }
  }

  private NodeCore core(RelayKind relay) {
    Settings settings = new Settings(Samples.NODE_RECORD, "push/1", List.of(), 8, relay);
    Environment environment =
        new Environment(
            outbox, new Events(), new MemoryItemStore(64 << 20), new SplittableRandom(1));
    NodeCore made =
        new NodeCore(
            Samples.VALIDITY, settings, Limits.defaults(), environment, Samples.NOW_MILLIS, 0);
    made.start(List.of(), 0);
    return made;
  }

  @AfterEach
  void checkInvariants() {
    core.checkInvariants();
  }

  private void connect(PeerId peer) {
    KeyPair key = Samples.key(50 + (int) peer.value());
    NodeAddress remote = NodeAddress.ip(new byte[] {127, 0, 0, 1}, (int) peer.value());
    core.onConnected(peer, key.publicKey(), Direction.OUTBOUND, remote, nowNanos);
    NodeRecord self = NodeRecord.sign(key, 1, Samples.NOW_MILLIS, List.of(remote), 0);
    Message.Hello hello =
        new Message.Hello(1, 1, 0, 0, Samples.NETWORK.id(), 0, 0, self, "peer/1", List.of());
    core.onMessage(peer, hello, nowNanos);
    outbox.takeVerifies();
  }

  private void say(PeerId from, Message message) {
    nowNanos += MILLIS;
    core.onMessage(from, message, nowNanos);
  }

  private void give(PeerId from, Transaction tx) {
    say(from, new Message.Tx(0, tx));
  }

  private void give(PeerId from, Block block) {
    for (Message.BlockChunk chunk : chunks(block, 600)) {
      say(from, chunk);
    }
  }

  private static List<Message.BlockChunk> chunks(Block block, int chunkBytes) {
    byte[] bytes = block.toBytes();
    List<Message.BlockChunk> chunks = new ArrayList<>();
    for (int offset = 0; offset < bytes.length; offset += chunkBytes) {
      byte[] chunk = Arrays.copyOfRange(bytes, offset, Math.min(bytes.length, offset + chunkBytes));
      chunks.add(
          new Message.BlockChunk(
              block.header().hash(), 0, bytes.length, offset, ByteBuffer.wrap(chunk)));
    }
    return chunks;
  }

  private void announce(PeerId from, Item item) {
    say(from, new Message.Inv(List.of(new Message.Inv.Entry(item.id(), item.sizeBytes(), 0))));
  }

  private void pass(long nanos) {
    long endNanos = nowNanos + nanos;
    while (core.nextDeadlineNanos() <= endNanos) {
      nowNanos = Math.max(nowNanos, core.nextDeadlineNanos());
      core.onTimer(nowNanos);
    }
    nowNanos = endNanos;
  }

  /** Gives the verdict on all that is being checked; how many items that was. */
  private int judge() {
    List<RecordingOutbox.Verify> verifies = outbox.takeVerifies();
    for (RecordingOutbox.Verify verify : verifies) {
      int firstInvalid = -1;
      for (SignatureCheck check : verify.checks().reversed()) {
        if (!Ed25519.verify(check.key(), check.message(), check.signature())) {
          firstInvalid = verify.checks().indexOf(check);
        }
      }
      core.onVerified(verify.ticket(), firstInvalid, nowNanos);
    }
    return verifies.size();
  }

  /** Transactions of the largest size. */
  private static Transaction large(int k) {
    return Samples.transaction(Samples.NOW_MILLIS, k, "x".repeat(Transaction.PAYLOAD_BYTES_MAX));
  }

  private static Transaction badlySigned(Transaction tx) {
    byte[] bytes = tx.toBytes();
    bytes[bytes.length - Signature.BYTES] ^= 1;
    return transaction(bytes);
  }

  private static Transaction transaction(byte[] bytes) {
    try {
      return Transaction.read(ByteBuffer.wrap(bytes));
    } catch (grapevine.node.model.MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private List<ItemId> asked(PeerId peer) {
    return outbox.sent(peer, Message.GetData.class).stream()
        .flatMap(message -> message.ids().stream())
        .toList();
  }

  @Test
  void shouldOpenItsLinksForPeersThatAreReady() {
    connect(A);

    assertThat(outbox.sent(A, Message.Push.class))
        .containsExactly(new Message.Push(1, 256 << 10), new Message.Push(2, 2 << 20));
  }

  @Test
  void shouldTakeWhatIsPushedWithinTheCreditAsIfItHadAsked() {
    connect(A);
    connect(B);
    Transaction tx = Samples.transaction(1);
    Block block = Samples.block();

    give(A, tx);
    give(A, block);
    assertThat(judge()).isEqualTo(2);

    assertThat(accepted).contains(tx.id(), block.id());
    assertThat(received).containsExactly("p1 NEW " + tx.sizeBytes(), "p1 NEW " + block.sizeBytes());
    assertThat(fetchEnds).as("ends of requests that were never made").isEmpty();
    assertThat(outbox.disconnects()).isEmpty();
    assertThat(outbox.sent(A, Message.Inv.class)).as("echo").isEmpty();
    assertThat(outbox.sent(B, Message.Inv.class)).hasSize(2);
  }

  @Test
  void shouldHoldANodeOfAnotherStrategyToItsRequests() {
    core = core(RelayKind.ANNOUNCE);
    connect(A);
    say(A, new Message.Push(1, 10_000));
    assertThat(outbox.sent(A, Message.Push.class)).isEmpty();

    give(A, Samples.transaction(1));
    give(A, Samples.block());

    assertThat(outbox.verifies()).isEmpty();
    assertThat(received).hasSize(2).allMatch(line -> line.startsWith("p1 UNREQUESTED"));
    core.submit(Samples.transaction(2), nowNanos);
    assertThat(outbox.sent(A, Message.Tx.class)).isEmpty();
  }

  @Test
  void shouldTakeAnAnswerThatComesAfterItsRequestWasGivenUp() {
    core = core(RelayKind.ANNOUNCE);
    connect(A);
    Transaction tx = Samples.transaction(1);
    Block block = Samples.block();
    announce(A, tx);
    announce(A, block);
    assertThat(asked(A)).containsExactly(tx.id(), block.id());
    pass(30_000 * MILLIS);

    give(A, tx);
    give(A, block);
    assertThat(judge()).isEqualTo(2);
    assertThat(accepted).contains(tx.id(), block.id());
    give(A, tx);
    assertThat(received).last().asString().startsWith("p1 DUPLICATE");
  }

  @Test
  void shouldDropAndCountWhatOverspendsTheCreditUntilSomethingWasJudged() {
    connect(A);
    for (int k = 0; k < 5; k++) {
      give(A, large(k));
    }
    // Four of 61,584 bytes fit into 256 KiB; nothing is judged yet, so nothing is granted anew.
    assertThat(outbox.verifies()).hasSize(4);
    assertThat(received.get(4)).startsWith("p1 UNREQUESTED");
    outbox.takeSent();

    judge();
    assertThat(outbox.sent(A, Message.Push.class)).hasSize(1);
    give(A, large(5));

    assertThat(judge()).isEqualTo(1);
    assertThat(accepted).hasSize(5);
  }

  @Test
  void shouldDropAPeerThatKeepsOverspending() {
    connect(A);
    for (int k = 0; k < 4; k++) {
      give(A, large(k));
    }
    for (int k = 4; k <= 104; k++) {
      give(A, large(k));
    }

    assertThat(outbox.disconnects())
        .extracting(RecordingOutbox.Disconnected::reason)
        .containsExactly(DisconnectReason.UNSOLICITED_FLOOD);
    assertThat(outbox.verifies()).hasSize(4);
  }

  @Test
  void shouldCheckAnItemOnceHoweverManyPushIt() {
    connect(A);
    connect(B);
    Transaction tx = Samples.transaction(1);

    give(A, tx);
    give(A, tx);
    give(B, tx);
    assertThat(outbox.verifies()).hasSize(1);
    judge();
    give(B, tx);

    assertThat(received)
        .extracting(line -> line.substring(0, line.lastIndexOf(' ')))
        .containsExactly("p1 NEW", "p1 DUPLICATE", "p2 DUPLICATE", "p2 DUPLICATE");
    assertThat(outbox.verifies()).isEmpty();
    assertThat(accepted).containsExactly(tx.id());
    assertThat(outbox.disconnects()).isEmpty();
    assertThat(outbox.sent(B, Message.Inv.class)).isEmpty();
  }

  @Test
  void shouldCheckABlockOnceThatTwoPushAtTheSameTime() {
    connect(A);
    connect(B);
    Block block = Samples.block();
    List<Message.BlockChunk> chunks = chunks(block, 300);
    assertThat(chunks).hasSizeGreaterThan(2);

    for (Message.BlockChunk chunk : chunks) {
      say(A, chunk);
      say(B, chunk);
    }
    assertThat(judge()).isEqualTo(1);

    assertThat(accepted).contains(block.id()).doesNotHaveDuplicates();
    assertThat(received)
        .containsExactly("p1 NEW " + block.sizeBytes(), "p2 DUPLICATE " + block.sizeBytes());
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldTakeAPushOfWhatItHasAskedAnotherForAndBearTheLateAnswer() {
    connect(A);
    connect(B);
    Transaction tx = Samples.transaction(1);
    announce(A, tx);
    assertThat(asked(A)).containsExactly(tx.id());

    give(B, tx);
    assertThat(judge()).isEqualTo(1);
    give(A, tx);

    assertThat(accepted).containsExactly(tx.id());
    assertThat(fetchEnds).containsExactly("p1 CANCELLED");
    assertThat(received.get(1)).startsWith("p1 DUPLICATE");
    assertThat(core.view().digest().transactions()).isEqualTo(1);
  }

  @Test
  void shouldNotChargeTheCreditForAnswersThatComeLate() {
    connect(A);
    connect(B);
    for (int k = 0; k < 3; k++) {
      announce(A, large(k));
      give(B, large(k));
      judge();
    }
    for (int k = 0; k < 3; k++) {
      give(A, large(k)); // each had been asked for
    }
    for (int k = 3; k < 7; k++) {
      give(A, large(k)); // the whole window
    }

    assertThat(outbox.verifies()).hasSize(4);
  }

  @Test
  void shouldNotAskForWhatIsBeingPushed() {
    connect(A);
    connect(B);
    Block block = Samples.block();
    List<Message.BlockChunk> chunks = chunks(block, 300);

    say(A, chunks.get(0));
    announce(B, block);
    assertThat(asked(B)).isEmpty();

    nowNanos += 10_000 * MILLIS; // the push has stalled
    core.onTimer(nowNanos);
    assertThat(asked(B)).containsExactly(block.id());
  }

  @Test
  void shouldHoldAgainstThePusherWhatIsInvalid() {
    connect(A);
    connect(B);
    give(A, badlySigned(Samples.transaction(1)));
    judge();
    Block block = Samples.block();
    byte[] bytes = block.toBytes();
    bytes[bytes.length - 1] ^= 1;
    say(
        B,
        new Message.BlockChunk(block.header().hash(), 0, bytes.length, 0, ByteBuffer.wrap(bytes)));

    assertThat(outbox.disconnects())
        .extracting(RecordingOutbox.Disconnected::reason)
        .containsExactly(DisconnectReason.BAD_SIGNATURE, DisconnectReason.BAD_MERKLE);
  }

  @Test
  void shouldNotTakeALargerBlockThanTheCreditAllows() {
    connect(A);
    Block block = Samples.block();
    byte[] header = Arrays.copyOf(block.toBytes(), 300);
    Message.BlockChunk first =
        new Message.BlockChunk(block.header().hash(), 0, 1 << 20, 0, ByteBuffer.wrap(header));
    say(A, first); // a lie about its size, which is charged and then found out
    assertThat(outbox.takeDisconnects())
        .extracting(RecordingOutbox.Disconnected::reason)
        .containsExactly(DisconnectReason.BAD_CHUNK);
  }

  @Test
  void shouldPushToPeersThatOpenTheirLinks() {
    connect(A);
    connect(B);
    say(A, new Message.Push(1, 1_000));
    Transaction tx = Samples.transaction(1);

    core.submit(tx, nowNanos);

    assertThat(outbox.sent(A, Message.Tx.class)).containsExactly(new Message.Tx(0, tx));
    assertThat(outbox.sent(A, Message.Inv.class)).isEmpty();
    assertThat(outbox.sent(B, Message.Inv.class)).hasSize(1);
  }

  @Test
  void shouldHoldAgainstNobodyTheGapThatItMadeItselfByAskingAgain() {
    core = core(RelayKind.ANNOUNCE);
    connect(A);
    Block block = Samples.block();
    List<Message.BlockChunk> slow = chunks(block, 300);
    assertThat(slow).hasSize(3);
    announce(A, block);
    say(A, slow.get(0));
    passSeconds(30); // two requests have expired, and have been forgotten
    assertThat(asked(A)).hasSize(2).containsOnly(block.id());
    say(A, slow.get(1));
    announce(A, block);
    assertThat(asked(A)).hasSize(3);
    slow.subList(2, slow.size()).forEach(chunk -> say(A, chunk));
    assertThat(outbox.disconnects()).isEmpty();

    give(A, block);

    assertThat(judge()).isEqualTo(1);
    assertThat(outbox.disconnects()).isEmpty();
  }

  private void passSeconds(long seconds) {
    long endNanos = nowNanos + seconds * 1_000 * MILLIS;
    while (core.nextDeadlineNanos() <= endNanos) {
      nowNanos = Math.max(nowNanos, core.nextDeadlineNanos());
      core.onTimer(nowNanos);
    }
    nowNanos = endNanos;
  }
}
