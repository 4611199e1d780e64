package grapevine.node.protocol.session;

import static grapevine.node.protocol.session.SessionFixture.SECOND;
import static grapevine.node.protocol.session.SessionFixture.key;
import static grapevine.node.protocol.session.SessionFixture.peer;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.session.Keepalive.Liveness;
import grapevine.node.wire.Message;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepaliveTest {
  private static final long WALL_MILLIS = 1_800_000_000_000L;
  private static final PeerId ONE = new PeerId(1);
  private static final PeerId TWO = new PeerId(2);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final SessionFixture.Limited events = new SessionFixture.Limited();
  private final Keepalive keepalive =
      new Keepalive(
          Keepalive.Limits.defaults(),
          new NodeTime(WALL_MILLIS, 0),
          outbox,
          events,
          new SplittableRandom(3));
  private long now = SECOND;

  private Message.Ping ready(PeerId peer) {
    keepalive.onPeerReady(peer(peer.value(), key((int) peer.value())), now);
    keepalive.checkInvariants();
    return lastPing(peer);
  }

  private Message.Ping lastPing(PeerId peer) {
    return outbox.sent(peer, Message.Ping.class).getLast();
  }

  private long pong(PeerId from, Message.Ping ping) {
    keepalive.onHeard(from, now);
    return keepalive.onPong(from, new Message.Pong(ping.nonce(), ping.t1Micros(), 0, 0, 0, 0), now);
  }

  /** Runs every timer in time up to {@code untilNanos}; the living answer each ping at once. */
  private void run(long untilNanos, PeerId... living) {
    while (keepalive.nextDeadlineNanos() <= untilNanos) {
      now = Math.max(now, keepalive.nextDeadlineNanos());
      outbox.takeSent();
      keepalive.onTimer(now);
      answerAll(List.of(living));
      keepalive.checkInvariants();
    }
    now = untilNanos;
  }

  private void answerAll(List<PeerId> living) {
    for (RecordingOutbox.Sent sent : outbox.sent()) {
      if (sent.message() instanceof Message.Ping ping && living.contains(sent.to())) {
        pong(sent.to(), ping);
      }
    }
  }

  @AfterEach
  void holdInvariants() {
    keepalive.checkInvariants();
  }

  @Test
  void shouldMeasureARoundTripAsSoonAsThePeerIsReady() {
    Message.Ping ping = ready(ONE);
    assertThat(ping.t1Micros()).isEqualTo(WALL_MILLIS * 1000 + SECOND / 1000);
    assertThat(keepalive.roundTripNanos(ONE)).isEqualTo(-1);

    now += 40_000_000;
    assertThat(pong(ONE, ping)).isEqualTo(40_000_000);
    long sentNanos = keepalive.nextDeadlineNanos();
    run(sentNanos);
    now += 50_000_000;
    Message.Ping second = lastPing(ONE);
    long roundTripNanos = pong(ONE, second);

    assertThat(roundTripNanos).isEqualTo(50_000_000);
    assertThat(keepalive.roundTripNanos(ONE)).isEqualTo(50_000_000);
    assertThat(keepalive.roundTripMinNanos(ONE)).isEqualTo(40_000_000);
  }

  @Test
  void shouldTellTheMedianOfThePeersClocks() {
    assertThat(keepalive.clockOffsetMicros()).isEmpty();
    List<PeerId> peers = List.of(ONE, TWO, new PeerId(9));
    long[] aheadMicros = {-3_000_000, 250_000, Long.MAX_VALUE};
    for (int i = 0; i < peers.size(); i++) {
      Message.Ping ping = ready(peers.get(i));
      now += 40_000_000;
      // Read when it had half of its way, answered at once.
      long theirs =
          aheadMicros[i] == Long.MAX_VALUE
              ? Long.MAX_VALUE
              : ping.t1Micros() + 20_000 + aheadMicros[i];
      keepalive.onPong(
          peers.get(i), new Message.Pong(ping.nonce(), ping.t1Micros(), theirs, theirs, 0, 0), now);
    }
    assertThat(keepalive.clockOffsetMicros()).hasValue(250_000);
    keepalive.onPeerGone(TWO, now);
    assertThat(keepalive.clockOffsetMicros()).hasValue(-3_000_000);
  }

  @Test
  void shouldNotCountWhoDoesNotTellItsTime() {
    pong(ONE, ready(ONE));
    assertThat(keepalive.clockOffsetMicros()).isEmpty();
  }

  @Test
  void shouldPingAboutEveryFifteenSeconds() {
    ready(ONE);
    long lastNanos = now;
    for (int i = 0; i < 50; i++) {
      long dueNanos = keepalive.nextDeadlineNanos();
      assertThat(dueNanos - lastNanos).isBetween(12 * SECOND, 18 * SECOND);
      run(dueNanos, ONE);
      lastNanos = dueNanos;
    }
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldAnswerAPingWithTimesAndTheClosedMinute() {
    ready(ONE);
    outbox.takeSent();

    keepalive.onPing(ONE, new Message.Ping(77, 5), 30_000_000, 0xabcd, now);

    long micros = WALL_MILLIS * 1000 + SECOND / 1000;
    assertThat(outbox.sent(ONE))
        .containsExactly(new Message.Pong(77, 5, micros, micros, 30_000_000, 0xabcd));
  }

  @Test
  void shouldIgnoreAPongThatAnswersNothing() {
    Message.Ping ping = ready(ONE);

    assertThat(keepalive.onPong(ONE, new Message.Pong(ping.nonce() + 1, 0, 0, 0, 0, 0), now))
        .isEqualTo(-1);
    assertThat(events.count("unknown-pong")).isOne();
    assertThat(pong(ONE, ping)).isZero();
    assertThat(pong(ONE, ping)).isEqualTo(-1);
  }

  @Test
  void shouldAnswerAtMostABurstOfAPingFlood() {
    ready(ONE);
    outbox.takeSent();
    for (int i = 0; i < 100_000; i++) {
      keepalive.onPing(ONE, new Message.Ping(i, 0), 0, 0, now + i * 10_000L);
    }

    assertThat(outbox.sent(ONE, Message.Pong.class)).hasSizeLessThanOrEqualTo(16);
    assertThat(outbox.disconnects())
        .singleElement()
        .extracting(RecordingOutbox.Disconnected::reason)
        .isEqualTo(DisconnectReason.PING_RATE);
  }

  @Test
  void shouldSuspectAndThenDropASilentPeerOnly() {
    ready(ONE);
    ready(TWO);
    long heardNanos = now;

    run(heardNanos + 30 * SECOND, TWO);
    assertThat(keepalive.liveness(ONE, now)).isEqualTo(Liveness.ALIVE);
    run(heardNanos + 74 * SECOND, TWO);
    assertThat(keepalive.liveness(ONE, now)).isEqualTo(Liveness.SUSPECT);
    assertThat(keepalive.liveness(TWO, now)).isEqualTo(Liveness.ALIVE);
    assertThat(outbox.disconnects()).isEmpty();
    run(heardNanos + 90 * SECOND, TWO);

    assertThat(outbox.disconnects())
        .singleElement()
        .satisfies(
            gone -> {
              assertThat(gone.peer()).isEqualTo(ONE);
              assertThat(gone.reason()).isEqualTo(DisconnectReason.IDLE);
            });
    assertThat(keepalive.liveness(ONE, now)).isEqualTo(Liveness.FAILED);
  }

  @Test
  void shouldTakeAnyMessageForASignOfLife() {
    ready(ONE);
    for (int i = 0; i < 10; i++) {
      run(now + 60 * SECOND);
      keepalive.onHeard(ONE, now);
    }
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldDropNobodyWhenItWakesFromAStop() {
    ready(ONE);
    ready(TWO);
    run(now + 100 * SECOND, ONE, TWO);

    now += 200 * SECOND;
    keepalive.onTimer(now);
    keepalive.checkInvariants();

    assertThat(outbox.disconnects()).isEmpty();
    assertThat(keepalive.liveness(ONE, now)).isEqualTo(Liveness.ALIVE);
    assertThat(events.count("own-lag")).isOne();
    run(now + 100 * SECOND, ONE, TWO);
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldDropNobodyWhenAMessageIsTheFirstThingItSeesAfterAStop() {
    ready(ONE);
    ready(TWO);
    run(now + 100 * SECOND, ONE, TWO);

    now += 200 * SECOND;
    keepalive.onHeard(TWO, now);
    keepalive.checkInvariants();
    keepalive.onTimer(now);

    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldPingAtOnceWhoWasDueDuringAStop() {
    ready(ONE);
    now += 30 * SECOND;
    keepalive.onHeard(ONE, now);

    outbox.takeSent();
    keepalive.onTimer(keepalive.nextDeadlineNanos());

    assertThat(keepalive.nextDeadlineNanos()).isGreaterThan(now);
    assertThat(outbox.sent(ONE, Message.Ping.class)).hasSize(1);
  }

  @Test
  void shouldStillDropWhoStaysSilentAfterAStop() {
    ready(ONE);
    run(now + 10 * SECOND);

    now += 30 * SECOND;
    keepalive.onTimer(now);
    run(now + 76 * SECOND);

    assertThat(outbox.disconnects()).hasSize(1);
  }

  @Test
  void shouldNotMeasureARoundTripAcrossAStop() {
    ready(ONE);
    Message.Ping before = lastPing(ONE);

    now += 60 * SECOND;
    assertThat(pong(ONE, before)).isEqualTo(-1);
    assertThat(events.count("unknown-pong")).isZero();

    keepalive.onTimer(now);
    now += 5_000_000;
    assertThat(pong(ONE, lastPing(ONE))).isEqualTo(5_000_000);
    assertThat(keepalive.roundTripMinNanos(ONE)).isEqualTo(5_000_000);
  }

  @Test
  void shouldBeAtRestWithoutPeers() {
    ready(ONE);
    keepalive.onPeerGone(ONE, now);
    outbox.takeSent();

    assertThat(keepalive.nextDeadlineNanos()).isEqualTo(Component.NEVER);
    keepalive.onHeard(ONE, now);
    keepalive.onPing(ONE, new Message.Ping(1, 0), 0, 0, now);
    assertThat(keepalive.onPong(ONE, new Message.Pong(1, 0, 0, 0, 0, 0), now)).isEqualTo(-1);
    assertThat(outbox.sent()).isEmpty();
  }
}
