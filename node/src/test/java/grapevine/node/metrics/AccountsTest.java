package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents.ReceiveResult;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.MessageType;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private final Accounts accounts = new Accounts();

  @Test
  void shouldCountForThePeerAndForAll() {
    accounts.onMessageReceived(Sample.PEER, MessageType.HELLO, 100, 0); // not ready yet
    accounts.onPeerUp(Sample.peer(), 1);
    accounts.onMessageReceived(Sample.PEER, MessageType.INV, 50, 2);
    accounts.onMessageReceived(Sample.PEER, MessageType.INV, 60, 3);
    accounts.onMessageSent(Sample.PEER, MessageType.GETDATA, 40, 4);

    Account.Traffic inv = new Account.Traffic(2, 110, 0, 0);
    Account.Traffic getdata = new Account.Traffic(0, 0, 1, 40);
    assertThat(accounts.of(Sample.PEER).types())
        .isEqualTo(Map.of(MessageType.INV, inv, MessageType.GETDATA, getdata));
    assertThat(accounts.of(Sample.PEER).total()).isEqualTo(new Account.Traffic(2, 110, 1, 40));
    assertThat(accounts.total().total()).isEqualTo(new Account.Traffic(3, 210, 1, 40));
  }

  @Test
  void shouldTellFirstBodiesFromDuplicates() {
    accounts.onPeerUp(Sample.peer(), 1);
    for (ReceiveResult result : ReceiveResult.values()) {
      accounts.onReceived(Sample.PEER, Sample.TRANSACTION, 200, result, 2);
    }
    accounts.onServed(Sample.PEER, Sample.TRANSACTION, 200, 3);

    Account account = accounts.of(Sample.PEER);
    assertThat(account.first()).isEqualTo(1);
    assertThat(account.duplicates()).isEqualTo(1);
    assertThat(account.served()).isEqualTo(1);
  }

  @Test
  void shouldOutliveThePeer() {
    Sample.tellAll(accounts);
    accounts.onPeerDown(Sample.PEER, Sample.peer(), DisconnectReason.IDLE, "", 99);

    assertThat(accounts.of(Sample.PEER)).isEqualTo(Account.EMPTY);
    assertThat(accounts.of(new PeerId(99))).isEqualTo(Account.EMPTY);
    assertThat(accounts.total().announced()).isEqualTo(1);
    assertThat(accounts.total().requested()).isEqualTo(1);
    assertThat(accounts.socketBytes(Direction.INBOUND)).isEqualTo(500);
    assertThat(accounts.socketBytes(Direction.OUTBOUND)).isEqualTo(600);
  }
}
