package grapevine.node.protocol.fetch;

import static grapevine.node.protocol.fetch.FetchScene.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Items that come within a standing request, among those that were asked for. */
class FetchPushTest {
  private static final ItemId ITEM = TestPeers.transaction(1);
  private static final PeerInfo A = TestPeers.outbound(1);
  private static final PeerInfo B = TestPeers.outbound(2);

  private final FetchScene scene = new FetchScene();

  @AfterEach
  void checkInvariants() {
    scene.fetch.checkInvariants();
  }

  private boolean pushed(PeerInfo from, ItemId id) {
    boolean taken = scene.fetch.onPushed(from.id(), id, 200, scene.nowNanos);
    scene.fetch.flush(scene.nowNanos);
    return taken;
  }

  @Test
  void shouldTakeAPushedBodyLikeOneThatWasAskedFor() {
    scene.connect(A);

    assertThat(pushed(A, ITEM)).isTrue();
    assertThat(scene.body(A, ITEM)).isTrue();
    scene.resolved(ITEM);

    assertThat(scene.fetch.wanted()).isZero();
    assertThat(scene.events).isEmpty();
    assertThat(scene.outbox.sent()).isEmpty();
  }

  @Test
  void shouldAskNobodyWhileABodyIsPushedAndTheNextWhenItWasBad() {
    scene.connect(A, B);
    pushed(A, ITEM);
    scene.announce(B, ITEM);
    assertThat(scene.asked(B)).isEmpty();
    scene.body(A, ITEM);
    assertThat(scene.asked(B)).isEmpty();

    scene.failed(A, ITEM);

    assertThat(scene.asked(B)).containsExactly(ITEM);
  }

  @Test
  void shouldAskAnotherWhenAPushStalls() {
    scene.connect(A, B);
    pushed(A, BLOCK);
    scene.announce(B, BLOCK);

    scene.passMillis(5_000);

    assertThat(scene.asked(B)).containsExactly(BLOCK);
    assertThat(scene.body(A, BLOCK)).as("late, but welcome").isTrue();
  }

  @Test
  void shouldCountPushesAgainstNoSlot() {
    scene.connect(A);
    for (int i = 0; i < 500; i++) {
      assertThat(pushed(A, TestPeers.transaction(i))).isTrue();
      scene.body(A, TestPeers.transaction(i));
    }
    assertThat(scene.fetch.inFlight(A.id())).isZero();

    scene.announce(A, TestPeers.transaction(1_000));

    assertThat(scene.asked(A)).containsExactly(TestPeers.transaction(1_000));
  }

  @Test
  void shouldTakeAPushOfWhatTheSamePeerHasAnnouncedAndFailed() {
    scene.connect(A);
    scene.announce(A, ITEM);
    scene.notFound(A, ITEM);

    assertThat(pushed(A, ITEM)).isTrue();
    assertThat(scene.body(A, ITEM)).isTrue();
  }

  @Test
  void shouldNotTakeAnAnswerForAPush() {
    scene.connect(A);
    scene.announce(A, ITEM);

    assertThat(pushed(A, ITEM)).isFalse();
    assertThat(scene.body(A, ITEM)).isTrue();
    assertThat(pushed(A, ITEM)).isFalse();
  }

  @Test
  void shouldKnowALateAnswerOnce() {
    scene.connect(A, B);
    scene.announce(A, ITEM);
    pushed(B, ITEM);
    scene.body(B, ITEM);
    scene.resolved(ITEM);

    assertThat(scene.fetch.onLateBody(B.id(), ITEM)).isFalse();
    assertThat(scene.fetch.onLateBody(A.id(), ITEM)).isTrue();
    assertThat(scene.fetch.onLateBody(A.id(), ITEM)).isFalse();
  }

  @Test
  void shouldKnowALateAnswerToARequestThatWasGivenUp() {
    scene.connect(A);
    scene.announce(A, ITEM);
    scene.passMillis(20_000);
    assertThat(scene.fetch.wanted()).isZero();

    assertThat(scene.fetch.onLateBody(A.id(), ITEM)).isTrue();
    assertThat(pushed(A, ITEM)).isTrue();
  }

  @Test
  void shouldExpectNoBodyAfterALateNotfound() {
    scene.connect(A);
    scene.announce(A, ITEM);
    scene.resolved(ITEM);
    scene.notFound(A, ITEM);

    assertThat(scene.fetch.onLateBody(A.id(), ITEM)).isFalse();
  }

  @Test
  void shouldTrackNoMorePushesThanAnnouncements() {
    scene.connect(A);
    scene.announce(A, FetchScene.transactions(2_000, 2_000 + scene.limits.announcementsMax()));
    scene.events.clear();

    assertThat(pushed(A, ITEM)).isFalse();
    assertThat(scene.events).containsExactly("announce-cap 1");
  }

  @Test
  void shouldLetTransactionsOfInboundPeersWaitWhoeverElseThereIsWhereAStrategyWantsIt() {
    FetchScheduler slow =
        new FetchScheduler(
            scene.limits, 2_000_000_000L, scene.outbox, NodeEvents.NONE, new SplittableRandom(1));
    PeerInfo inbound = TestPeers.inbound(3);
    slow.onPeerReady(inbound, 0);
    slow.onAnnounced(
        inbound.id(),
        List.of(new Message.Inv.Entry(ITEM, 200, 0), new Message.Inv.Entry(BLOCK, 200, 0)),
        0);
    slow.flush(0);
    assertThat(scene.asked(inbound)).containsExactly(BLOCK);

    assertThat(slow.nextDeadlineNanos()).isEqualTo(2_000_000_000L);
    slow.onTimer(2_000_000_000L);
    slow.flush(2_000_000_000L);

    assertThat(scene.asked(inbound)).containsExactly(ITEM);
    slow.checkInvariants();
  }
}
