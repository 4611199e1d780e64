package grapevine.node.protocol.session;

import static grapevine.node.protocol.session.SessionFixture.LOOPBACK;
import static grapevine.node.protocol.session.SessionFixture.SECOND;
import static grapevine.node.protocol.session.SessionFixture.ip4;
import static grapevine.node.protocol.session.SessionFixture.key;
import static grapevine.node.protocol.session.SessionFixture.peer;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.PeerId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MisconductTest {
  private static final long DAY = 86_400 * SECOND;

  private final SessionFixture.Limited events = new SessionFixture.Limited();
  private final Misconduct misconduct = new Misconduct(Misconduct.Limits.defaults(), events);
  private final KeyPair sinner = key(1);
  private final KeyPair other = key(2);

  private static NodeAddress ip6(int network, int host) {
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes).putInt(0x2a001234).putInt(network).putInt(0).putInt(host);
    return NodeAddress.ip(bytes, 7700);
  }

  @Test
  void shouldBanForADay() {
    misconduct.ban(sinner.publicKey(), LOOPBACK, 5);

    assertThat(misconduct.isBanned(sinner.publicKey(), LOOPBACK, 5 + DAY - 1)).isTrue();
    assertThat(misconduct.isBanned(sinner.publicKey(), LOOPBACK, 5 + DAY)).isFalse();
  }

  @Test
  void shouldBanTheHostTooWhenItIsRoutable() {
    misconduct.ban(sinner.publicKey(), ip4(8, 8, 8, 8), 0);

    NodeAddress otherPort = NodeAddress.ip(ip4(8, 8, 8, 8).host(), 1);
    assertThat(misconduct.isBanned(other.publicKey(), otherPort, 1)).isTrue();
    assertThat(misconduct.isBanned(other.publicKey(), ip4(8, 8, 8, 9), 1)).isFalse();
  }

  @Test
  void shouldNotBanTheNeighboursBehindALocalAddress() {
    misconduct.ban(sinner.publicKey(), LOOPBACK, 0);

    assertThat(misconduct.isBanned(other.publicKey(), LOOPBACK, 1)).isFalse();
  }

  @Test
  void shouldBanAWholeSubnetOfIpv6SinceOneHostOwnsIt() {
    misconduct.ban(sinner.publicKey(), ip6(1, 1), 0);

    assertThat(misconduct.isBanned(other.publicKey(), ip6(1, 77), 1)).isTrue();
    assertThat(misconduct.isBanned(other.publicKey(), ip6(2, 1), 1)).isFalse();
  }

  @Test
  void shouldBanWhomTheOperatorNamesAsLongAsHeSays() {
    misconduct.ban(new BanSubject.Node(sinner.publicKey()), 10, 5);
    misconduct.ban(BanSubject.Host.of(LOOPBACK), 20, 5);

    assertThat(misconduct.isBanned(sinner.publicKey(), ip4(8, 8, 8, 8), 14)).isTrue();
    assertThat(misconduct.isBanned(sinner.publicKey(), ip4(8, 8, 8, 8), 15)).isFalse();
    assertThat(misconduct.isBanned(other.publicKey(), LOOPBACK, 24)).isTrue();
    assertThat(misconduct.isBanned(null, LOOPBACK, 24)).isTrue();
    assertThat(misconduct.isBanned(other.publicKey(), LOOPBACK, 25)).isFalse();
  }

  @Test
  void shouldEndBansWhoeverMadeThem() {
    BanSubject node = new BanSubject.Node(sinner.publicKey());
    misconduct.ban(sinner.publicKey(), ip4(8, 8, 8, 8), 0);
    misconduct.ban(node, 10, 0);
    assertThat(misconduct.bans(1))
        .containsExactly(
            new Misconduct.Ban(node, 10, true),
            new Misconduct.Ban(node, DAY, false),
            new Misconduct.Ban(BanSubject.Host.of(ip4(8, 8, 8, 8)), DAY, false));

    assertThat(misconduct.unban(node)).isEqualTo(2);
    assertThat(misconduct.unban(node)).isZero();
    assertThat(misconduct.isBanned(sinner.publicKey(), ip4(8, 8, 8, 8), 1)).isTrue();
    assertThat(misconduct.unban(BanSubject.Host.of(ip4(8, 8, 8, 8)))).isEqualTo(1);
    assertThat(misconduct.isBanned(sinner.publicKey(), ip4(8, 8, 8, 8), 1)).isFalse();
    misconduct.checkInvariants();
  }

  @Test
  void shouldKeepTheOperatorsBansApartAndBounded() {
    BanSubject first = new BanSubject.Node(sinner.publicKey());
    misconduct.ban(first, Long.MAX_VALUE, 7);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[32];
      ByteBuffer.wrap(bytes).putInt(i);
      misconduct.ban(new BanSubject.Node(PublicKey.of(bytes)), 1_000_000 + i, 7);
    }
    misconduct.checkInvariants();

    assertThat(misconduct.bans(8)).hasSize(1_024).extracting(Misconduct.Ban::who).contains(first);
  }

  @Test
  void shouldForgetTheOldestBanWhenTheTableIsFull() {
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[32];
      ByteBuffer.wrap(bytes).putInt(i);
      misconduct.ban(PublicKey.of(bytes), LOOPBACK, i);
    }
    misconduct.checkInvariants();

    PublicKey oldest = PublicKey.of(new byte[32]);
    assertThat(misconduct.isBanned(oldest, LOOPBACK, 5_000)).isFalse();
    assertThat(events.count("ban-table")).isEqualTo(5_000 - 4_096);
  }

  @Test
  void shouldMoveARenewedBanToTheEnd() {
    misconduct.ban(sinner.publicKey(), LOOPBACK, 0);
    misconduct.ban(other.publicKey(), LOOPBACK, 1);
    misconduct.ban(sinner.publicKey(), LOOPBACK, 2);

    misconduct.checkInvariants();
    assertThat(misconduct.isBanned(sinner.publicKey(), LOOPBACK, DAY + 1)).isTrue();
    assertThat(misconduct.isBanned(other.publicKey(), LOOPBACK, DAY + 1)).isFalse();
  }

  @Test
  void shouldTolerateAHundredUnsolicitedBodiesAMinute() {
    misconduct.onPeerReady(peer(1, sinner), 0);
    long now = 100 * SECOND;
    for (int minute = 0; minute < 3; minute++) {
      for (int i = 0; i < 100; i++) {
        assertThat(misconduct.onUnsolicited(new PeerId(1), now)).isFalse();
      }
      now += 60 * SECOND;
    }
    for (int i = 0; i < 100; i++) {
      misconduct.onUnsolicited(new PeerId(1), now);
    }
    assertThat(misconduct.onUnsolicited(new PeerId(1), now)).isTrue();
  }

  @Test
  void shouldKeepNoAccountOfWhomItDoesNotKnow() {
    misconduct.onPeerReady(peer(1, sinner), 0);
    misconduct.onPeerGone(new PeerId(1), 0);

    for (int i = 0; i < 200; i++) {
      assertThat(misconduct.onUnsolicited(new PeerId(1), 0)).isFalse();
      assertThat(misconduct.onUnknownType(new PeerId(1), 0)).isFalse();
    }
  }
}
