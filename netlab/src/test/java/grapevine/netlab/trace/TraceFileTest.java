package grapevine.netlab.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
  private static final ItemId TX = ItemId.transaction(Hash256.fromHex("aa".repeat(32)));
  private static final ItemId BLOCK = ItemId.block(Hash256.fromHex("bb".repeat(32)));

  @TempDir private Path directory;

  @Test
  void shouldReadWhatItWrote() throws IOException {
    Trace trace = trace(2);
    Trace read = writtenAndRead(trace);
    assertThat(read.startNanos()).isEqualTo(trace.startNanos());
    assertThat(read.endNanos()).isEqualTo(trace.endNanos());
    assertThat(read.lostEvents()).isEqualTo(3);
    assertThat(read.diedUnpromised()).isEqualTo(trace.diedUnpromised());
    assertThat(read.nodes()).isEqualTo(trace.nodes());
    assertThat(read.items()).hasSize(2);
    ItemTrace item = read.items().getFirst();
    assertThat(item.name()).isEqualTo(TX.toString());
    assertThat(item.bytes()).isEqualTo(250);
    assertThat(item.bornNanos()).isEqualTo(1_000_500);
    assertThat(item.deliveries().size()).isEqualTo(2);
    assertThat(item.deliveries().parent(0)).isEqualTo(Trace.OWN);
    assertThat(item.deliveries().node(1)).isEqualTo(1);
    assertThat(item.deliveries().parent(1)).isZero();
    assertThat(item.delayNanos(1)).isEqualTo(2_000_000);
    assertThat(item.isHeldBy(0)).isFalse();
    assertThat(item.isHeldBy(1)).isTrue();
    assertThat(read.items().getLast().bornNanos()).isEqualTo(Trace.NEVER);
  }

  @Test
  void shouldTakeTwelveBytesForADelivery() throws IOException {
    long few = Files.size(written(trace(64)));
    long many = Files.size(written(trace(128)));
    // A node has its own 9 bytes, and a bit in the set of holders.
    assertThat(many - few).isEqualTo(64 * (12 + 9) + 8);
  }

  @Test
  void shouldTellWhatIsNoTrace() throws IOException {
    Path file = directory.resolve("other");
    Files.writeString(file, "{\"report\":1}");
    assertThatThrownBy(() -> TraceFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("this is no trace");
    Files.write(file, "GVTRACE\u0009".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> TraceFile.read(file)).hasMessageContaining("version 9, expected 1");
  }

  @Test
  void shouldRefuseEveryFileThatIsCutShort() throws IOException {
    byte[] whole = Files.readAllBytes(written(trace(2)));
    Path file = directory.resolve("cut");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TraceFile.read(file)).isInstanceOf(IOException.class);
    }
  }

  private Trace writtenAndRead(Trace trace) throws IOException {
    return TraceFile.read(written(trace));
  }

  private Path written(Trace trace) throws IOException {
    Path file = directory.resolve(TraceFile.NAME);
    TraceFile.write(file, trace);
    return file;
  }

  /** Two nodes with counters of which the second was restarted; the rest only takes delivery. */
  private static Trace trace(int nodes) {
    TraceRecorder recorder = new TraceRecorder(nodes);
    CostCounter counter = new CostCounter();
    counter.addSent("inv", 3, 120);
    counter.addSocketBytes(150, 90);
    recorder.onUp(0, 5);
    recorder.onDown(1);
    recorder.onAccepted(0, TX, 250, Trace.OWN, 1_000_500);
    for (int node = 1; node < nodes; node++) {
      recorder.onAccepted(node, TX, 250, node - 1, 1_000_000L + 2_000_000L * node);
    }
    recorder.onHeld(nodes - 1, TX);
    recorder.onHeld(0, BLOCK);
    recorder.onLost(3);
    if (nodes > 2) {
      return recorder.trace(10, 100_000_000_000L, List.of());
    }
    return recorder.trace(10, 100_000_000_000L, List.of(counter.snapshot(), NodeCosts.NONE));
  }
}
