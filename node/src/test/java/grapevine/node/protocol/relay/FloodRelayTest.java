package grapevine.node.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FloodRelayTest {
  private static final int TRANSACTION = 1;
  private static final int BLOCK = 2;
  private static final PeerInfo A = TestPeers.outbound(1);
  private static final PeerInfo B = TestPeers.inbound(2);

  private final RelayStrategy.Limits limits = RelayStrategy.Limits.defaults();
  private final RecordingOutbox outbox = new RecordingOutbox();
  private final List<String> pushed = new ArrayList<>();
  private final List<String> relayed = new ArrayList<>();
  private final List<String> limited = new ArrayList<>();
  private boolean busy;
  private long nowNanos;

  private final NodeEvents events =
      new NodeEvents() {
        @Override
        public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
          relayed.add(to + " " + id + " after " + sinceAcceptedNanos);
        }

        @Override
        public void onLimited(String reason, int count, long nowNanos) {
          limited.add(reason);
        }
      };

  private final FloodRelay relay =
      new FloodRelay(limits, this::push, outbox, events, new SplittableRandom(1));

  private boolean push(PeerId to, ItemId id, long now) {
    assertThat(now).isEqualTo(nowNanos);
    if (!busy) {
      pushed.add(to + " " + id);
    }
    return !busy;
  }

  @BeforeEach
  void connect() {
    relay.onPeerReady(A, 0);
    relay.onPeerReady(B, 0);
    nowNanos = 1_000_000_000;
  }

  @AfterEach
  void checkInvariants() {
    relay.checkInvariants();
  }

  private void grant(PeerInfo peer, int kind, long bytes) {
    relay.onPush(peer.id(), new Message.Push(kind, bytes), nowNanos);
  }

  private void accept(ItemId id, int bytes) {
    relay.onAccepted(id, bytes, 0, null, nowNanos);
    nowNanos += 10_000_000;
  }

  private List<ItemId> announced(PeerInfo peer) {
    List<ItemId> ids = new ArrayList<>();
    for (Message.Inv inv : outbox.sent(peer.id(), Message.Inv.class)) {
      inv.entries().forEach(entry -> ids.add(entry.id()));
    }
    return ids;
  }

  private static ItemId tx(int number) {
    return TestPeers.transaction(number);
  }

  @Test
  void shouldPushToWhoHasOpenedItsLinkAndAnnounceToTheOthers() {
    grant(A, TRANSACTION, 1_000);

    accept(tx(1), 200);

    assertThat(pushed).containsExactly("p1 " + tx(1));
    assertThat(announced(A)).isEmpty();
    assertThat(announced(B)).containsExactly(tx(1));
    assertThat(relayed).containsExactly("p1 " + tx(1) + " after 0", "p2 " + tx(1) + " after 0");
  }

  @Test
  void shouldAnnounceWhatTheCreditDoesNotCover() {
    grant(A, TRANSACTION, 599);

    accept(tx(1), 200);
    accept(tx(2), 400);
    accept(tx(3), 399);
    accept(tx(4), 1);

    assertThat(pushed).containsExactly("p1 " + tx(1), "p1 " + tx(3));
    assertThat(announced(A)).containsExactly(tx(2), tx(4));
  }

  @Test
  void shouldGoOnPushingWhenCreditIsAdded() {
    grant(A, TRANSACTION, 200);
    accept(tx(1), 200);
    accept(tx(2), 200);
    grant(A, TRANSACTION, 150);
    grant(A, TRANSACTION, 50);
    accept(tx(3), 200);

    assertThat(pushed).containsExactly("p1 " + tx(1), "p1 " + tx(3));
  }

  @Test
  void shouldKeepTheCreditOfEachKindApart() {
    grant(A, BLOCK, 5_000);

    accept(tx(1), 200);
    accept(TestPeers.block(1), 5_000);
    accept(TestPeers.block(2), 5_000);

    assertThat(pushed).containsExactly("p1 " + TestPeers.block(1));
    assertThat(announced(A)).containsExactly(tx(1), TestPeers.block(2));
  }

  @Test
  void shouldNotLetCreditOverflow() {
    for (int i = 0; i < 3; i++) {
      grant(A, BLOCK, 0xFFFFFFFFL);
      accept(TestPeers.block(i), Integer.MAX_VALUE);
    }

    assertThat(pushed).hasSize(3);
  }

  @Test
  void shouldNeitherPushToWhoGaveItNorToWhoAnnouncesIt() {
    grant(A, TRANSACTION, 1_000);
    grant(B, TRANSACTION, 1_000);
    relay.onPeerHas(B.id(), List.of(tx(1)));

    relay.onAccepted(tx(1), 200, 0, A.id(), nowNanos);

    assertThat(pushed).isEmpty();
    assertThat(outbox.sent()).isEmpty();
    accept(tx(2), 1_000); // nothing was charged for the first
    assertThat(pushed).hasSize(2);
  }

  @Test
  void shouldAnnounceAndKeepTheCreditWhenABodyCannotLeaveAtOnce() {
    grant(A, TRANSACTION, 200);
    busy = true;
    accept(tx(1), 200);
    busy = false;
    accept(tx(2), 200);

    assertThat(announced(A)).containsExactly(tx(1));
    assertThat(pushed).containsExactly("p1 " + tx(2));
  }

  @Test
  void shouldHoldBackWhileThePeerReadsSlowlyAndThenAnnounce() {
    grant(A, TRANSACTION, 1_000);
    outbox.setQueuedBytes(A.id(), limits.pauseBytes() + 1);
    accept(tx(1), 200);
    assertThat(pushed).isEmpty();
    assertThat(announced(A)).isEmpty();
    outbox.setQueuedBytes(A.id(), 0);

    relay.onWritable(A.id(), nowNanos);

    assertThat(announced(A)).containsExactly(tx(1));
    assertThat(relay.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldIgnoreCreditForKindsItDoesNotKnow() {
    grant(A, 3, 1_000);

    assertThat(limited).containsExactly("push");
  }

  @Test
  void shouldForgetTheCreditOfAPeerThatLeaves() {
    grant(A, TRANSACTION, 1_000);
    relay.onPeerGone(A.id(), nowNanos);
    grant(A, TRANSACTION, 1_000);

    accept(tx(1), 200);

    assertThat(pushed).isEmpty();
  }
}
