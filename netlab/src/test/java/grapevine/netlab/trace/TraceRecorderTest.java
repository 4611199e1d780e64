package grapevine.netlab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import java.util.List;
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
    recorder.onAccepted(1, A, false, 30);
    recorder.onAccepted(0, A, true, 20);
    ItemTrace item = trace().items().getFirst();
    assertThat(item.bornNanos()).isEqualTo(20);
    assertThat(item.acceptedNanos(0)).isEqualTo(20);
    assertThat(item.acceptedNanos(1)).isEqualTo(30);
  }

  @Test
  void shouldNotKnowTheBirthWhenNobodySawIt() {
    recorder.onAccepted(1, A, false, 30);
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
  void shouldNotAskForWhatDiedWithItsOnlyNodeUnpromised() {
    recorder.onAccepted(1, A, true, 30);
    recorder.onDown(1);
    recorder.onUp(1, 40);
    assertThat(trace().items()).isEmpty();
    assertThat(trace().diedUnpromised()).isEqualTo(1);
  }

  @Test
  void shouldAskForWhatANodeThatNeverDiedAccepted() {
    recorder.onAccepted(0, A, true, 30);
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
    recorder.onAccepted(0, A, true, 100);
    recorder.onAccepted(0, B, true, 101);
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

  private Trace trace() {
    return recorder.trace(10, 100, List.of());
  }

  private static ItemId item(String twoDigits) {
    return ItemId.transaction(Hash256.fromHex(twoDigits.repeat(32)));
  }
}
