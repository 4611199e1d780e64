package grapevine.node.protocol.fetch;

import static grapevine.node.protocol.fetch.FetchScene.BLOCK;
import static grapevine.node.protocol.fetch.FetchScene.IN;
import static grapevine.node.protocol.fetch.FetchScene.ITEM;
import static grapevine.node.protocol.fetch.FetchScene.MILLIS;
import static grapevine.node.protocol.fetch.FetchScene.OUT;
import static grapevine.node.protocol.fetch.FetchScene.OUT_2;
import static grapevine.node.protocol.fetch.FetchScene.transactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much, and how long: what a peer can cost {@link FetchScheduler}. */
class FetchBoundsTest {
  private final FetchScene scene = new FetchScene();

  @AfterEach
  void checkInvariants() {
    scene.fetch.checkInvariants();
  }

  @Test
  void shouldNotLetAPeerStretchItsExpiryByAnsweringPingsLate() {
    scene.connect(OUT, OUT_2);
    scene.fetch.onRoundTrip(OUT.id(), 60_000 * MILLIS);
    scene.announce(OUT, ITEM);
    scene.announce(OUT_2, ITEM);
    scene.asked(OUT);

    scene.passMillis(5_000);

    assertThat(scene.asked(OUT_2)).containsExactly(ITEM);
  }

  @Test
  void shouldIgnoreAnnouncementsBeyondThePeersBoundOnly() {
    scene.connect(OUT, OUT_2);

    scene.announce(OUT, transactions(0, 5_003));
    scene.announce(OUT_2, transactions(5_000, 5_001));

    assertThat(scene.fetch.announcements(OUT.id())).isEqualTo(5_000);
    assertThat(scene.events).contains("announce-cap 3");
    assertThat(scene.asked(OUT_2)).containsExactly(TestPeers.transaction(5_000));
  }

  @Test
  void shouldKeepAHundredTransactionsInFlightAndGoOnAsAnswersCome() {
    scene.connect(OUT);
    scene.announce(OUT, transactions(0, 150));
    assertThat(scene.asked(OUT)).containsExactly(transactions(0, 100));

    scene.body(OUT, TestPeers.transaction(50));
    assertThat(scene.asked(OUT)).isEmpty();
    scene.resolved(TestPeers.transaction(50));
    assertThat(scene.asked(OUT)).containsExactly(TestPeers.transaction(100));
    scene.notFound(OUT, transactions(0, 3));

    assertThat(scene.asked(OUT)).containsExactly(transactions(101, 104));
    assertThat(scene.fetch.inFlight(OUT.id())).isEqualTo(100);
  }

  @Test
  void shouldAskElsewhereWhenTheBestAnnouncerHasNoRoom() {
    scene.connect(OUT, IN);
    scene.announce(OUT, transactions(0, 100));
    scene.announce(OUT, ITEM);
    scene.asked(OUT);
    ItemId late = TestPeers.transaction(500);
    scene.announce(OUT, late);

    scene.announce(IN, late);
    scene.passMillis(100);

    assertThat(scene.asked(IN)).containsExactly(late);
  }

  @Test
  void shouldNotAskASilentPeerForMoreThanItsShareHoweverManyExpire() {
    scene.connect(OUT, OUT_2);
    for (int i = 0; i < 10; i++) {
      scene.announce(OUT, transactions(100 * i, 100 * i + 100));
      scene.announce(OUT_2, transactions(100 * i, 100 * i + 100));
      scene.passMillis(500);
    }

    assertThat(scene.fetch.inFlight(OUT.id())).isEqualTo(100);
    assertThat(scene.fetch.inFlight(OUT_2.id())).isEqualTo(100);
    assertThat(scene.outbox.sent(OUT.id(), Message.GetData.class))
        .flatExtracting(Message.GetData::ids)
        .hasSize(100);
  }

  @Test
  void shouldBoundTheBytesInFlightAndInOneMessage() {
    scene.connect(OUT);

    scene.announce(OUT, 60_000, transactions(0, 20));

    List<Message.GetData> sent = scene.outbox.sent(OUT.id(), Message.GetData.class);
    assertThat(sent).extracting(message -> message.ids().size()).containsExactly(2, 2);
    assertThat(scene.fetch.inFlight(OUT.id())).isEqualTo(4);
  }

  @Test
  void shouldNotBeMisledBySizesThatNoItemHas() {
    scene.connect(OUT);

    scene.announce(OUT, Integer.MAX_VALUE, transactions(0, 20));
    scene.announce(OUT, -1, TestPeers.block(1));
    scene.announce(OUT, Integer.MAX_VALUE, TestPeers.block(2));

    assertThat(scene.asked(OUT)).hasSize(4 + 2);
    scene.passMillis(130_000);
    assertThat(scene.events).contains("p1 TIMEOUT after 130000");
  }

  @Test
  void shouldAskForFourBlocksBesideAllTransactions() {
    scene.connect(OUT);
    ItemId[] blocks = IntStream.range(0, 6).mapToObj(TestPeers::block).toArray(ItemId[]::new);

    scene.announce(OUT, 60_000, transactions(0, 20));
    scene.announce(OUT, 1 << 20, blocks);

    assertThat(scene.fetch.inFlight(ItemKind.TRANSACTION)).isEqualTo(4);
    assertThat(scene.fetch.inFlight(ItemKind.BLOCK)).isEqualTo(4);
  }

  @Test
  void shouldGiveABlockTimeForItsSize() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, 1 << 20, BLOCK);
    scene.announce(OUT_2, 1 << 20, BLOCK);
    scene.asked(OUT);

    scene.passMillis(17_999);
    assertThat(scene.asked(OUT_2)).isEmpty();
    scene.passMillis(1);

    assertThat(scene.asked(OUT_2)).containsExactly(BLOCK);
  }

  @Test
  void shouldWaitLongerForABlockThatIsComing() {
    scene.connect(OUT, OUT_2);
    scene.announce(OUT, 1 << 20, BLOCK);
    scene.announce(OUT_2, 1 << 20, BLOCK);
    scene.asked(OUT);
    scene.fetch.onChunk(OUT.id(), BLOCK, 65_536, scene.nowNanos);

    scene.passMillis(18_999);
    assertThat(scene.asked(OUT_2)).isEmpty();
    scene.passMillis(1);

    assertThat(scene.asked(OUT_2)).containsExactly(BLOCK);
  }

  @Test
  void shouldNotWaitForEverForABlockThatKeepsComing() {
    scene.connect(OUT);
    scene.announce(OUT, 1 << 20, BLOCK);
    for (int i = 0; i < 1_000; i++) {
      scene.fetch.onChunk(OUT.id(), BLOCK, 65_536, scene.nowNanos);
    }

    scene.passMillis(130_000);

    assertThat(scene.events).endsWith("p1 TIMEOUT after 130000");
  }

  @Test
  void shouldSurviveWithholdersThatAnnounceFirst() {
    PeerInfo[] attackers = new PeerInfo[10];
    for (int i = 0; i < 10; i++) {
      attackers[i] = TestPeers.inbound(100 + i);
      scene.connect(attackers[i]);
    }
    scene.connect(OUT);
    for (PeerInfo attacker : attackers) {
      scene.announce(attacker, ITEM);
    }
    scene.passMillis(1_000);
    scene.outbox.takeSent();
    long announcedNanos = scene.nowNanos;

    scene.announce(OUT, ITEM);
    while (!scene.fetch.isRequested(OUT.id(), ITEM)) {
      scene.passMillis(1);
    }

    assertThat(scene.nowNanos - announcedNanos).isLessThanOrEqualTo(400 * MILLIS);
  }

  @Test
  void shouldRefuseLimitsThatNoTransactionFits() {
    assertThatThrownBy(
            () ->
                new FetchScheduler.Limits(
                    1, 1, 1, Transaction.BYTES_MAX - 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("transactionBytesInFlightMax");
  }
}
