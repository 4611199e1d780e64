package grapevine.node.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PushGrantsTest {
  private static final PeerInfo PEER = TestPeers.inbound(1);
  private static final PeerInfo OTHER = TestPeers.outbound(2);
  private static final ItemId BLOCK = TestPeers.block(1);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final PushGrants grants = new PushGrants(new PushGrants.Limits(1_000, 5_000), outbox);

  @AfterEach
  void checkInvariants() {
    grants.checkInvariants();
  }

  private static ItemId tx(int number) {
    return TestPeers.transaction(number);
  }

  private boolean take(ItemId id, int bytes) {
    return grants.take(PEER.id(), id, bytes);
  }

  private List<Message> granted() {
    List<Message> sent = outbox.sent(PEER.id());
    outbox.takeSent();
    return sent;
  }

  @Test
  void shouldOpenANewLinkForBothKinds() {
    grants.onPeerReady(PEER, 0);

    assertThat(granted()).containsExactly(new Message.Push(1, 1_000), new Message.Push(2, 5_000));
  }

  @Test
  void shouldSayNothingAndTakeNothingWhenClosed() {
    PushGrants closed = new PushGrants(PushGrants.Limits.CLOSED, outbox);
    closed.onPeerReady(PEER, 0);

    assertThat(outbox.sent()).isEmpty();
    assertThat(closed.take(PEER.id(), tx(1), 144)).isFalse();
    closed.checkInvariants();
  }

  @Test
  void shouldTakeAsMuchAsWasGrantedAndNoMore() {
    assertThat(take(tx(1), 600)).isTrue();
    assertThat(take(tx(2), 401)).isFalse();
    assertThat(take(tx(3), 400)).isTrue();
    assertThat(take(tx(4), 1)).isFalse();
    assertThat(take(BLOCK, 5_001)).isFalse();
    assertThat(take(BLOCK, 5_000)).isTrue();
    assertThat(grants.take(OTHER.id(), tx(4), 1_000)).isTrue();
  }

  @Test
  void shouldGrantAnewWhatWasJudgedOnceItIsHalfAWindow() {
    take(tx(1), 499);
    grants.onJudged(PEER.id(), tx(1));
    assertThat(granted()).isEmpty();
    take(tx(2), 300);
    assertThat(granted()).isEmpty();

    grants.onJudged(PEER.id(), tx(2));

    assertThat(granted()).containsExactly(new Message.Push(1, 799));
    assertThat(grants.openBytes(PEER.id(), ItemKind.TRANSACTION)).isEqualTo(1_000);
  }

  @Test
  void shouldNotGrantAnewWhatIsStillJudged() {
    take(tx(1), 1_000);
    grants.onJudged(PEER.id(), tx(2));
    grants.onJudged(OTHER.id(), tx(1));

    assertThat(granted()).isEmpty();
    assertThat(take(tx(3), 1)).isFalse();
  }

  @Test
  void shouldCountEveryCopyOfOneItem() {
    take(tx(1), 400);
    take(tx(1), 400);
    grants.onJudged(PEER.id(), tx(1));

    assertThat(granted()).containsExactly(new Message.Push(1, 800));
  }

  @Test
  void shouldBearAVerdictAfterThePeerHasGone() {
    take(tx(1), 1_000);
    grants.onPeerGone(PEER.id(), 0);
    grants.onJudged(PEER.id(), tx(1));

    assertThat(granted()).isEmpty();
  }

  /** Two ledgers of one link: what this node lets in is what the peer may send, at all times. */
  @Test
  void shouldAgreeWithTheSenderWhateverHappens() {
    SplittableRandom random = new SplittableRandom(3);
    long sendersBytes = 1_000;
    for (int i = 0; i < 5_000; i++) {
      ItemId id = tx(random.nextInt(8));
      if (random.nextBoolean()) {
        grants.onJudged(PEER.id(), id);
      } else {
        int bytes = 1 + random.nextInt(600);
        assertThat(take(id, bytes)).isEqualTo(bytes <= sendersBytes);
        sendersBytes -= bytes <= sendersBytes ? bytes : 0;
      }
      for (Message message : granted()) {
        sendersBytes += ((Message.Push) message).creditBytes();
      }
      grants.checkInvariants();
    }
  }
}
