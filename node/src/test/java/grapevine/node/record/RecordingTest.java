package grapevine.node.record;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.Samples;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.Environment;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.Settings;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.protocol.relay.RelayKind;
import grapevine.node.storage.MemoryItemStore;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  private static final NodeAddress PLACE = NodeAddress.ip(new byte[] {10, 0, 0, 7}, 7700);
  private static final PeerId PEER = new PeerId(1);

  private static final List<OperatorAction> ACTIONS =
      List.of(
          new OperatorAction.StaticPeers(List.of(PLACE, PLACE)),
          new OperatorAction.Drop(PEER),
          new OperatorAction.Ban(new BanSubject.Node(Samples.SENDER.publicKey()), 77),
          new OperatorAction.Ban(BanSubject.Host.of(PLACE), 78),
          new OperatorAction.Unban(BanSubject.Host.of(PLACE)));

  @TempDir private Path folder;
  private final MemoryItemStore store = new MemoryItemStore(1 << 20);
  private long queuedAsked;

  /** Takes everything, and does nothing of it. */
  private final Outbox outbox =
      new Outbox() {
        @Override
        public void send(PeerId to, Message message) {}

        @Override
        public long queuedBytes(PeerId peer) {
          return ++queuedAsked;
        }

        @Override
        public void dial(NodeAddress address) {}

        @Override
        public void disconnect(PeerId peer, DisconnectReason reason, String detail) {}

        @Override
        public void verify(Ticket ticket, List<SignatureCheck> checks) {}
      };

  private Core core(Recording recording) {
    return recording.core(
        "c0ffee",
        Samples.NETWORK,
        new Settings(Samples.NODE_RECORD, "test", List.of(PLACE), 0, RelayKind.ANNOUNCE),
        Limits.defaults(),
        new RecordedNode.Clock(Samples.NOW_MILLIS, 5),
        new Environment(outbox, NodeEvents.NONE, store, new SplittableRandom(1)));
  }

  private static List<RecordingReader.Entry> entries(RecordingReader reader) throws Exception {
    List<RecordingReader.Entry> entries = new ArrayList<>();
    Optional<RecordingReader.Entry> next = reader.next();
    while (next.isPresent()) {
      entries.add(next.get());
      next = reader.next();
    }
    return entries;
  }

  private void drive(Core core) {
    core.start(List.of(Samples.NODE_RECORD), 5);
    core.onDialFailed(PLACE, 6);
    core.onConnected(PEER, Samples.SENDER.publicKey(), Direction.INBOUND, PLACE, 10);
    core.onMessage(PEER, new Message.Unknown(251, 17), 10);
    core.onMessage(PEER, new Message.Ping(7, 8), 11);
    core.onViolation(PEER, new ProtocolViolation(ProtocolViolation.Reason.INV_SIZE, "9>8"), 12);
    core.onWritable(PEER, 13);
    core.onDisconnected(PEER, DisconnectReason.INV_SIZE, "9>8", 1_000_000_000_000L);
    core.onVerified(new Ticket(99), -1, 1_000_000_000_001L);
    core.onWallClock(Samples.NOW_MILLIS + 1_000_000, 1_000_000_000_002L);
    core.onTimer(1_000_000_000_003L);
    core.submit(Samples.transaction(System.currentTimeMillis(), 1, "late"), 1_000_000_000_004L);
    core.proposal(0, 1_000_000_000_005L);
    for (OperatorAction action : ACTIONS) {
      core.onOperator(action, 1_000_000_000_006L);
    }
    core.shutdown(1_000_000_000_006L);
  }

  @Test
  void shouldWriteEveryInputWithItsTime() throws Exception {
    Path file = folder.resolve("all.rec");
    try (Recording recording = Recording.open(file, 1 << 20)) {
      drive(core(recording));
    }
    try (RecordingReader reader = RecordingReader.open(file)) {
      assertThat(reader.node().commit()).isEqualTo("c0ffee");
      assertThat(reader.node().network()).isEqualTo(Samples.NETWORK);
      assertThat(reader.node().settings().staticPeers()).containsExactly(PLACE);
      assertThat(reader.node().limits()).isEqualTo(Limits.defaults());
      assertThat(reader.node().clock()).isEqualTo(new RecordedNode.Clock(Samples.NOW_MILLIS, 5));
      List<RecordingReader.Entry> entries = entries(reader);
      Set<RecordedInput.Kind> kinds = EnumSet.noneOf(RecordedInput.Kind.class);
      entries.forEach(entry -> kinds.add(entry.input().kind()));
      assertThat(kinds).containsExactly(RecordedInput.Kind.values());
      assertThat(entries.get(0).input())
          .isEqualTo(new RecordedInput.Start(List.of(Samples.NODE_RECORD)));
      assertThat(entries.get(1).input()).isEqualTo(new RecordedInput.DialFailed(PLACE));
      assertThat(entries.get(3).input())
          .isEqualTo(new RecordedInput.Received(PEER, new Message.Unknown(251, 17)));
      assertThat(entries.get(4).input())
          .isEqualTo(new RecordedInput.Received(PEER, new Message.Ping(7, 8)));
      assertThat(entries.get(5).input())
          .isEqualTo(new RecordedInput.Violation(PEER, ProtocolViolation.Reason.INV_SIZE, "9>8"));
      assertThat(entries.get(7).nowNanos()).isEqualTo(1_000_000_000_000L);
      assertThat(entries.get(8).input()).isEqualTo(new RecordedInput.Verified(new Ticket(99), -1));
      assertThat(entries.stream().map(RecordingReader.Entry::input))
          .containsSubsequence(ACTIONS.stream().map(RecordedInput.Operator::new).toList());
      assertThat(entries.getLast().number()).isEqualTo(14 + ACTIONS.size());
      assertThat(reader.ending())
          .isInstanceOfSatisfying(
              RecordingReader.Ending.Whole.class,
              whole -> {
                assertThat(whole.end().reason()).isEqualTo(RecordedEnd.Reason.CLOSED);
                assertThat(whole.end().inputs()).isEqualTo(14 + ACTIONS.size());
              });
    }
  }

  @Test
  void shouldStopAtItsBoundAndLetTheNodeGoOn() throws Exception {
    Path file = folder.resolve("bounded.rec");
    long bytesMax = 20_000;
    try (Recording recording = Recording.open(file, bytesMax)) {
      Core core = core(recording);
      core.start(List.of(), 5);
      for (int i = 0; i < 5000; i++) {
        core.onWallClock(Samples.NOW_MILLIS + i, 6 + i);
      }
      assertThat(core.view().status(6000).wallMillis()).isEqualTo(Samples.NOW_MILLIS);
    }
    assertThat(Files.size(file)).isBetween(bytesMax - 200, bytesMax);
    try (RecordingReader reader = RecordingReader.open(file)) {
      int count = entries(reader).size();
      assertThat(count).isBetween(200, 1000);
      assertThat(reader.ending())
          .isInstanceOfSatisfying(
              RecordingReader.Ending.Whole.class,
              whole -> assertThat(whole.end().reason()).isEqualTo(RecordedEnd.Reason.FULL));
    }
  }

  @Test
  void shouldKeepTheRecordingBeforeAndLetOnlyTheOwnerRead() throws Exception {
    Path file = folder.resolve("kept.rec");
    Files.writeString(file, "of the run that crashed");
    try (Recording recording = Recording.open(file, 1 << 20)) {
      core(recording);
    }
    assertThat(folder.resolve("kept.rec.previous")).hasContent("of the run that crashed");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldNotWriteWhatIsAskedBetweenInputs() throws Exception {
    Path file = folder.resolve("views.rec");
    store.put(Samples.transaction(1));
    try (Recording recording = Recording.open(file, 1 << 20)) {
      Core core = core(recording);
      core.start(List.of(), 5);
      ItemId stored = Samples.transaction(1).id();
      assertThat(core.view().item(stored)).contains(Samples.transaction(1));
      core.view().status(6);
      core.onTimer(7);
    }
    try (RecordingReader reader = RecordingReader.open(file)) {
      List<RecordingReader.Entry> entries = entries(reader);
      assertThat(entries).hasSize(2);
      assertThat(entries.getFirst().result().answers())
          .containsExactly(
              new Answer.EndOfScan(),
              new Answer.Loaded(Samples.transaction(1)),
              new Answer.EndOfScan());
      assertThat(entries.getLast().result().answers()).isEmpty();
    }
  }

  @Test
  void shouldWriteTheBytesOfAnItemOnce() throws Exception {
    Path file = folder.resolve("once.rec");
    try (Recording recording = Recording.open(file, 1 << 20)) {
      MemoryItemStore behind = new MemoryItemStore(1 << 20);
      behind.put(Samples.transaction(1));
      RecordingStore recorded = new RecordingStore(recording, behind);
      Core core = core(recording);
      recording.record(
          new RecordedInput.Timer(),
          core,
          6,
          () -> {
            ItemId id = Samples.transaction(1).id();
            recorded.item(id);
            recorded.item(id);
            recorded.remove(id);
            recorded.item(id);
            recorded.put(Samples.transaction(1));
            return recorded.item(id);
          });
    }
    try (RecordingReader reader = RecordingReader.open(file)) {
      assertThat(entries(reader).getFirst().result().answers())
          .extracting(answer -> answer.getClass().getSimpleName())
          .containsExactly("Found", "Known", "Absent", "Put", "Known");
    }
  }
}
