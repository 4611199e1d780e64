package grapevine.node.protocol.fetch;

import static grapevine.node.protocol.fetch.FetchScene.BLOCK;
import static grapevine.node.protocol.fetch.FetchScene.IN;
import static grapevine.node.protocol.fetch.FetchScene.IN_2;
import static grapevine.node.protocol.fetch.FetchScene.ITEM;
import static grapevine.node.protocol.fetch.FetchScene.MILLIS;
import static grapevine.node.protocol.fetch.FetchScene.OUT;
import static grapevine.node.protocol.fetch.FetchScene.OUT_2;
import static grapevine.node.protocol.fetch.FetchScene.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemKind;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchSchedulerTest {
  private final FetchScene scene = new FetchScene();

  @AfterEach
  void checkInvariants() {
    scene.fetch.checkInvariants();
  }

  @Test
  void shouldAskAnOutboundAnnouncerAtOnce() {
    scene.connect(OUT, IN);

    scene.announce(OUT, ITEM);

    assertThat(scene.asked(OUT)).containsExactly(ITEM);
    assertThat(scene.fetch.isRequested(OUT.id(), ITEM)).isTrue();
    assertThat(scene.fetch.inFlight(OUT.id())).isEqualTo(1);
    assertThat(scene.fetch.inFlight(ItemKind.TRANSACTION)).isEqualTo(1);
    assertThat(scene.fetch.inFlight(ItemKind.BLOCK)).isZero();
    assertThat(scene.fetch.announcedBytes(OUT.id(), ITEM)).isEqualTo(SIZE);
    assertThat(scene.events).containsExactly("p1 NEW", "p1 REQUESTED after 0");
  }

  @Test
  void shouldLetOutboundPeersAnnounceFirst() {
    scene.connect(OUT, IN);

    scene.announce(IN, ITEM);
    scene.passMillis(99);
    assertThat(scene.asked(IN)).isEmpty();
    scene.passMillis(1);

    assertThat(scene.asked(IN)).containsExactly(ITEM);
    assertThat(scene.events).containsExactly("p3 NEW", "p3 REQUESTED after 100");
  }

  @Test
  void shouldNotWaitForOutboundPeersThatAreNotThere() {
    scene.connect(IN);

    scene.announce(IN, ITEM);

    assertThat(scene.asked(IN)).containsExactly(ITEM);
  }

  @Test
  void shouldPreferOutboundAmongThoseThatMayBeAsked() {
    scene.connect(OUT, OUT_2, IN, IN_2);
    scene.announce(OUT, ITEM);
    scene.announce(IN, ITEM);
    scene.announce(IN_2, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.passMillis(399);
    assertThat(scene.asked(OUT)).containsExactly(ITEM);

    scene.passMillis(1);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
  }

  @Test
  void shouldChooseEvenlyAmongEquals() {
    int first = 0;
    for (int i = 0; i < 400; i++) {
      FetchScheduler other =
          new FetchScheduler(scene.limits, scene.outbox, NodeEvents.NONE, new SplittableRandom(i));
      other.onPeerReady(IN, 0);
      other.onPeerReady(IN_2, 0);
      List<Message.Inv.Entry> entry = List.of(new Message.Inv.Entry(ITEM, SIZE, 0));
      other.onAnnounced(IN.id(), entry, 0);
      other.onAnnounced(IN_2.id(), entry, 0);
      other.flush(0);
      first += other.isRequested(IN.id(), ITEM) ? 1 : 0;
    }

    assertThat(first).isBetween(160, 240);
  }

  @Test
  void shouldAskOnePeerAtATime() {
    scene.connect(OUT, OUT_2);

    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);

    assertThat(scene.outbox.sent(OUT_2.id())).isEmpty();
    assertThat(scene.events).endsWith("p2 INFLIGHT");
  }

  @Test
  void shouldAskNextAnnouncerWhenFirstTimesOut() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.asked(OUT);

    scene.passMillis(400);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
    assertThat(scene.events).contains("p1 TIMEOUT after 400").endsWith("p2 REQUESTED after 400");
  }

  @Test
  void shouldWaitFourRoundTripsForADistantPeer() {
    scene.connect(OUT, OUT_2);
    scene.fetch.onRoundTrip(OUT.id(), 300 * MILLIS);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.asked(OUT);

    scene.passMillis(1_199);
    assertThat(scene.asked(OUT_2)).isEmpty();
    scene.passMillis(1);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
  }

  @Test
  void shouldWaitLongerForASoleAnnouncer() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);

    scene.passMillis(4_999);
    assertThat(scene.events).doesNotContain("p1 TIMEOUT after 5000");
    scene.passMillis(1);

    assertThat(scene.events).endsWith("p1 TIMEOUT after 5000");
  }

  @Test
  void shouldAskALateAnnouncerAtOnceWhenTheSoleOneIsSilent() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.passMillis(1_000);
    scene.asked(OUT);

    scene.announce(OUT_2, ITEM);
    scene.passMillis(0);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
  }

  @Test
  void shouldAskNextAnnouncerAtOnceOnNotFound() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.asked(OUT);
    scene.passMillis(20);

    scene.notFound(OUT, ITEM);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
    assertThat(scene.fetch.isRequested(OUT.id(), ITEM)).isFalse();
    assertThat(scene.events).contains("p1 NOTFOUND after 20");
  }

  @Test
  void shouldIgnoreNotFoundFromWhoWasNotAsked() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.asked(OUT);

    scene.notFound(OUT_2, ITEM, TestPeers.transaction(99));
    scene.passMillis(400);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
  }

  @Test
  void shouldAskNextAnnouncerAtOnceWhenFirstVanishes() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.asked(OUT);

    scene.gone(OUT);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
    assertThat(scene.events).contains("p1 CANCELLED after 0");
    assertThat(scene.fetch.inFlight(OUT.id())).isZero();
  }

  @Test
  void shouldAskASilentPeerNoOftenerHoweverOftenItAnnounces() {
    scene.connect(OUT);
    for (int i = 0; i < 100; i++) {
      scene.announce(OUT, ITEM);
      scene.passMillis(50);
    }
    assertThat(scene.asked(OUT)).containsExactly(ITEM);
    for (int i = 0; i < 100; i++) {
      scene.announce(OUT, ITEM);
      scene.passMillis(120);
    }

    assertThat(scene.asked(OUT)).containsExactly(ITEM);
    assertThat(scene.events).filteredOn("p1 KNOWN"::equals).hasSize(199);
  }

  @Test
  void shouldAskEverybodyOnceMoreAfterAPauseWhenAllHaveBeenSilent() {
    scene.connect(OUT, OUT_2, IN);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.notFound(scene.fetch.isRequested(OUT.id(), ITEM) ? OUT : OUT_2, ITEM);
    PeerInfo silent = scene.fetch.isRequested(OUT.id(), ITEM) ? OUT : OUT_2;
    scene.outbox.takeSent();
    scene.passMillis(8_999);
    assertThat(scene.outbox.sent()).isEmpty();

    scene.passMillis(1);

    assertThat(scene.outbox.takeSent())
        .containsExactly(new RecordingOutbox.Sent(silent.id(), new Message.GetData(List.of(ITEM))));
    assertThat(scene.fetch.inFlight(silent.id())).isEqualTo(1);
    assertThat(scene.body(silent, ITEM)).isTrue();
    scene.resolved(ITEM);
    assertThat(scene.events)
        .containsSubsequence(silent.id() + " TIMEOUT after 5000", silent.id() + " OK after 0");
  }

  @Test
  void shouldAskWhoAnnouncesAnewBeforeWhoWasSilent() {
    scene.connect(OUT, OUT_2, IN);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.passMillis(9_400);
    scene.announce(IN, ITEM);
    scene.passMillis(399);
    scene.outbox.takeSent();

    scene.passMillis(1);

    assertThat(scene.asked(IN)).containsExactly(ITEM);
  }

  @Test
  void shouldTakeALateBodyOfWhoMayBeAskedAgain() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.passMillis(9_400);
    assertThat(scene.fetch.inFlight(OUT.id()) + scene.fetch.inFlight(OUT_2.id())).isEqualTo(2);

    assertThat(scene.body(OUT, ITEM)).isTrue();
    assertThat(scene.fetch.isRequested(OUT_2.id(), ITEM)).isTrue();
    scene.resolved(ITEM);

    assertThat(scene.fetch.wanted()).isZero();
    assertThat(scene.fetch.onLateBody(OUT_2.id(), ITEM)).isTrue();
  }

  @Test
  void shouldNotAskAFailedPeerAgainWhileAnotherMayBeAsked() {
    FetchScheduler.Limits shortRetry =
        new FetchScheduler.Limits(
            10, 10, 4, 1 << 20, 1 << 17, 0, MILLIS, 5 * MILLIS, 0, 1 << 16, 0, 20 * MILLIS, 2);
    FetchScheduler twoSilent =
        new FetchScheduler(shortRetry, scene.outbox, NodeEvents.NONE, new SplittableRandom(1));
    twoSilent.onPeerReady(OUT, 0);
    twoSilent.onPeerReady(OUT_2, 0);
    twoSilent.onPeerReady(IN, 0);
    List<Message.Inv.Entry> entry = List.of(new Message.Inv.Entry(ITEM, SIZE, 0));
    twoSilent.onAnnounced(IN.id(), entry, 0);
    for (long now = 0; now <= 3 * MILLIS; now += MILLIS) {
      twoSilent.onTimer(now);
      twoSilent.onAnnounced(OUT.id(), entry, now);
      twoSilent.onAnnounced(OUT_2.id(), entry, now);
      twoSilent.flush(now);
    }

    assertThat(scene.outbox.sent())
        .extracting(RecordingOutbox.Sent::to)
        .hasSize(3)
        .endsWith(IN.id());
  }

  @Test
  void shouldAskAgainWhoAnnouncesAgainAfterAllHaveFailed() {
    scene.connect(OUT);
    scene.announce(OUT, ITEM);
    scene.passMillis(17_999);
    scene.announce(OUT, ITEM);
    assertThat(scene.asked(OUT)).containsExactly(ITEM, ITEM);
    scene.passMillis(1);
    assertThat(scene.fetch.wanted()).isZero();
    assertThat(scene.fetch.nextDeadlineNanos()).isEqualTo(Component.NEVER);

    scene.announce(OUT, ITEM);

    assertThat(scene.asked(OUT)).containsExactly(ITEM);
  }

  @Test
  void shouldAskAtOnceWhoAnnouncesWhatItHadNotGot() {
    scene.connect(OUT);
    scene.suspect(OUT, ITEM);
    assertThat(scene.asked(OUT)).containsExactly(ITEM);
    scene.notFound(OUT, ITEM);
    scene.suspect(OUT, ITEM);
    assertThat(scene.asked(OUT)).isEmpty();

    scene.announce(OUT, ITEM);

    assertThat(scene.asked(OUT)).containsExactly(ITEM);
    assertThat(scene.body(OUT, ITEM)).isTrue();
  }

  @Test
  void shouldNotAskWhoAnnouncesAgainWhileAnotherMayBeAsked() {
    scene.connect(OUT, IN);
    scene.announce(OUT, ITEM);
    scene.announce(IN, ITEM);
    assertThat(scene.asked(OUT)).containsExactly(ITEM);
    scene.notFound(OUT, ITEM);
    scene.announce(OUT, ITEM);
    scene.passMillis(200);
    assertThat(scene.asked(IN)).containsExactly(ITEM);

    scene.notFound(IN, ITEM);

    assertThat(scene.asked(OUT)).containsExactly(ITEM);
  }

  @Test
  void shouldAskANewAnnouncerAfterAllOthersHaveFailed() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.passMillis(5_500);

    scene.announce(OUT_2, ITEM);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
  }

  @Test
  void shouldTakeALateBodyWhileAnotherIsAsked() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.passMillis(400);
    assertThat(scene.fetch.isRequested(OUT.id(), ITEM)).isTrue();
    assertThat(scene.fetch.isRequested(OUT_2.id(), ITEM)).isTrue();

    assertThat(scene.body(OUT, ITEM)).isTrue();
    scene.resolved(ITEM);

    assertThat(scene.events)
        .containsSubsequence("p1 TIMEOUT after 400", "p2 CANCELLED after 0")
        .doesNotContain("p1 OK after 400");
    assertThat(scene.fetch.wanted()).isZero();
  }

  @Test
  void shouldTakeALateBodyOfASoleAnnouncer() {
    scene.connect(OUT);
    scene.announce(OUT, ITEM);
    scene.passMillis(7_000);

    assertThat(scene.body(OUT, ITEM)).isTrue();
    scene.passMillis(60_000);

    assertThat(scene.fetch.inFlight(OUT.id())).isEqualTo(1);
  }

  @Test
  void shouldTakeOneBodyForOneRequest() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);

    assertThat(scene.body(OUT_2, ITEM)).isFalse();
    assertThat(scene.body(OUT, TestPeers.transaction(9))).isFalse();
    assertThat(scene.body(OUT, ITEM)).isTrue();
    assertThat(scene.body(OUT, ITEM)).isFalse();
  }

  @Test
  void shouldAskNobodyElseWhileABodyIsJudged() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.passMillis(10);
    scene.body(OUT, ITEM);
    scene.asked(OUT);

    scene.passMillis(60_000);

    assertThat(scene.asked(OUT_2)).isEmpty();
    assertThat(scene.fetch.inFlight(OUT.id())).isEqualTo(1);
    scene.resolved(ITEM);
    assertThat(scene.fetch.inFlight(OUT.id())).isZero();
    assertThat(scene.events).endsWith("p1 OK after 10");
  }

  @Test
  void shouldAskNextAnnouncerAtOnceWhenTheBodyIsBad() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, BLOCK);
    scene.announce(OUT_2, BLOCK);
    scene.passMillis(10);
    scene.body(OUT, BLOCK);
    scene.asked(OUT);
    scene.passMillis(10);

    scene.failed(OUT, BLOCK);

    assertThat(scene.asked(OUT_2)).containsExactly(BLOCK);
    assertThat(scene.events).contains("p1 INVALID after 10");
    assertThat(scene.fetch.isRequested(OUT.id(), BLOCK)).isFalse();
  }

  @Test
  void shouldNotTouchOthersRequestsWhenAnUnaskedPeerGivesSomethingBad() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, BLOCK);
    scene.announce(OUT_2, BLOCK);

    scene.failed(OUT_2, BLOCK);

    assertThat(scene.fetch.isRequested(OUT.id(), BLOCK)).isTrue();
    assertThat(scene.body(OUT, BLOCK)).isTrue();
  }

  @Test
  void shouldForgetEverybodysAnnouncementsOfAResolvedItem() {
    scene.connect(OUT, IN);
    scene.announce(OUT, ITEM);
    scene.announce(IN, ITEM);

    scene.resolved(ITEM);

    assertThat(scene.fetch.wanted()).isZero();
    assertThat(scene.fetch.announcements(OUT.id())).isZero();
    assertThat(scene.fetch.announcements(IN.id())).isZero();
    assertThat(scene.fetch.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldTakeNoNoticeOfPeersThatAreNotReady() {
    scene.announce(OUT, ITEM);
    scene.notFound(OUT, ITEM);
    scene.failed(OUT, ITEM);
    scene.gone(OUT);
    scene.fetch.onChunk(OUT.id(), BLOCK, 1, scene.nowNanos);
    scene.fetch.onRoundTrip(OUT.id(), 1);
    scene.resolved(ITEM);

    assertThat(scene.body(OUT, ITEM)).isFalse();
    assertThat(scene.outbox.sent()).isEmpty();
    assertThat(scene.events).isEmpty();
    assertThat(scene.fetch.announcedBytes(OUT.id(), ITEM)).isEqualTo(-1);
  }
}
