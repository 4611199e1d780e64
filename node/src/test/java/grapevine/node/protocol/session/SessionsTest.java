package grapevine.node.protocol.session;

import static grapevine.node.protocol.session.SessionFixture.LOOPBACK;
import static grapevine.node.protocol.session.SessionFixture.NETWORK;
import static grapevine.node.protocol.session.SessionFixture.SECOND;
import static grapevine.node.protocol.session.SessionFixture.hello;
import static grapevine.node.protocol.session.SessionFixture.ip4;
import static grapevine.node.protocol.session.SessionFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionsTest {
  private static final Sessions.Limits LIMITS =
      new Sessions.Limits(5 * SECOND, 3, 2, 2, 4, 50_000, 40_000);

  private final KeyPair self = key(1);
  private final KeyPair other = key(2);
  private final Message.Hello ours = hello(self);
  private final RecordingOutbox outbox = new RecordingOutbox();
  private final SessionFixture.Limited events = new SessionFixture.Limited();
  private final Misconduct misconduct = new Misconduct(Misconduct.Limits.defaults(), events);
  private Optional<PeerId> evictable = Optional.empty();
  private final Sessions sessions = sessions(LIMITS);
  private long now = SECOND;

  private Sessions sessions(Sessions.Limits limits) {
    return new Sessions(
        limits,
        new Sessions.Self(self.publicKey(), NETWORK, 1, 2, 0b1011),
        misconduct,
        outbox,
        events,
        () -> evictable);
  }

  private boolean connect(long id, KeyPair node, Direction direction, NodeAddress remote) {
    boolean let =
        sessions.onConnected(new PeerId(id), node.publicKey(), direction, remote, ours, now);
    sessions.checkInvariants();
    return let;
  }

  private boolean connect(long id, KeyPair node) {
    return connect(id, node, Direction.INBOUND, LOOPBACK);
  }

  private Optional<PeerInfo> greet(long id, Message.Hello hello) {
    PeerId peer = new PeerId(id);
    Optional<PeerInfo> info =
        sessions.admit(peer, hello, now) ? sessions.onHello(peer, hello, now) : Optional.empty();
    info.ifPresent(ready -> misconduct.onPeerReady(ready, now));
    sessions.checkInvariants();
    return info;
  }

  private void ready(long id, KeyPair node) {
    assertThat(connect(id, node)).isTrue();
    assertThat(greet(id, hello(node))).isPresent();
  }

  private void assertDisconnected(long id, DisconnectReason reason) {
    assertThat(outbox.takeDisconnects())
        .singleElement()
        .satisfies(
            gone -> {
              assertThat(gone.peer()).isEqualTo(new PeerId(id));
              assertThat(gone.reason()).isEqualTo(reason);
            });
  }

  @AfterEach
  void holdInvariants() {
    sessions.checkInvariants();
    misconduct.checkInvariants();
  }

  @Test
  void shouldSendOurHelloAtOnceAndBeReadyWithTheirs() {
    assertThat(connect(1, other)).isTrue();

    assertThat(outbox.sent(new PeerId(1))).containsExactly(ours);
    assertThat(sessions.peer(new PeerId(1))).isNull();
    assertThat(sessions.count(Direction.INBOUND)).isOne();

    Optional<PeerInfo> info = greet(1, hello(other, 1, 9, 0b100010));

    assertThat(info).isPresent();
    assertThat(info.get().version()).isEqualTo(2);
    assertThat(info.get().features()).isEqualTo(0b10);
    assertThat(sessions.ready()).containsExactly(info.get());
    assertThat(sessions.byKey(other.publicKey())).contains(new PeerId(1));
    assertThat(sessions.connectedNanos(new PeerId(1))).isEqualTo(now);
  }

  static List<Message> early() {
    return List.of(
        new Message.Ping(1, 0),
        new Message.Inv(List.of()),
        new Message.GetData(List.of()),
        new Message.GetPeers(0),
        new Message.Unknown(33, 10));
  }

  @Test
  void shouldHearWhyItIsRefused() {
    connect(1, other);
    outbox.takeSent();

    assertThat(sessions.admit(new PeerId(1), new Message.Bye("too-many-peers"), now)).isTrue();

    assertThat(outbox.disconnects()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("early")
  void shouldDisconnectWhoSpeaksBeforeHello(Message message) {
    connect(1, other);
    outbox.takeSent();

    assertThat(sessions.admit(new PeerId(1), message, now)).isFalse();

    assertDisconnected(1, DisconnectReason.BEFORE_HELLO);
    assertThat(greet(1, hello(other))).isEmpty();
    assertThat(outbox.sent()).isEmpty();
  }

  @Test
  void shouldDisconnectASecondHelloAndKeepWhatTheFirstSaid() {
    ready(1, other);
    Message.Hello second = hello(other, 1, 2, 0b1011);

    assertThat(sessions.admit(new PeerId(1), second, now)).isFalse();

    assertDisconnected(1, DisconnectReason.DUPLICATE_HELLO);
    assertThat(sessions.onHello(new PeerId(1), second, now)).isEmpty();
    PeerInfo gone = sessions.onDisconnected(new PeerId(1), now);
    assertThat(gone).isNotNull();
    assertThat(gone.features()).isZero();
  }

  @Test
  void shouldRefuseVersionsThatDoNotOverlap() {
    connect(1, other);

    assertThat(greet(1, hello(other, 3, 9, 0))).isEmpty();
    assertDisconnected(1, DisconnectReason.NO_COMMON_VERSION);
  }

  @Test
  void shouldRefuseVersionZero() {
    connect(1, other);

    assertThat(greet(1, hello(other, 0, 0, 0))).isEmpty();
    assertDisconnected(1, DisconnectReason.NO_COMMON_VERSION);
  }

  @Test
  void shouldRefuseANodeWithoutBlocksThatNamesAnotherNetwork() {
    connect(1, other);
    Message.Hello right = hello(other);
    Message.Hello wrong =
        new Message.Hello(1, 1, 0, 0, Hash256.ZERO, 0, 0, right.record(), "x", List.of());

    assertThat(greet(1, wrong)).isEmpty();
    assertDisconnected(1, DisconnectReason.WRONG_NETWORK);
  }

  @Test
  void shouldRefuseARequiredFeatureThatIsNotKnown() {
    connect(1, other);

    assertThat(greet(1, hello(other, 1, 1, 0b10000))).isEmpty();
    assertDisconnected(1, DisconnectReason.UNKNOWN_FEATURE);
  }

  @Test
  void shouldRefuseARecordThatBearsAnotherKey() {
    connect(1, other);

    assertThat(greet(1, hello(key(3)))).isEmpty();
    assertDisconnected(1, DisconnectReason.BAD_RECORD);
    assertThat(misconduct.isBanned(other.publicKey(), LOOPBACK, now)).isTrue();
  }

  @Test
  void shouldBanWhoIsDisconnectedForSomethingProvableOnly() {
    ready(1, other);
    ready(2, key(3));

    sessions.disconnect(new PeerId(1), DisconnectReason.BAD_SIGNATURE, "a sentence", now);
    sessions.disconnect(new PeerId(1), DisconnectReason.BAD_MERKLE, "another", now);
    assertDisconnected(1, DisconnectReason.BAD_SIGNATURE);
    sessions.disconnect(new PeerId(2), DisconnectReason.BLOCK_STALL, "a sentence", now);
    assertDisconnected(2, DisconnectReason.BLOCK_STALL);

    assertThat(sessions.admit(new PeerId(1), new Message.Ping(1, 0), now)).isFalse();
    assertThat(misconduct.isBanned(other.publicKey(), LOOPBACK, now)).isTrue();
    assertThat(misconduct.isBanned(key(3).publicKey(), LOOPBACK, now)).isFalse();
  }

  @Test
  void shouldRefuseItselfAThousandTimesAndRememberNothing() {
    for (int i = 1; i <= 1_000; i++) {
      assertThat(connect(i, self)).isFalse();
      assertDisconnected(i, DisconnectReason.SELF_CONNECTION);
      assertThat(sessions.onDisconnected(new PeerId(i), now)).isNull();
    }
    assertThat(outbox.sent()).isEmpty();
    assertThat(sessions.count(Direction.INBOUND)).isZero();
  }

  @Test
  void shouldRefuseWhoIsBanned() {
    misconduct.ban(other.publicKey(), LOOPBACK, now);

    assertThat(connect(1, other)).isFalse();
    assertDisconnected(1, DisconnectReason.BANNED);
    assertThat(connect(2, key(3))).isTrue();
  }

  @Test
  void shouldIgnoreAHundredUnknownMessagesAndDisconnectAtTheNext() {
    ready(1, other);
    for (int i = 0; i < 100; i++) {
      assertThat(sessions.admit(new PeerId(1), new Message.Unknown(0xEF, 16), now)).isFalse();
      now += SECOND / 20;
    }
    assertThat(outbox.disconnects()).isEmpty();

    sessions.admit(new PeerId(1), new Message.Unknown(0xEF, 16), now);

    assertDisconnected(1, DisconnectReason.UNKNOWN_TYPE_FLOOD);
    assertThat(events.count("unknown-type")).isEqualTo(101);
  }

  @Test
  void shouldKeepTheSameOneOfTwoCrossingConnectionsOnBothEnds() {
    List<KeyPair> nodes = new ArrayList<>(List.of(self, other));
    nodes.sort(Comparator.comparing(KeyPair::publicKey));
    boolean selfIsLower = nodes.getFirst() == self;
    Direction kept = selfIsLower ? Direction.OUTBOUND : Direction.INBOUND;
    Direction lost = selfIsLower ? Direction.INBOUND : Direction.OUTBOUND;

    assertThat(connect(1, other, kept, LOOPBACK)).isTrue();
    assertThat(connect(2, other, lost, LOOPBACK)).isFalse();
    assertDisconnected(2, DisconnectReason.DUPLICATE_CONNECTION);

    assertThat(connect(3, key(3), lost, LOOPBACK)).isTrue();
    sessions.onDisconnected(new PeerId(1), now);
    assertThat(connect(4, other, lost, LOOPBACK)).isTrue();
    assertThat(connect(5, other, kept, LOOPBACK)).isTrue();
    assertDisconnected(4, DisconnectReason.DUPLICATE_CONNECTION);
    assertThat(sessions.byKey(other.publicKey())).contains(new PeerId(5));

    // The end of the one that lost must not touch the one that won.
    sessions.onDisconnected(new PeerId(4), now);
    assertThat(sessions.isConnected(other.publicKey())).isTrue();
  }

  @Test
  void shouldRefuseASecondConnectionInTheSameDirection() {
    ready(1, other);

    assertThat(connect(2, other)).isFalse();
    assertDisconnected(2, DisconnectReason.DUPLICATE_CONNECTION);
    assertThat(sessions.peer(new PeerId(1))).isNotNull();
  }

  @Test
  void shouldRefuseTheNewcomerWhenAllInboundPeersAreProtected() {
    ready(1, key(11));
    ready(2, key(12));
    ready(3, key(13));

    assertThat(connect(4, key(14))).isFalse();
    assertDisconnected(4, DisconnectReason.TOO_MANY_PEERS);
  }

  @Test
  void shouldEvictWhoMayBeEvictedForANewcomer() {
    ready(1, key(11));
    ready(2, key(12));
    ready(3, key(13));
    evictable = Optional.of(new PeerId(2));

    assertThat(connect(4, key(14))).isTrue();
    assertDisconnected(2, DisconnectReason.EVICTED);
    assertThat(sessions.count(Direction.INBOUND)).isEqualTo(3);
    assertThat(sessions.admit(new PeerId(2), new Message.Ping(1, 0), now)).isFalse();
    assertThat(sessions.onDisconnected(new PeerId(2), now)).isNotNull();
  }

  @Test
  void shouldLetTheOldestThatOwesItsHelloGoFirst() {
    ready(1, key(11));
    connect(2, key(12));
    connect(3, key(13));
    evictable = Optional.of(new PeerId(1));

    assertThat(connect(4, key(14))).isTrue();
    assertDisconnected(2, DisconnectReason.EVICTED);
  }

  @Test
  void shouldNeverEvictAnOutboundPeerForAnInboundOne() {
    assertThat(connect(1, other, Direction.OUTBOUND, LOOPBACK)).isTrue();
    greet(1, hello(other));
    ready(2, key(12));
    ready(3, key(13));
    ready(4, key(14));
    evictable = Optional.of(new PeerId(1));

    assertThat(connect(5, key(15))).isFalse();
    assertDisconnected(5, DisconnectReason.TOO_MANY_PEERS);
    assertThat(sessions.peer(new PeerId(1))).isNotNull();
  }

  @Test
  void shouldBoundOutboundConnections() {
    connect(1, key(11), Direction.OUTBOUND, LOOPBACK);
    connect(2, key(12), Direction.OUTBOUND, LOOPBACK);

    assertThat(connect(3, key(13), Direction.OUTBOUND, LOOPBACK)).isFalse();
    assertDisconnected(3, DisconnectReason.TOO_MANY_PEERS);
  }

  @Test
  void shouldBoundInboundConnectionsOfOneRoutableHostOnly() {
    assertThat(connect(1, key(11), Direction.INBOUND, ip4(8, 8, 8, 8))).isTrue();
    assertThat(connect(2, key(12), Direction.INBOUND, ip4(8, 8, 8, 8))).isTrue();
    assertThat(connect(3, key(13), Direction.INBOUND, ip4(8, 8, 8, 8))).isFalse();
    assertDisconnected(3, DisconnectReason.TOO_MANY_PEERS);
    assertThat(connect(4, key(14), Direction.INBOUND, ip4(8, 8, 8, 9))).isTrue();
  }

  @Test
  void shouldBoundInboundConnectionsOfOneGroup() {
    Sessions roomy = sessions(Sessions.Limits.defaults());
    for (int i = 1; i <= 5; i++) {
      boolean let =
          roomy.onConnected(
              new PeerId(i),
              key(10 + i).publicKey(),
              Direction.INBOUND,
              ip4(8, 8, i, 8),
              ours,
              now);
      assertThat(let).isEqualTo(i <= 4);
      roomy.checkInvariants();
    }
    assertDisconnected(5, DisconnectReason.TOO_MANY_PEERS);
  }

  @Test
  void shouldDisconnectWhoSendsNoHelloInTime() {
    connect(1, key(11));
    now += 2 * SECOND;
    connect(2, key(12));
    assertThat(sessions.nextDeadlineNanos()).isEqualTo(6 * SECOND);

    now = 6 * SECOND;
    sessions.onTimer(now);

    assertDisconnected(1, DisconnectReason.HANDSHAKE_TIMEOUT);
    assertThat(sessions.nextDeadlineNanos()).isEqualTo(8 * SECOND);
    assertThat(sessions.onDisconnected(new PeerId(1), now)).isNull();
  }

  @Test
  void shouldLetEveryHonestRateThroughAndStopOneThatWouldOwnTheLoop() {
    ready(1, other);
    for (int i = 0; i < 40_000; i++) {
      assertThat(sessions.admit(new PeerId(1), new Message.Ping(i, 0), now)).isTrue();
    }
    assertThat(sessions.admit(new PeerId(1), new Message.Ping(0, 0), now)).isFalse();
    assertDisconnected(1, DisconnectReason.MESSAGE_RATE);
  }

  @Test
  void shouldDropMessagesOfWhomItDoesNotKnow() {
    assertThat(sessions.admit(new PeerId(9), new Message.Ping(1, 0), now)).isFalse();
    assertThat(sessions.onHello(new PeerId(9), hello(other), now)).isEmpty();
    assertThat(sessions.onDisconnected(new PeerId(9), now)).isNull();
    assertThat(sessions.connectedNanos(new PeerId(9))).isEqualTo(-1);
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldHoldItsInvariantsWhateverHappens() {
    SplittableRandom random = new SplittableRandom(5);
    List<KeyPair> nodes = random.ints(12, 0, 1 << 20).mapToObj(SessionFixture::key).toList();
    List<Message.Hello> hellos = nodes.stream().map(SessionFixture::hello).toList();
    int most = 0;
    for (int step = 1; step <= 5_000; step++) {
      int node = random.nextInt(nodes.size());
      PeerId any = new PeerId(random.nextLong(Math.max(1, step - 40), step + 1));
      now += random.nextInt((int) SECOND / 2);
      evictable = random.nextBoolean() ? Optional.of(any) : Optional.empty();
      switch (random.nextInt(5)) {
        case 0, 1 ->
            connect(
                step,
                nodes.get(node),
                random.nextBoolean() ? Direction.INBOUND : Direction.OUTBOUND,
                LOOPBACK);
        case 2 -> {
          if (sessions.admit(any, hellos.get(node), now)) {
            sessions.onHello(any, hellos.get(node), now);
          }
        }
        case 3 -> sessions.onDisconnected(any, now);
        default -> sessions.onTimer(now);
      }
      sessions.checkInvariants();
      most = Math.max(most, sessions.ready().size());
    }
    assertThat(most).isPositive();
  }
}
