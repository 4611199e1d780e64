package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BareMemoryTest {
  @Test
  void shouldReadEveryLineOnceBeforeAnyTwice() {
    BareMemory memory = new BareMemory(64 * 1_000);
    Set<Long> places = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      places.add(memory.run(1));
    }
    assertThat(places).hasSize(1_000).allMatch(place -> place % 8 == 0);
  }
}
