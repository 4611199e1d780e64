package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.protocol.port.Component;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueWheelsTest {
  private record Event(long nanos, int number) implements Happening {
    @Override
    public void happen(long nowNanos) {}
  }

  /** Spans from within one slot to beyond both wheels; times on a grid, so that many are equal. */
  @ParameterizedTest
  @ValueSource(longs = {10, 300_000, 1L << 28, 1L << 33, 1L << 38, 1L << 41, 1L << 50})
  void shouldGiveWhatIsDueByTimeAndThenByNumber(long span) {
    SplittableRandom random = new SplittableRandom(span);
    EventQueue queue = new EventQueue(new Lookahead());
    PriorityQueue<Event> naive =
        new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingInt(Event::number));
    long grid = Math.max(1, span / 50);
    long nowNanos = 0;
    for (int number = 0; number < 20_000; number++) {
      if (random.nextInt(100) < 52 || naive.isEmpty()) {
        // Squares of chance: most is due soon.
        double chance = random.nextDouble();
        long nanos = nowNanos + (long) (chance * chance * span) / grid * grid;
        Event event = new Event(nanos, number);
        queue.add(nanos, event);
        naive.add(event);
      } else {
        Event expected = naive.remove();
        assertThat(queue.nextNanos()).isEqualTo(expected.nanos);
        assertThat(queue.poll()).isSameAs(expected);
        nowNanos = expected.nanos;
      }
      assertThat(queue.size()).isEqualTo(naive.size());
    }
    while (!naive.isEmpty()) {
      assertThat(queue.poll()).isSameAs(naive.remove());
    }
    assertThat(queue.nextNanos()).isEqualTo(Component.NEVER);
  }

  /** A run stops between events, and then something is due before the one that was looked at. */
  @Test
  void shouldTakeWhatIsDueBeforeTheOneThatWasLookedAt() {
    EventQueue queue = new EventQueue(new Lookahead());
    Event late = new Event(1L << 41, 0);
    Event early = new Event(5, 1);
    queue.add(late.nanos, late);
    assertThat(queue.nextNanos()).isEqualTo(late.nanos);
    queue.add(early.nanos, early);
    assertThat(queue.nextNanos()).isEqualTo(5);
    assertThat(queue.poll()).isSameAs(early);
    assertThat(queue.poll()).isSameAs(late);
  }

  @Test
  void shouldRefuseToGiveWhatIsNotThere() {
    EventQueue queue = new EventQueue(new Lookahead());
    assertThatThrownBy(queue::poll).isInstanceOf(IllegalStateException.class);
  }
}
