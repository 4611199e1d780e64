package grapevine.netlab.report.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.trace.CostCounter;
import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PropagationReportTest {
  private static final String TX = "transaction";
  private static final long NEVER = Trace.NEVER;

  @Test
  void shouldGiveMediansOverItemsOfTheTimeToEachShareOfNodes() {
    HandMadeTrace hand = new HandMadeTrace(4);
    hand.transaction(0, 0, 10, 20, 30);
    hand.transaction(100, 105, 100, 107, 190);
    hand.transaction(200, 200, 201, 202, 203);
    KindReport kind = hand.report().of(TX);
    // t50 is when two nodes hold it: 10, 5 and 1 ms; t100 is 30, 90 and 3 ms.
    assertThat(kind.latencyMillis(50)).isEqualTo(5);
    assertThat(kind.latencyMillis(90)).isEqualTo(30);
    assertThat(kind.latencyMillis(100)).isEqualTo(30);
    assertThat(kind.timed()).isEqualTo(3);
  }

  @Test
  void shouldCountARestartedNodeOnlyForWhatWasBornAfterItCameBack() {
    HandMadeTrace hand = new HandMadeTrace(3);
    hand.restarted(2, 50);
    hand.transaction(10, 10, 20, 600);
    assertThat(hand.report().of(TX).latencyMillis(100)).isEqualTo(10);

    HandMadeTrace later = new HandMadeTrace(3);
    later.restarted(2, 50);
    later.transaction(50, 50, 60, 90);
    assertThat(later.report().of(TX).latencyMillis(100)).isEqualTo(40);
  }

  @Test
  void shouldJudgeARestartedNodeByDeliveryAllTheSame() {
    HandMadeTrace hand = new HandMadeTrace(3);
    hand.restarted(2, 50);
    hand.transactionHeldBy(List.of(0, 1), 10, 10, 20, NEVER);
    PropagationReport report = hand.report();
    assertThat(report.allDelivered()).isFalse();
    assertThat(report.missing().getFirst().nodes()).containsExactly(2);
    assertThat(report.of(TX).figure(Metric.DELIVERED)).isZero();
  }

  @Test
  void shouldNameEveryNodeThatLacksAnItem() {
    HandMadeTrace hand = new HandMadeTrace(4);
    hand.transaction(0, 0, 1, 2, 3);
    hand.transactionHeldBy(List.of(0, 2), 0, 0, NEVER, 2, NEVER);
    hand.down(3);
    PropagationReport report = hand.report();
    assertThat(report.missing()).hasSize(1);
    assertThat(report.missing().getFirst().nodes()).containsExactly(1);
    assertThat(report.of(TX).items()).isEqualTo(2);
    assertThat(report.of(TX).delivered()).isEqualTo(1);
    assertThat(report.of(TX).figure(Metric.DELIVERED)).isEqualTo(50);
    assertThat(report.liveNodes()).isEqualTo(3);
  }

  @Test
  void shouldSayNeverRatherThanGuessWhenAnEventWasLost() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.transaction(0, 0, NEVER);
    PropagationReport report = hand.report();
    assertThat(report.of(TX).latencyMillis(50)).isZero();
    assertThat(report.of(TX).latencyMillis(100)).isInfinite();
    assertThat(report.allDelivered()).isTrue();
  }

  @Test
  void shouldNotTimeWhatWasBornBeforeTheStartOrUnseen() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.transaction(-1, -1, 5);
    hand.transaction(NEVER, 7, 8);
    KindReport kind = hand.report().of(TX);
    assertThat(kind.items()).isEqualTo(2);
    assertThat(kind.timed()).isZero();
    assertThat(kind.latencyMillis(50)).isNaN();
  }

  @Test
  void shouldWorkForOneNode() {
    HandMadeTrace hand = new HandMadeTrace(1);
    hand.transaction(3, 3);
    PropagationReport report = hand.report();
    assertThat(report.of(TX).latencyMillis(50)).isZero();
    assertThat(report.of(TX).latencyMillis(100)).isZero();
    assertThat(report.of(TX).figure(Metric.COPIES)).isNaN();
  }

  @Test
  void shouldCallNothingFullyDelivered() {
    KindReport kind = new HandMadeTrace(2).report().of("block");
    assertThat(kind.items()).isZero();
    assertThat(kind.figure(Metric.DELIVERED)).isEqualTo(100);
  }

  @Test
  void shouldDivideCostsByNodesThatWereNotRestarted() {
    HandMadeTrace hand = new HandMadeTrace(3);
    hand.transaction(0, 0, 1, 2);
    hand.transaction(5, 6, 5, 7);
    hand.block(8, 8, 9, 10);
    hand.restarted(2, 1);
    hand.costs(0, costs(30, 10, 6, 4, 1_000));
    hand.costs(1, costs(10, 30, 6, 4, 3_000));
    hand.costs(2, costs(999, 999, 999, 999, 99_999));
    PropagationReport report = hand.report();
    KindReport kind = report.of(TX);
    assertThat(report.costNodes()).isEqualTo(2);
    assertThat(kind.figure(Metric.COPIES)).isEqualTo(12.0 / 8);
    assertThat(kind.figure(Metric.ANNOUNCED)).isEqualTo(40.0 / (2 * 2));
    // 4,000 of bodies, and of 2 × 400 shared bytes the share 80 of 100 announcements.
    assertThat(kind.figure(Metric.BYTES)).isCloseTo((4_000 + 640) / 4.0, within(1e-9));
    assertThat(report.of("block").figure(Metric.BYTES)).isCloseTo((100 + 160) / 2.0, within(1e-9));
  }

  @Test
  void shouldSplitWhatNoItemCausedWithoutRest() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.costs(0, costs(10, 0, 1, 1, 500));
    hand.costs(1, costs(10, 0, 1, 1, 500));
    Traffic traffic = Objects.requireNonNull(hand.report().traffic());
    assertThat(traffic.keepalive()).isEqualTo(30);
    assertThat(traffic.repair()).isEqualTo(40);
    assertThat(traffic.headers()).isEqualTo(50);
    assertThat(traffic.session()).isEqualTo(77);
    assertThat(traffic.records()).isEqualTo(2_000);
    assertThat(traffic.bodies()).isEqualTo(550);
    assertThat(traffic.shared()).isEqualTo(400);
    assertThat(traffic.socketBytes()).isEqualTo(550 + 400 + 30 + 40 + 50 + 77 + 2_000);
    assertThat(traffic.perSecond(10).get(Metric.KEEPALIVE)).isEqualTo(3);
  }

  @Test
  void shouldEstimateTcpByItsSegmentsAndAcknowledgements() {
    CostCounter counter = new CostCounter();
    counter.addSent("inv", 10, 400);
    counter.addSent("block", 1, 14_480);
    counter.addReceived("block", 2, 5_792);
    HandMadeTrace hand = new HandMadeTrace(1);
    hand.costs(0, counter.snapshot());
    // Ten small segments, ten full ones, and acknowledgements of half of four, 52 bytes each.
    assertThat(Objects.requireNonNull(hand.report().traffic()).tcpIpBytes())
        .isCloseTo(52 * (10 + 10 + 2), within(1e-9));
  }

  @Test
  void shouldCountHopsAlongTheTree() {
    HandMadeTrace hand = new HandMadeTrace(6);
    hand.handedOn(10, Trace.OWN, 0, 0, 1, 3, Trace.UNKNOWN);
    KindReport kind = hand.report().of(TX);
    // Depths 1, 1, 2 and 3; that of the last node is not known.
    assertThat(kind.hops()).containsExactly(0L, 2L, 1L, 1L);
    assertThat(kind.figure(Metric.HOPS_MEDIAN)).isEqualTo(1);
    assertThat(kind.figure(Metric.HOPS_MAX)).isEqualTo(3);
  }

  @Test
  void shouldNotInventHopsWhenNobodyKnowsWhoGaveWhat() {
    HandMadeTrace hand = new HandMadeTrace(3);
    hand.transaction(0, 0, 1, 2);
    KindReport kind = hand.report().of(TX);
    assertThat(kind.hops()).isEmpty();
    assertThat(kind.figure(Metric.HOPS_MAX)).isNaN();
  }

  @Test
  void shouldDrawTheCurveFromTheTimesToEachShare() {
    HandMadeTrace hand = new HandMadeTrace(4);
    hand.transaction(0, 0, 10, 20, 30);
    hand.transaction(100, 100, 120, 140, 160);
    hand.transaction(200, 200, 240, 280, NEVER);
    CoverageCurve curve = hand.report().of(TX).curve();
    assertThat(curve.median().get(0)).isZero();
    assertThat(curve.median().get(49)).isEqualTo(20);
    assertThat(curve.median().get(50)).isEqualTo(40);
    assertThat(curve.median().get(99)).isEqualTo(60);
    assertThat(curve.low().get(99)).isEqualTo(30);
    assertThat(curve.high().get(99)).isInfinite();
  }

  @Test
  void shouldTellLatencyBySizeOfTheBody() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.sized(200, 0, 0, 10);
    hand.sized(256, 0, 0, 30);
    hand.sized(257, 0, 0, 50);
    hand.sized(60_000, 0, 0, 90);
    List<KindReport.SizeClass> sizes = hand.report().of(TX).sizes();
    assertThat(sizes)
        .extracting(KindReport.SizeClass::bytesMax)
        .containsExactly(256, 1_024, 65_536);
    assertThat(sizes).extracting(KindReport.SizeClass::items).containsExactly(2, 1, 1);
    assertThat(sizes)
        .extracting(size -> size.latencyMillis().get(100))
        .containsExactly(10.0, 50.0, 90.0);
  }

  @Test
  void shouldNameTheLatestNodesFirst() {
    HandMadeTrace hand = new HandMadeTrace(4);
    hand.transaction(0, 0, 10, 50, 20);
    hand.transaction(100, 100, 110, 130, 190);
    hand.transaction(200, 200, NEVER, 220, 210);
    // Half of the nodes, two, hold it after 10, 10 and 10 ms.
    assertThat(hand.report().stragglers())
        .containsExactly(
            new Straggler(1, 0, 1),
            new Straggler(3, (10 + 80) / 3.0, 0),
            new Straggler(2, (40 + 20 + 10) / 3.0, 0),
            new Straggler(0, -10, 0));
  }

  @Test
  void shouldSetDeliberateDelayApart() {
    HandMadeTrace hand = new HandMadeTrace(1);
    CostCounter counter = new CostCounter();
    counter.add(TX, KindCount.ANNOUNCED_OUT, 4);
    counter.add(TX, KindCount.RELAY_DELAY_NANOS, 10_000_000);
    counter.add(TX, KindCount.REQUESTED, 2);
    counter.add(TX, KindCount.REQUEST_DELAY_NANOS, 1_000_000);
    counter.add(TX, KindCount.VERIFIED, 3);
    hand.costs(0, counter.snapshot());
    hand.transaction(0, 0);
    hand.transaction(0, 0);
    KindReport kind = hand.report().of(TX);
    assertThat(kind.figure(Metric.RELAY_DELAY)).isEqualTo(2.5);
    assertThat(kind.figure(Metric.REQUEST_DELAY)).isEqualTo(0.5);
    assertThat(kind.figure(Metric.REQUESTED)).isEqualTo(1);
    assertThat(kind.figure(Metric.VERIFIED)).isEqualTo(1.5);
  }

  @Test
  void shouldCompareBytesWithTheSizeOfTheBodies() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.sized(100, 0, 0, 10);
    hand.sized(300, 0, 0, 10);
    CostCounter counter = new CostCounter();
    counter.addSent("tx", 2, 460);
    hand.costs(0, counter.snapshot());
    hand.costs(1, NodeCosts.NONE);
    // 460 bytes for two nodes and two items, of 200 bytes on average.
    KindReport kind = hand.report().of(TX);
    assertThat(kind.figure(Metric.BYTES)).isEqualTo(115);
    assertThat(kind.figure(Metric.BYTES_OVER_BODY)).isEqualTo(0.575);
  }

  @Test
  void shouldGiveTheSharesThatAreAskedFor() {
    HandMadeTrace hand = new HandMadeTrace(4);
    hand.transaction(0, 0, 10, 20, 30);
    KindReport kind = PropagationReport.of(hand.trace(), "flood", List.of(25, 75)).of(TX);
    assertThat(kind.latencyMillis(25)).isZero();
    assertThat(kind.latencyMillis(75)).isEqualTo(20);
    assertThat(kind.latencyMillis(50)).isNaN();
  }

  /** A node's counters: of transactions as given, and the same small things for each. */
  private static NodeCosts costs(long in, long out, long received, long first, long bodyBytes) {
    CostCounter counter = new CostCounter();
    counter.addSent("tx", 1, bodyBytes);
    counter.addSent("block", 1, 50);
    counter.addSent("inv", 1, 300);
    counter.addSent("getdata", 1, 90);
    counter.addSent("notfound", 1, 10);
    counter.addSent("ping", 1, 10);
    counter.addSent("pong", 1, 20);
    counter.addSent("ids", 1, 40);
    counter.addSent("headers", 1, 50);
    counter.addSent("hello", 1, 70);
    counter.addSent("something-new", 1, 7);
    counter.addSocketBytes(counter.snapshot().sentBytes() + 2_000, 0);
    counter.add(TX, KindCount.ANNOUNCED_IN, in);
    counter.add(TX, KindCount.ANNOUNCED_OUT, out);
    counter.add(TX, KindCount.BODIES, received);
    counter.add(TX, KindCount.NEW, first);
    counter.add("block", KindCount.ANNOUNCED_IN, 5);
    counter.add("block", KindCount.ANNOUNCED_OUT, 5);
    counter.add("block", KindCount.BODIES, 1);
    counter.add("block", KindCount.NEW, 1);
    return counter.snapshot();
  }
}
