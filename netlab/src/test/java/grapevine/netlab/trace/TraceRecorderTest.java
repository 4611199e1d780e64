package grapevine.netlab.trace;

import static grapevine.netlab.trace.Trace.OWN;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceRecorderTest {
  private static final ItemId A = item("aa");
  private static final ItemId B = item("bb");

  private final TraceRecorder recorder = new TraceRecorder(2);

  TraceRecorderTest() {
    recorder.onUp(0, 5);
    recorder.onUp(1, 5);
  }

  @Test
  void shouldTakeTheBirthFromTheNodeThatNoPeerGaveIt() {
    recorder.onAccepted(1, A, 250, 0, 30_000);
    recorder.onAccepted(0, A, 250, OWN, 20_001);
    ItemTrace item = trace().items().getFirst();
    assertThat(item.bornNanos()).isEqualTo(20_001);
    assertThat(item.acceptedNanos(0)).isEqualTo(20_000);
    assertThat(item.acceptedNanos(1)).isEqualTo(30_000);
  }

  @Test
  void shouldNotKnowTheBirthWhenNobodySawIt() {
    recorder.onAccepted(1, A, 250, 0, 30);
    assertThat(trace().items().getFirst().bornNanos()).isEqualTo(Trace.NEVER);
  }

  @Test
  void shouldCountWhatWasAcknowledgedEvenWhenNobodyHoldsIt() {
    recorder.onDown(1);
    recorder.onAcknowledged(A);
    Trace trace = trace();
    assertThat(trace.items()).extracting(ItemTrace::name).containsExactly(A.toString());
    assertThat(trace.lacking(trace.items().getFirst())).containsExactly(0);
  }

  @Test
  void shouldNotCountWhatABlockBrought() {
    recorder.onAccepted(0, A, 250, OWN, 30);
    recorder.onAccepted(0, B, 250, OWN, 30);
    recorder.onCarried(A);
    assertThat(trace().items()).extracting(ItemTrace::name).containsExactly(B.toString());
    assertThat(trace().diedUnpromised()).isZero();
  }

  @Test
  void shouldNotAskForWhatDiedWithItsOnlyNodeUnpromised() {
    recorder.onAccepted(1, A, 250, OWN, 30);
    recorder.onDown(1);
    recorder.onUp(1, 40);
    assertThat(trace().items()).isEmpty();
    assertThat(trace().diedUnpromised()).isEqualTo(1);
  }

  @Test
  void shouldAskForWhatANodeThatNeverDiedAccepted() {
    recorder.onAccepted(0, A, 250, OWN, 30);
    recorder.onDown(1);
    assertThat(trace().items()).hasSize(1);
  }

  @Test
  void shouldAskForWhatAnyLiveNodeHolds() {
    recorder.onDown(1);
    recorder.onUp(1, 40);
    recorder.onHeld(1, A);
    Trace trace = trace();
    assertThat(trace.lacking(trace.items().getFirst())).containsExactly(0);
  }

  @Test
  void shouldNotAskANodeThatIsDown() {
    recorder.onHeld(0, A);
    recorder.onDown(1);
    Trace trace = trace();
    assertThat(trace.lacking(trace.items().getFirst())).isEmpty();
    assertThat(trace.nodes().get(1).isLive()).isFalse();
  }

  @Test
  void shouldLeaveOutWhatWasBornAfterTheEnd() {
    recorder.onAccepted(0, A, 250, OWN, 100_000);
    recorder.onAccepted(0, B, 250, OWN, 100_001);
    assertThat(trace().items()).extracting(ItemTrace::name).containsExactly(A.toString());
  }

  @Test
  void shouldHaveNoCostsOfARestartedNode() {
    recorder.onDown(1);
    recorder.onUp(1, 40);
    NodeCosts costs = NodeCosts.NONE;
    Trace trace = recorder.trace(10, 100, List.of(costs, costs));
    assertThat(trace.nodes().get(0)).isEqualTo(new NodeTrace(5, false, costs));
    assertThat(trace.nodes().get(1)).isEqualTo(new NodeTrace(40, true, null));
  }

  @Test
  void shouldAddUpLostEvents() {
    recorder.onLost(3);
    recorder.onLost(4);
    assertThat(trace().lostEvents()).isEqualTo(7);
  }

  @Test
  void shouldTellWhoGaveItToWhomInTheOrderOfTime() {
    TraceRecorder many = TraceRecorder.shared(4);
    many.onAccepted(3, A, 250, Trace.UNKNOWN, 9_000_000);
    many.onAccepted(1, A, 250, 0, 4_000_000);
    many.onAccepted(0, A, 250, OWN, 1_000_000);
    many.onAccepted(2, A, 250, 1, 9_000_000);
    ItemTrace item = many.trace(0, 10_000_000, List.of()).items().getFirst();
    Deliveries deliveries = item.deliveries();
    assertThat(IntStream.range(0, 4).map(deliveries::node)).containsExactly(0, 1, 3, 2);
    assertThat(IntStream.range(0, 4).map(deliveries::parent))
        .containsExactly(OWN, 0, Trace.UNKNOWN, 1);
    assertThat(IntStream.range(0, 4).mapToLong(item::delayNanos))
        .containsExactly(0L, 3_000_000L, 8_000_000L, 8_000_000L);
    assertThat(item.bytes()).isEqualTo(250);
  }

  @Test
  void shouldKeepTheFirstTimeOfANodeThatAcceptedItTwice() {
    recorder.onAccepted(0, A, 250, OWN, 1_000);
    recorder.onAccepted(1, A, 250, 0, 5_000);
    recorder.onAccepted(1, A, 250, 0, 9_000);
    recorder.onAccepted(0, B, 250, OWN, 1_000);
    recorder.onAccepted(1, B, 250, Trace.UNKNOWN, 9_000);
    recorder.onAccepted(1, B, 250, 0, 5_000);
    for (ItemTrace item : trace().items()) {
      assertThat(item.deliveries().size()).isEqualTo(2);
      assertThat(item.acceptedNanos(1)).isEqualTo(5_000);
      assertThat(item.deliveries().parent(1)).isZero();
    }
  }

  @Test
  void shouldTellTimesFarApartInOrder() {
    long minute = 60_000_000_000L;
    recorder.onAccepted(0, A, 250, OWN, 0);
    recorder.onAccepted(1, A, 250, 0, 50 * minute);
    ItemTrace item = recorder.trace(0, minute, List.of()).items().getFirst();
    assertThat(item.deliveries().node(0)).isZero();
    assertThat(item.delayNanos(1)).isEqualTo(50 * minute);

    TraceRecorder late = new TraceRecorder(2);
    late.onAccepted(1, A, 250, 0, 80 * minute);
    late.onAccepted(0, A, 250, OWN, 0);
    item = late.trace(0, minute, List.of()).items().getFirst();
    assertThat(item.deliveries().node(0)).isZero();
    assertThat(item.delayNanos(1)).isBetween(71 * minute, 72 * minute);
  }

  @Test
  void shouldHoldManyNodesAtOnce() {
    BitSet both = new BitSet();
    both.set(0, 2);
    recorder.onHeld(both, A);
    Trace trace = trace();
    assertThat(trace.lacking(trace.items().getFirst())).isEmpty();
  }

  private Trace trace() {
    return recorder.trace(10, 100_000, List.of());
  }

  private static ItemId item(String twoDigits) {
    return ItemId.transaction(Hash256.fromHex(twoDigits.repeat(32)));
  }
}
