package grapevine.netlab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.trace.CostCounter;
import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import java.util.List;
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
    assertThat(report.of(TX).deliveredPercent()).isZero();
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
    assertThat(report.of(TX).deliveredPercent()).isEqualTo(50);
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
    assertThat(report.of(TX).bodyCopies()).isNaN();
  }

  @Test
  void shouldCallNothingFullyDelivered() {
    KindReport kind = new HandMadeTrace(2).report().of("block");
    assertThat(kind.items()).isZero();
    assertThat(kind.deliveredPercent()).isEqualTo(100);
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
    assertThat(kind.bodyCopies()).isEqualTo(12.0 / 8);
    assertThat(kind.announcements()).isEqualTo(40.0 / (2 * 2));
    // 4,000 of bodies, and of 2 × 400 shared bytes the share 80 of 100 announcements.
    assertThat(kind.bytes()).isCloseTo((4_000 + 640) / 4.0, within(1e-9));
    assertThat(report.of("block").bytes()).isCloseTo((100 + 160) / 2.0, within(1e-9));
  }

  @Test
  void shouldSplitWhatNoItemCausedWithoutRest() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.costs(0, costs(10, 0, 1, 1, 500));
    hand.costs(1, costs(10, 0, 1, 1, 500));
    OtherBytes other = hand.report().other();
    assertThat(other).isEqualTo(new OtherBytes(30, 40, 50, 77, 2_000));
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
    counter.add(TX, KindCount.FIRST_DELIVERIES, first);
    counter.add("block", KindCount.ANNOUNCED_IN, 5);
    counter.add("block", KindCount.ANNOUNCED_OUT, 5);
    counter.add("block", KindCount.BODIES, 1);
    counter.add("block", KindCount.FIRST_DELIVERIES, 1);
    return counter.snapshot();
  }
}
