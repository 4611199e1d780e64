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

class AnnounceRelayTest {
  private static final long MILLIS = 1_000_000;
  private static final PeerInfo PEER = TestPeers.outbound(1);
  private static final ItemId BLOCK = TestPeers.block(1_000);

  private final RelayStrategy.Limits limits = RelayStrategy.Limits.defaults();
  private final RecordingOutbox outbox = new RecordingOutbox();
  private final List<Long> heldNanos = new ArrayList<>();
  private final AnnounceRelay relay =
      new AnnounceRelay(
          limits,
          new BatchPace(),
          outbox,
          new NodeEvents() {
            @Override
            public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
              heldNanos.add(sinceAcceptedNanos);
            }
          },
          new SplittableRandom(1));

  @BeforeEach
  void connect() {
    relay.onPeerReady(PEER, 0);
  }

  @AfterEach
  void checkInvariants() {
    relay.checkInvariants();
  }

  private void accept(ItemId id, long nowNanos) {
    relay.onAccepted(id, 200, 100, null, nowNanos);
  }

  private List<List<ItemId>> takeInvs() {
    List<List<ItemId>> invs =
        outbox.sent(PEER.id(), Message.Inv.class).stream()
            .map(inv -> inv.entries().stream().map(Message.Inv.Entry::id).toList())
            .toList();
    outbox.takeSent();
    return invs;
  }

  private static ItemId tx(int number) {
    return TestPeers.transaction(number);
  }

  @Test
  void shouldAnnounceALoneTransactionAtOnce() {
    accept(tx(1), 10 * MILLIS);

    assertThat(outbox.sent(PEER.id()))
        .containsExactly(new Message.Inv(List.of(new Message.Inv.Entry(tx(1), 200, 100))));
    assertThat(heldNanos).containsExactly(0L);
    assertThat(relay.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldBatchWhatComesWithinAnInterval() {
    accept(tx(1), 10 * MILLIS);
    accept(tx(2), 11 * MILLIS);
    accept(tx(3), 13 * MILLIS);
    assertThat(takeInvs()).containsExactly(List.of(tx(1)));
    assertThat(relay.nextDeadlineNanos()).isEqualTo(15 * MILLIS);

    relay.onTimer(15 * MILLIS);

    assertThat(takeInvs()).containsExactly(List.of(tx(2), tx(3)));
    assertThat(heldNanos).containsExactly(0L, 4 * MILLIS, 2 * MILLIS);
    assertThat(relay.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldAnnounceAtOnceAgainAfterAQuietInterval() {
    accept(tx(1), 10 * MILLIS);
    accept(tx(2), 15 * MILLIS);

    assertThat(takeInvs()).containsExactly(List.of(tx(1)), List.of(tx(2)));
  }

  @Test
  void shouldAnnounceABlockAtOnceAndFirst() {
    accept(tx(1), 10 * MILLIS);
    accept(tx(2), 11 * MILLIS);
    accept(BLOCK, 12 * MILLIS);

    assertThat(takeInvs()).containsExactly(List.of(tx(1)), List.of(BLOCK, tx(2)));
  }

  @Test
  void shouldAddTheTimeSpentHereToTheAge() {
    accept(tx(1), 10 * MILLIS);
    relay.onAccepted(tx(2), 200, 65_533, null, 11 * MILLIS);
    relay.onAccepted(tx(3), 200, 100, null, 12 * MILLIS);
    outbox.takeSent();

    relay.onTimer(15 * MILLIS);

    assertThat(outbox.sent(PEER.id()))
        .containsExactly(
            new Message.Inv(
                List.of(
                    new Message.Inv.Entry(tx(2), 200, 65_535),
                    new Message.Inv.Entry(tx(3), 200, 103))));
  }

  @Test
  void shouldSplitWhatIsTooLongForOneMessage() {
    accept(tx(0), 0);
    for (int i = 1; i <= 2_500; i++) {
      accept(tx(i), MILLIS);
    }
    takeInvs();

    relay.onTimer(5 * MILLIS);

    assertThat(takeInvs()).extracting(List::size).containsExactly(1_000, 1_000, 500);
  }

  @Test
  void shouldHoldBackWhileThePeerReadsSlowly() {
    outbox.setQueuedBytes(PEER.id(), limits.pauseBytes() + 1);
    accept(tx(1), 10 * MILLIS);
    accept(BLOCK, 10 * MILLIS);
    assertThat(takeInvs()).isEmpty();
    outbox.setQueuedBytes(PEER.id(), limits.pauseBytes());

    relay.onWritable(PEER.id(), 20 * MILLIS);

    assertThat(takeInvs()).containsExactly(List.of(BLOCK, tx(1)));
  }

  @Test
  void shouldLookAgainByItselfShouldNobodyCallThePeerWritable() {
    outbox.setQueuedBytes(PEER.id(), limits.pauseBytes() + 1);
    accept(tx(1), 10 * MILLIS);
    assertThat(relay.nextDeadlineNanos()).isEqualTo(110 * MILLIS);
    relay.onTimer(110 * MILLIS);
    assertThat(relay.nextDeadlineNanos()).isEqualTo(210 * MILLIS);
    outbox.setQueuedBytes(PEER.id(), 0);

    relay.onTimer(210 * MILLIS);

    assertThat(takeInvs()).containsExactly(List.of(tx(1)));
  }

  @Test
  void shouldDropTheOldestTransactionsAndKeepBlocksWhenTooMuchWaits() {
    outbox.setQueuedBytes(PEER.id(), limits.pauseBytes() + 1);
    accept(BLOCK, 0);
    for (int i = 0; i < limits.queuedMax(); i++) {
      accept(tx(i), 0);
    }
    outbox.setQueuedBytes(PEER.id(), 0);

    relay.onWritable(PEER.id(), MILLIS);

    assertThat(takeInvs().stream().flatMap(List::stream))
        .hasSize(limits.queuedMax())
        .contains(BLOCK, tx(1))
        .doesNotContain(tx(0));
  }

  @Test
  void shouldTellOfAnItemThatWasForgottenAndAcceptedAnew() {
    accept(tx(0), 0);
    accept(tx(1), MILLIS);
    relay.forget(tx(1));
    relay.onAccepted(tx(1), 200, 7, null, 2 * MILLIS);
    takeInvs();

    relay.onTimer(5 * MILLIS);

    assertThat(takeInvs()).containsExactly(List.of(tx(1)));
  }
}
