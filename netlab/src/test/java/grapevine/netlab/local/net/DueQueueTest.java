package grapevine.netlab.local.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DueQueueTest {
  @Test
  void shouldGiveInTheOrderOfDueTimes() {
    SplittableRandom random = new SplittableRandom(7);
    DueQueue queue = new DueQueue();
    PriorityQueue<Long> naive = new PriorityQueue<>();
    for (int step = 0; step < 20_000; step++) {
      // Values are the due times themselves, so each comes out with its own.
      if (naive.isEmpty() || random.nextInt(5) < 3) {
        int due = random.nextInt(1_000);
        queue.add(due, due);
        naive.add((long) due);
      } else {
        assertThat(queue.firstDueNanos()).isEqualTo(naive.peek());
        assertThat((long) queue.removeFirst()).isEqualTo(naive.remove());
      }
    }
    List<Integer> rest = new ArrayList<>();
    while (!queue.isEmpty()) {
      rest.add(queue.removeFirst());
    }
    assertThat(rest).hasSize(naive.size()).isSorted();
  }
}
