package grapevine.node.protocol.peers;

import static grapevine.node.protocol.peers.PeersFixture.SECOND;
import static grapevine.node.protocol.peers.PeersFixture.WALL_MILLIS;
import static grapevine.node.protocol.peers.PeersFixture.ip4;
import static grapevine.node.protocol.peers.PeersFixture.key;
import static grapevine.node.protocol.peers.PeersFixture.local;
import static grapevine.node.protocol.peers.PeersFixture.peer;
import static grapevine.node.protocol.peers.PeersFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerExchangeTest {
  private static final PeerId ONE = new PeerId(1);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final Map<String, Integer> addresses = new LinkedHashMap<>();
  private final NodeEvents events =
      new NodeEvents() {
        @Override
        public void onAddresses(PeerId from, String result, int count, long nowNanos) {
          addresses.merge(result, count, Integer::sum);
        }
      };
  private final SplittableRandom random = new SplittableRandom(2);
  private final AddressTable table =
      new AddressTable(AddressTable.Limits.defaults(), record(1_000, local(1)), random);
  private final PeerExchange exchange =
      new PeerExchange(
          PeerExchange.Limits.defaults(),
          table,
          new NodeTime(WALL_MILLIS, 0),
          outbox,
          events,
          random);
  private long now = SECOND;

  private PeerInfo ready(long id, Direction direction) {
    PeerInfo peer = peer(id, direction, local(9_000 + (int) id));
    exchange.onPeerReady(peer, now);
    exchange.checkInvariants();
    return peer;
  }

  private List<NodeRecord> tell(PeerId from, List<NodeRecord> records) {
    List<NodeRecord> wanted = exchange.onPeers(from, new Message.Peers(records), now);
    exchange.checkInvariants();
    return wanted;
  }

  private void tellAndVerify(PeerId from, List<NodeRecord> records) {
    exchange.onVerified(from, tell(from, records), now);
    exchange.checkInvariants();
    table.checkInvariants();
  }

  private List<NodeRecord> records(int firstSeed, int count) {
    List<NodeRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(record(firstSeed + i, local(10_000 + firstSeed + i)));
    }
    return records;
  }

  @AfterEach
  void holdInvariants() {
    exchange.checkInvariants();
    table.checkInvariants();
  }

  @Test
  void shouldAskOnlyPeersThatItDialledAndOnce() {
    ready(1, Direction.OUTBOUND);
    ready(2, Direction.INBOUND);

    assertThat(outbox.sent())
        .containsExactly(new RecordingOutbox.Sent(ONE, new Message.GetPeers(0)));
  }

  @Test
  void shouldAnswerGetpeersOncePerConnection() {
    ready(1, Direction.INBOUND);
    NodeRecord record = record(50, local(50));
    table.add(record, "s", WALL_MILLIS, now);

    exchange.onGetPeers(ONE, new Message.GetPeers(0), now);
    exchange.onGetPeers(ONE, new Message.GetPeers(0), now);

    assertThat(outbox.sent(ONE)).containsExactly(new Message.Peers(List.of(record)));
  }

  @Test
  void shouldWantUnknownNodesAndNewerRecordsOnly() {
    ready(1, Direction.INBOUND);
    KeyPair node = key(50);
    NodeRecord first = record(node, 1, local(50));
    NodeRecord second = record(node, 2, local(50));

    assertThat(tell(ONE, List.of(first, second, first))).containsExactly(second);
    exchange.onVerified(ONE, List.of(first), now);
    assertThat(tell(ONE, List.of(first))).isEmpty();
    assertThat(tell(ONE, List.of(second))).containsExactly(second);
    assertThat(addresses).containsEntry("new", 1).containsEntry("known", 2);
  }

  @Test
  void shouldNotHaveRecordsCheckedThatNobodyCouldDial() {
    ready(1, Direction.INBOUND);

    assertThat(tell(ONE, List.of(record(50, ip4(0, 0, 0, 0)), record(1_000, local(7))))).isEmpty();
  }

  @Test
  void shouldTakeABurstOfAddressesAndThenOneInTenSeconds() {
    ready(1, Direction.INBOUND);
    int wanted = 0;
    for (int i = 0; i < 100; i++) {
      List<NodeRecord> list = new ArrayList<>();
      // Only the first message can get through, so the others need not be signed anew.
      list.addAll(i == 0 ? records(2_000, 100) : records(3_000, 1));
      wanted += tell(ONE, list).size();
    }
    assertThat(wanted).isEqualTo(100);
    assertThat(addresses).containsEntry("limited", 99);

    now += 10 * SECOND;
    assertThat(tell(ONE, records(4_000, 5))).hasSize(1);
  }

  @Test
  void shouldHoldAFloodingPeerToItsQuotaOfTheTable() {
    ready(1, Direction.INBOUND);

    tellAndVerify(ONE, records(2_000, 100));

    assertThat(table.size()).isLessThanOrEqualTo(64);
    assertThat(addresses.get("new") + addresses.getOrDefault("full", 0) + addresses.get("quota"))
        .isEqualTo(100);
  }

  @Test
  void shouldPassAFreshRecordOnToTwoOthersAndOnce() {
    for (int i = 1; i <= 5; i++) {
      ready(i, Direction.INBOUND);
    }
    NodeRecord record = record(50, local(50));

    tellAndVerify(ONE, List.of(record));
    tellAndVerify(new PeerId(2), List.of(record));

    assertThat(outbox.sent())
        .hasSize(2)
        .allMatch(sent -> sent.message().equals(new Message.Peers(List.of(record))))
        .noneMatch(sent -> sent.to().equals(ONE))
        .extracting(RecordingOutbox.Sent::to)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldPassOnTheRecordOfANewPeerButNotToItself() {
    ready(1, Direction.INBOUND);
    ready(2, Direction.INBOUND);
    PeerInfo newcomer = ready(3, Direction.INBOUND);
    NodeRecord record = newcomer.hello().record();

    exchange.onVerified(newcomer.id(), List.of(record), now);
    exchange.onVerified(newcomer.id(), List.of(record), now);

    assertThat(outbox.sent())
        .extracting(RecordingOutbox.Sent::to)
        .containsExactlyInAnyOrder(ONE, new PeerId(2));
  }

  @Test
  void shouldKeepAnAnswerAndALargeMessageAndOldRecordsToItself() {
    ready(1, Direction.OUTBOUND);
    ready(2, Direction.INBOUND);
    outbox.takeSent();

    tellAndVerify(ONE, records(2_000, 3));
    tellAndVerify(new PeerId(2), records(3_000, 11));
    NodeRecord old = NodeRecord.sign(key(60), 1, WALL_MILLIS - 700_000, List.of(local(60)), 0);
    tellAndVerify(new PeerId(2), List.of(old));
    assertThat(outbox.sent()).isEmpty();

    tellAndVerify(ONE, records(4_000, 1));
    assertThat(outbox.sent()).hasSize(1);
  }

  @Test
  void shouldIgnoreWhomItDoesNotKnow() {
    ready(1, Direction.INBOUND);
    exchange.onPeerGone(ONE, now);

    exchange.onGetPeers(ONE, new Message.GetPeers(0), now);
    tellAndVerify(ONE, records(2_000, 1));
    exchange.onVerified(ONE, records(2_000, 1), now);

    assertThat(outbox.sent()).isEmpty();
    assertThat(table.size()).isZero();
  }
}
