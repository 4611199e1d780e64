package grapevine.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Ed25519;
import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.Samples;
import grapevine.node.Vectors;
import grapevine.node.model.Block;
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
import grapevine.node.wire.MessageCodec;
import grapevine.node.wire.MessageReader;
import grapevine.node.wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers say anything at any time to a whole core: golden messages, the same with damaged bytes, and
 * well-formed ones about a handful of items, so that announcements, requests, bodies and verdicts
 * meet in every order. Whatever comes, no exception leaves the core and all its invariants hold.
 */
class NodeCoreFuzzTest {
  private static final int STEPS = 1_500;
  private static final long MILLIS = 1_000_000;

  private static final List<byte[]> FRAMES =
      Vectors.read("wire.txt")
          .lines()
          .map(line -> HexFormat.of().parseHex(line.substring(line.indexOf(' ') + 1)))
          .toList();

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final List<Peer> peers = new ArrayList<>();
  private final List<RecordingOutbox.Verify> checking = new ArrayList<>();
  private final List<Transaction> transactions = Samples.transactions(12);
  private final Block block = Samples.block();
  private final byte[] blockBytes = block.toBytes();
  private long nowNanos;
  private long peersMade;
  private int accepted;

  private record Peer(PeerId id, KeyPair key) {}

  private final NodeEvents events =
      new NodeEvents() {
        @Override
        public void onAccepted(ItemId id, int bytes, PeerId from, int ageMillis, long nowNanos) {
          accepted++;
        }
      };

  private NodeCore core(SplittableRandom random, RelayKind relay) {
    Settings settings = new Settings(Samples.NODE_RECORD, "fuzz/1", List.of(), 8, relay);
    MemoryItemStore store = new MemoryItemStore(1 << 20);
    Environment environment = new Environment(outbox, events, store, random.split());
    NodeCore core =
        new NodeCore(
            Samples.VALIDITY, settings, Limits.defaults(), environment, Samples.NOW_MILLIS, 0);
    core.start(List.of(), 0);
    return core;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldStandWhateverPeersSay(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RelayKind[] kinds = RelayKind.values();
    NodeCore core = core(random, kinds[(int) (seed % kinds.length)]);
    for (int step = 0; step < STEPS; step++) {
      try {
        nowNanos += random.nextLong(20 * MILLIS);
        step(core, random);
        deliver(core, random);
        core.checkInvariants();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", step " + step, e);
      }
    }
    assertThat(accepted).isPositive();
  }

  private void step(NodeCore core, SplittableRandom random) {
    if (peers.size() < 4 || (peers.size() < 10 && random.nextInt(20) == 0)) {
      connect(core, random);
    }
    Peer peer = peers.get(random.nextInt(peers.size()));
    switch (random.nextInt(12)) {
      case 0 -> feed(core, peer, FRAMES.get(random.nextInt(FRAMES.size())));
      case 1 -> {
        if (random.nextInt(10) == 0) { // seldom: damage mostly bans
          byte[] frame = FRAMES.get(random.nextInt(FRAMES.size())).clone();
          frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
          feed(core, peer, frame);
        }
      }
      case 2 -> core.onWritable(peer.id, nowNanos);
      case 3 -> outbox.setQueuedBytes(peer.id, random.nextLong(2 << 20));
      case 4 -> core.onTimer(nowNanos);
      default -> core.onMessage(peer.id, message(random), nowNanos);
    }
  }

  private void connect(NodeCore core, SplittableRandom random) {
    KeyPair key = KeyPair.generate(random);
    Peer peer = new Peer(new PeerId(++peersMade), key);
    NodeAddress remote = NodeAddress.ip(new byte[] {127, 0, 0, 1}, 1 + (int) peersMade);
    Direction direction = random.nextBoolean() ? Direction.INBOUND : Direction.OUTBOUND;
    peers.add(peer);
    core.onConnected(peer.id, key.publicKey(), direction, remote, nowNanos);
    NodeRecord self = NodeRecord.sign(key, 1, Samples.NOW_MILLIS, List.of(remote), 0);
    Hash256 genesis = Samples.NETWORK.id();
    core.onMessage(
        peer.id, new Message.Hello(1, 1, 0, 0, genesis, 0, 0, self, "peer/1", List.of()), nowNanos);
  }

  private Message message(SplittableRandom random) {
    Transaction tx = transactions.get(random.nextInt(transactions.size()));
    return switch (random.nextInt(10)) {
      case 0 -> new Message.NotFound(List.of(tx.id(), block.id()));
      case 1 -> new Message.GetData(List.of(tx.id(), block.id()));
      case 2, 3 -> new Message.Tx(random.nextInt(1000), tx);
      case 4 -> chunk(random);
      case 5 -> new Message.Ping(random.nextLong(), 0);
      case 6 -> new Message.Push(random.nextInt(4), random.nextInt(4_000));
      default ->
          new Message.Inv(
              List.of(
                  new Message.Inv.Entry(tx.id(), tx.sizeBytes(), 5),
                  new Message.Inv.Entry(block.id(), block.sizeBytes(), 5)));
    };
  }

  private Message chunk(SplittableRandom random) {
    int offset = random.nextInt(3) == 0 ? random.nextInt(blockBytes.length) : 0;
    byte[] bytes = Arrays.copyOfRange(blockBytes, offset, blockBytes.length);
    return new Message.BlockChunk(
        block.header().hash(), 5, blockBytes.length, offset, ByteBuffer.wrap(bytes));
  }

  private void feed(NodeCore core, Peer peer, byte[] frame) {
    try {
      new MessageReader(MessageCodec.BODY_BYTES_MAX)
          .read(
              ByteBuffer.wrap(frame),
              (message, bytes) -> {
                core.onMessage(peer.id, message, nowNanos);
                return true;
              });
    } catch (ProtocolViolation violation) {
      core.onViolation(peer.id, violation, nowNanos);
    }
  }

  /** What a driver owes the core: verdicts, and the end of connections. */
  private void deliver(NodeCore core, SplittableRandom random) {
    checking.addAll(outbox.takeVerifies());
    for (RecordingOutbox.Verify verify : List.copyOf(checking)) {
      if (random.nextInt(4) != 0) {
        continue; // other inputs come while signatures are checked
      }
      checking.remove(verify);
      int firstInvalid = -1;
      for (SignatureCheck check : verify.checks().reversed()) {
        if (!Ed25519.verify(check.key(), check.message(), check.signature())) {
          firstInvalid = verify.checks().indexOf(check);
        }
      }
      core.onVerified(verify.ticket(), firstInvalid, nowNanos);
    }
    var gone =
        outbox.takeDisconnects().stream()
            .collect(
                Collectors.toMap(
                    RecordingOutbox.Disconnected::peer,
                    RecordingOutbox.Disconnected::reason,
                    (first, second) -> first));
    if (random.nextInt(100) == 0) {
      gone.put(peers.get(random.nextInt(peers.size())).id, DisconnectReason.REMOTE_CLOSED);
    }
    peers.removeIf(peer -> gone.containsKey(peer.id));
    gone.forEach((peer, reason) -> core.onDisconnected(peer, reason, "gone", nowNanos));
    outbox.takeSent();
    outbox.takeDials();
  }
}
