package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final long WARM_UP_NANOS = 1_000_000_000;

  /** Ten nodes, one item of each kind: node k has it after k times so much. */
  private static Trace trace(long transactionMicros, long blockMicros) {
    TraceRecorder recorder = new TraceRecorder(10);
    for (int node = 0; node < 10; node++) {
      recorder.onUp(node, 0);
      spread(recorder, node, ItemKind.TRANSACTION, 1, 2_000_000, transactionMicros);
      spread(recorder, node, ItemKind.BLOCK, 2, 2_000_000, blockMicros);
      spread(recorder, node, ItemKind.TRANSACTION, 3, 500_000, 99_000);
    }
    return recorder.trace(0, 10_000_000_000L, List.of());
  }

  private static void spread(
      TraceRecorder recorder, int node, ItemKind kind, int id, long bornMicros, long hopMicros) {
    ItemId item = new ItemId(kind, Hash256.fromHex("%02x".formatted(id).repeat(32)));
    long nanos = (bornMicros + node * hopMicros) * 1_000;
    recorder.onAccepted(node, item, 250, node == 0 ? Trace.OWN : 0, nanos);
    recorder.onHeld(node, item);
  }

  private static Calibration.Row row(Calibration calibration, String kind, int percent) {
    return calibration.rows().stream()
        .filter(row -> row.kind().equals(kind) && row.percent() == percent)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldHoldBothCurvesSideBySideWithoutTheWarmUp() {
    Calibration calibration =
        Calibration.of(
            List.of(trace(10_000, 100_000)), List.of(trace(10_500, 115_000)), WARM_UP_NANOS);
    assertThat(row(calibration, "transaction", 50).simMillis()).isEqualTo(40);
    assertThat(row(calibration, "transaction", 50).realMillis()).isEqualTo(42);
    assertThat(row(calibration, "block", 90).ratio()).isEqualTo(1.15);
    assertThat(calibration.isWithin()).isTrue();
    assertThat(calibration.text())
        .containsPattern("transaction +t50 +40\\.0 ms +42\\.0 ms +1\\.050 +within 10 %")
        .containsPattern("block +t99 +900\\.0 ms +1035\\.0 ms +1\\.150\\R");
  }

  @Test
  void shouldAllowBlocksMoreThanTransactions() {
    Calibration calibration =
        Calibration.of(
            List.of(trace(10_000, 100_000)), List.of(trace(11_500, 115_000)), WARM_UP_NANOS);
    assertThat(row(calibration, "transaction", 50).isWithin()).isFalse();
    assertThat(row(calibration, "block", 50).isWithin()).isTrue();
    assertThat(calibration.isWithin()).isFalse();
    assertThat(calibration.text()).contains("OUTSIDE 10 %");
  }

  @Test
  void shouldCompareMediansOverRuns() {
    Calibration calibration =
        Calibration.of(
            List.of(trace(10_000, 100_000)),
            List.of(trace(10_000, 90_000), trace(50_000, 100_000), trace(11_000, 110_000)),
            WARM_UP_NANOS);
    assertThat(row(calibration, "transaction", 50).realMillis()).isEqualTo(44);
    assertThat(row(calibration, "block", 50).realMillis()).isEqualTo(400);
  }

  @Test
  void shouldBeOutsideWhenATimeIsNotKnown() {
    TraceRecorder nobody = new TraceRecorder(10);
    Calibration calibration =
        Calibration.of(
            List.of(trace(10_000, 100_000)),
            List.of(nobody.trace(0, 10_000_000_000L, List.of())),
            WARM_UP_NANOS);
    assertThat(calibration.isWithin()).isFalse();
  }
}
