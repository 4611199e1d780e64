package grapevine.node.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DurabilityTest {
  private final Durability durability = new Durability();

  @Test
  void shouldEndWaitsInOrderOfTheirPositions() {
    CompletableFuture<Boolean> first = durability.reached(1);
    CompletableFuture<Boolean> third = durability.reached(3);
    durability.onCommitted(2);
    assertThat(first).isCompletedWithValue(true);
    assertThat(third).isNotDone();
    durability.onCommitted(3);
    assertThat(third).isCompletedWithValue(true);
    assertThat(durability.reached(2)).isCompletedWithValue(true);
  }

  @Test
  void shouldPromiseNothingWhenTheDiskTakesNothing() {
    CompletableFuture<Boolean> waits = durability.reached(1);
    durability.onProblem();
    assertThat(waits).isCompletedWithValue(false);
    CompletableFuture<Boolean> later = durability.reached(1);
    assertThat(later).isNotDone();
    durability.onCommitted(1);
    assertThat(later).isCompletedWithValue(true);
  }

  @Test
  void shouldLetNobodyWaitForANodeThatStops() {
    CompletableFuture<Boolean> waits = durability.reached(1);
    durability.close();
    assertThat(waits)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(RejectedExecutionException.class);
    assertThat(durability.reached(2)).isCompletedExceptionally();
  }
}
