package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.protocol.port.Component;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private record Entry(long nanos, long number, Happening what) {}

  @Test
  void shouldGiveOutByTimeThenByNumberLikeAnOrderedList() {
    SplittableRandom random = new SplittableRandom(7);
    EventQueue queue = new EventQueue(new Lookahead());
    PriorityQueue<Entry> twin =
        new PriorityQueue<>(
            Comparator.comparingLong(Entry::nanos).thenComparingLong(Entry::number));
    long number = 0;
    for (int step = 0; step < 100_000; step++) {
      if (twin.isEmpty() || random.nextInt(100) < 52) {
        // Few different times, so that most are equal to another.
        Entry entry = new Entry(random.nextLong(50), number++, nowNanos -> {});
        queue.add(entry.nanos, entry.what);
        twin.add(entry);
      } else {
        Entry expected = twin.remove();
        assertThat(queue.nextNanos()).isEqualTo(expected.nanos);
        assertThat(queue.poll()).isSameAs(expected.what);
      }
      assertThat(queue.size()).isEqualTo(twin.size());
    }
  }

  @Test
  void shouldNeverBeDueWhenEmpty() {
    EventQueue queue = new EventQueue(new Lookahead());
    assertThat(queue.nextNanos()).isEqualTo(Component.NEVER);
    assertThatThrownBy(queue::poll).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldKeepTheOrderOfThoseThatAreDueTogether() {
    EventQueue queue = new EventQueue(new Lookahead());
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      queue.add(5, nowNanos -> order.add(number));
    }
    while (queue.size() > 0) {
      queue.poll().happen(5);
    }
    assertThat(order).isSorted().hasSize(1_000);
  }
}
