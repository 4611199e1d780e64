package grapevine.node.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrickleRelayTest {
  private static final double SECOND = 1e9;
  private static final int DRAWS = 20_000;
  private static final PeerInfo OUT = TestPeers.outbound(1);
  private static final PeerInfo OUT_2 = TestPeers.outbound(2);
  private static final PeerInfo IN = TestPeers.inbound(3);
  private static final PeerInfo IN_2 = TestPeers.inbound(4);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final List<Long> heldNanos = new ArrayList<>();
  private final RelayStrategy relay =
      RelayKind.TRICKLE.create(
          RelayStrategy.Limits.defaults(),
          (to, id, nowNanos) -> {
            throw new AssertionError("pushes");
          },
          outbox,
          new NodeEvents() {
            @Override
            public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
              heldNanos.add(sinceAcceptedNanos);
            }
          },
          new SplittableRandom(1));

  private int items;
  private long nowNanos;

  @AfterEach
  void checkInvariants() {
    relay.checkInvariants();
  }

  private void connect(PeerInfo... peers) {
    for (PeerInfo peer : peers) {
      relay.onPeerReady(peer, nowNanos);
    }
  }

  private ItemId accept() {
    ItemId id = TestPeers.transaction(items++);
    relay.onAccepted(id, 200, 0, null, nowNanos);
    return id;
  }

  /** Goes to the next deadline; how long that took, in seconds. */
  private double tick() {
    long beforeNanos = nowNanos;
    nowNanos = relay.nextDeadlineNanos();
    relay.onTimer(nowNanos);
    return (nowNanos - beforeNanos) / SECOND;
  }

  private List<ItemId> told(PeerInfo peer) {
    List<ItemId> ids = new ArrayList<>();
    for (Message.Inv inv : outbox.sent(peer.id(), Message.Inv.class)) {
      inv.entries().forEach(entry -> ids.add(entry.id()));
    }
    return ids;
  }

  private List<Double> delays(PeerInfo peer) {
    connect(peer);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      accept();
      seconds.add(tick());
    }
    return seconds;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }

  @Test
  void shouldDelayOutboundPeersByTwoSecondsOnAverageExponentially() {
    List<Double> seconds = delays(OUT);

    assertThat(mean(seconds)).isCloseTo(2, within(0.06));
    assertThat(seconds).filteredOn(s -> s > 2).hasSizeBetween(share(1), share(1) + 600);
    assertThat(seconds).filteredOn(s -> s > 6).hasSizeBetween(share(3) - 150, share(3) + 150);
  }

  /** How many of all draws exceed so many means, less some for chance. */
  private static int share(int means) {
    return (int) (DRAWS * StrictMath.exp(-means)) - (means == 1 ? 300 : 0);
  }

  @Test
  void shouldDelayInboundPeersByFiveSecondsOnAverage() {
    assertThat(mean(delays(IN))).isCloseTo(5, within(0.15));
  }

  @Test
  void shouldTellAllInboundPeersAtOneTickAndOutboundOnesEachAtItsOwn() {
    connect(OUT, OUT_2, IN, IN_2);
    ItemId first = accept();
    assertThat(outbox.sent()).isEmpty();
    List<Long> ticks = new ArrayList<>();
    while (relay.nextDeadlineNanos() != Component.NEVER) {
      tick();
      ticks.add(nowNanos);
      assertThat(told(IN)).isEqualTo(told(IN_2));
    }

    assertThat(ticks).hasSize(3).doesNotHaveDuplicates();
    assertThat(told(IN)).containsExactly(first);
    assertThat(told(OUT)).containsExactly(first);
    assertThat(heldNanos).hasSize(4).allMatch(ticks::contains);
  }

  @Test
  void shouldLetALateInboundPeerJoinTheTickThatIsDue() {
    connect(IN);
    ItemId first = accept();
    long dueNanos = relay.nextDeadlineNanos();
    nowNanos = dueNanos / 2;
    connect(IN_2);
    ItemId second = accept();

    assertThat(relay.nextDeadlineNanos()).isEqualTo(dueNanos);
    tick();
    assertThat(outbox.sent(IN.id())).hasSize(1);
    assertThat(told(IN)).containsExactly(first, second);
    assertThat(told(IN_2)).containsExactly(second);
  }

  @Test
  void shouldWaitAsLongFromAnyMomentOfAnArmedTimer() {
    // Memoryless: who comes a second into the wait, finding a timer armed, waits 5 s on average
    // too.
    connect(IN);
    List<Double> rest = new ArrayList<>();
    while (rest.size() < DRAWS / 2) {
      accept();
      long secondIn = nowNanos + (long) SECOND;
      if (relay.nextDeadlineNanos() > secondIn) {
        nowNanos = secondIn;
        accept();
        rest.add(tick());
      } else {
        tick();
      }
    }

    assertThat(mean(rest)).isCloseTo(5, within(0.15));
  }

  @Test
  void shouldArmNoTimerWhileNothingWaits() {
    connect(OUT, IN);
    assertThat(relay.nextDeadlineNanos()).isEqualTo(Component.NEVER);
    ItemId id = accept();
    tick();
    tick();

    assertThat(relay.nextDeadlineNanos()).isEqualTo(Component.NEVER);
    relay.onPeerHas(OUT.id(), List.of(TestPeers.transaction(items)));
    relay.onPeerHas(IN.id(), List.of(TestPeers.transaction(items)));
    accept();
    assertThat(relay.nextDeadlineNanos()).isEqualTo(Component.NEVER);
    assertThat(told(OUT)).containsExactly(id);
  }

  @Test
  void shouldSendABlockAloneAndLeaveTransactionsToTheirTime() {
    connect(OUT);
    ItemId waits = accept();
    long dueNanos = relay.nextDeadlineNanos();

    relay.onAccepted(TestPeers.block(1), 2_000, 0, null, nowNanos);
    relay.onWritable(OUT.id(), nowNanos);

    assertThat(told(OUT)).containsExactly(TestPeers.block(1));
    assertThat(relay.nextDeadlineNanos()).isEqualTo(dueNanos);
    tick();
    assertThat(told(OUT)).containsExactly(TestPeers.block(1), waits);
  }

  @Test
  void shouldAddTheWaitToTheAgeAndReportItAsItsOwn() {
    connect(OUT);
    accept();
    tick();

    assertThat(heldNanos).containsExactly(nowNanos);
    assertThat(outbox.sent(OUT.id(), Message.Inv.class).get(0).entries().get(0).ageMillis())
        .isEqualTo((int) (nowNanos / 1_000_000));
  }
}
