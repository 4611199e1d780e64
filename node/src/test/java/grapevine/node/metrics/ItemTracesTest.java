package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Sha256;
import grapevine.node.metrics.ItemTrace.Kind;
import grapevine.node.metrics.ItemTrace.Step;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.wire.Message;
import org.junit.jupiter.api.Test;

class ItemTracesTest {
  private static final int ITEMS_MAX = 8;

  private final ItemTraces traces = new ItemTraces(ITEMS_MAX, nowNanos -> 5_000_000 + nowNanos);

  private static ItemId item(int k) {
    return ItemId.transaction(Sha256.plain(new byte[] {(byte) k}));
  }

  private void announce(ItemId id, long nowNanos) {
    Message.Inv.Entry entry = new Message.Inv.Entry(id, 200, 12);
    traces.onAnnounced(Sample.PEER, entry, NodeEvents.AnnounceResult.NEW, nowNanos);
  }

  private void accept(ItemId id, long nowNanos) {
    traces.onAccepted(id, 200, null, 0, nowNanos);
  }

  @Test
  void shouldRememberEveryStepInOrder() {
    Sample.tellAll(traces);

    ItemTrace trace = traces.of(Sample.TRANSACTION).orElseThrow();

    assertThat(trace.firstWallMicros()).isEqualTo(5_000_009);
    assertThat(trace.omitted()).isZero();
    assertThat(trace.steps())
        .startsWith(
            new Step(Kind.ANNOUNCED, 0, Sample.PEER, Sample.PEER_KEY, "new", 12),
            new Step(Kind.REQUESTED, 1, Sample.PEER, Sample.PEER_KEY, null, 0),
            new Step(Kind.RECEIVED, 3, Sample.PEER, Sample.PEER_KEY, "duplicate", 200),
            new Step(Kind.VERIFIED, 4, null, null, "valid", 150),
            new Step(Kind.ACCEPTED, 5, Sample.PEER, Sample.PEER_KEY, null, 200),
            new Step(Kind.REJECTED, 7, Sample.PEER, Sample.PEER_KEY, "expired", 0),
            new Step(Kind.DROPPED, 8, null, null, "pool-full", 0),
            new Step(Kind.RELAYED, 9, Sample.PEER, Sample.PEER_KEY, null, 0),
            new Step(Kind.SERVED, 10, Sample.PEER, Sample.PEER_KEY, null, 200));
  }

  @Test
  void shouldTellOfARequestThatWasNotAnswered() {
    traces.onPeerUp(Sample.peer(), 1);
    traces.onFetchEnded(Sample.PEER, item(1), NodeEvents.FetchResult.TIMEOUT, 7, 2);

    assertThat(traces.of(item(1)).orElseThrow().steps())
        .containsExactly(new Step(Kind.UNANSWERED, 0, Sample.PEER, Sample.PEER_KEY, "timeout", 0));
  }

  @Test
  void shouldKeepWhomAStepWasWithWhenThePeerHasGone() {
    traces.onPeerUp(Sample.peer(), 1);
    announce(item(1), 2);
    traces.onPeerDown(Sample.PEER, Sample.peer(), DisconnectReason.IDLE, "", 3);

    assertThat(traces.of(item(1)).orElseThrow().steps().getFirst().node())
        .isEqualTo(Sample.PEER_KEY);
  }

  @Test
  void shouldForgetTheOldestBeyondItsBound() {
    for (int k = 0; k <= ITEMS_MAX; k++) {
      accept(item(k), k);
    }

    assertThat(traces.of(item(0))).isEmpty();
    assertThat(traces.of(item(1))).isPresent();
    assertThat(traces.of(item(ITEMS_MAX))).isPresent();
  }

  @Test
  void shouldForgetNothingAcceptedForWhatDoesNotExist() {
    accept(item(0), 0);
    for (int k = 1; k < 100; k++) {
      announce(item(k), k);
    }

    assertThat(traces.of(item(0))).isPresent();
    assertThat(traces.of(item(97))).isEmpty();
    assertThat(traces.of(item(98))).isPresent();
    assertThat(traces.of(item(99))).isPresent();
  }

  @Test
  void shouldCountWhatIsTooMuchOfOneItem() {
    for (int k = 0; k < ItemTraces.STEPS_MAX + 3; k++) {
      traces.onServed(Sample.PEER, item(1), 200, k);
    }

    ItemTrace trace = traces.of(item(1)).orElseThrow();
    assertThat(trace.steps()).hasSize(ItemTraces.STEPS_MAX);
    assertThat(trace.omitted()).isEqualTo(3);
  }

  @Test
  void shouldRememberNothingWhenItIsOff() {
    ItemTraces off = new ItemTraces(0, nowNanos -> 0);
    Sample.tellAll(off);

    assertThat(off.of(Sample.TRANSACTION)).isEmpty();
  }

  @Test
  void shouldHaveRoomForTheRestHoweverOftenAnItemIsAnnounced() {
    for (int i = 0; i < 2 * ItemTraces.STEPS_MAX; i++) {
      announce(item(1), i);
    }
    accept(item(1), 1000);

    ItemTrace trace = traces.of(item(1)).orElseThrow();
    assertThat(trace.steps()).hasSize(ItemTraces.ANNOUNCED_MAX + 1);
    assertThat(trace.steps().getLast().kind()).isEqualTo(Kind.ACCEPTED);
    assertThat(trace.omitted()).isEqualTo(2 * ItemTraces.STEPS_MAX - ItemTraces.ANNOUNCED_MAX);
  }
}
