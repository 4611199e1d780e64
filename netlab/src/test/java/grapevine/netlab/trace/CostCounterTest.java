package grapevine.netlab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.NodeEvents.AnnounceResult;
import grapevine.node.protocol.port.NodeEvents.ReceiveResult;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostCounterTest {
  private static final PeerId PEER = new PeerId(1);
  private static final ItemId TX = ItemId.transaction(Hash256.fromHex("aa".repeat(32)));
  private static final ItemId BLOCK = ItemId.block(Hash256.fromHex("bb".repeat(32)));

  private final CostCounter counter = new CostCounter();

  @Test
  void shouldCountAnItemsWayThroughANode() {
    counter.onAnnounced(PEER, new Message.Inv.Entry(TX, 250, 0), AnnounceResult.NEW, 1);
    counter.onAnnounced(PEER, new Message.Inv.Entry(TX, 250, 0), AnnounceResult.INFLIGHT, 2);
    counter.onRequested(PEER, TX, 7, 3);
    counter.onReceived(PEER, TX, 250, ReceiveResult.NEW, 4);
    counter.onVerified(TX, true, 1, 5);
    counter.onRelayed(PEER, TX, 11, 6);
    counter.onRelayed(PEER, TX, 13, 6);
    counter.onReceived(PEER, TX, 250, ReceiveResult.DUPLICATE, 7);
    counter.onReceived(PEER, BLOCK, 250, ReceiveResult.UNREQUESTED, 7);

    NodeCosts costs = counter.snapshot();
    assertThat(costs.of("transaction", KindCount.ANNOUNCED_IN)).isEqualTo(2);
    assertThat(costs.of("transaction", KindCount.REQUESTED)).isEqualTo(1);
    assertThat(costs.of("transaction", KindCount.REQUEST_DELAY_NANOS)).isEqualTo(7);
    assertThat(costs.of("transaction", KindCount.BODIES)).isEqualTo(2);
    assertThat(costs.of("transaction", KindCount.DUPLICATES)).isEqualTo(1);
    assertThat(costs.of("transaction", KindCount.VERIFIED)).isEqualTo(1);
    assertThat(costs.of("transaction", KindCount.NEW)).isEqualTo(1);
    assertThat(costs.of("transaction", KindCount.ANNOUNCED_OUT)).isEqualTo(2);
    assertThat(costs.of("transaction", KindCount.RELAY_DELAY_NANOS)).isEqualTo(24);
    assertThat(costs.of("block", KindCount.UNREQUESTED)).isEqualTo(1);
    assertThat(costs.of("block", KindCount.NEW)).isZero();
  }

  @Test
  void shouldCountMessagesAndBytesByTypeAndDirection() {
    counter.onMessageSent(PEER, MessageType.INV, 40, 1);
    counter.onMessageSent(PEER, MessageType.INV, 50, 1);
    counter.onMessageReceived(PEER, MessageType.IDS, 60, 1);
    counter.onSocketBytes(Direction.OUTBOUND, 120, 1);
    counter.onSocketBytes(Direction.INBOUND, 80, 1);
    NodeCosts costs = counter.snapshot();
    assertThat(costs.sentMessages("inv")).isEqualTo(2);
    assertThat(costs.sentBytes("inv")).isEqualTo(90);
    assertThat(costs.receivedMessages("ids")).isEqualTo(1);
    assertThat(costs.receivedBytes("ids")).isEqualTo(60);
    assertThat(costs.receivedBytes("inv")).isZero();
    assertThat(costs.sentBytes()).isEqualTo(90);
    assertThat(costs.socketBytesSent()).isEqualTo(120);
    assertThat(costs.socketBytesReceived()).isEqualTo(80);
  }

  @Test
  void shouldNotChangeASnapshotThatWasTaken() {
    counter.onVerified(TX, true, 1, 1);
    NodeCosts before = counter.snapshot();
    counter.onVerified(TX, false, 1, 2);
    counter.onVerified(BLOCK, true, 1, 2);
    NodeCosts since = counter.snapshot().minus(before);
    assertThat(before.of("transaction", KindCount.VERIFIED)).isEqualTo(1);
    assertThat(since.of("transaction", KindCount.VERIFIED)).isEqualTo(1);
    assertThat(since.of("block", KindCount.VERIFIED)).isEqualTo(1);
    assertThat(since.plus(before)).isEqualTo(counter.snapshot());
    assertThat(NodeCosts.sum(List.of(since, before))).isEqualTo(counter.snapshot());
  }

  @Test
  void shouldBeginAnewWhenCleared() {
    counter.onVerified(TX, true, 1, 1);
    counter.clear();
    assertThat(counter.snapshot()).isSameAs(NodeCosts.NONE);
  }

  @Test
  void shouldCountATypeItDoesNotKnow() {
    counter.addSent("compact", 1, 9);
    assertThat(counter.snapshot().sentBytes(NodeCosts.OTHER)).isEqualTo(9);
  }
}
