package grapevine.netlab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TopologyTest {
  @Test
  void shouldConnectAllNodesWhateverTheSeed() {
    for (long seed = 0; seed < 50; seed++) {
      Topology topology = Topology.random(20, 1, new SplittableRandom(seed));
      assertThat(reachable(topology)).as("seed %d", seed).hasSize(20);
    }
  }

  @Test
  void shouldDialAsManyAsTheDegreeOrAllThereAre() {
    Topology topology = Topology.random(10, 4, new SplittableRandom(7));
    assertThat(topology.dials())
        .extracting(List::size)
        .containsExactly(0, 1, 2, 3, 4, 4, 4, 4, 4, 4);
    assertThat(topology.links()).isEqualTo(30);
    assertThat(topology.nodes()).isEqualTo(10);
  }

  @Test
  void shouldBeEqualForEqualSeedsOnly() {
    Topology first = Topology.random(30, 3, new SplittableRandom(1));
    assertThat(Topology.random(30, 3, new SplittableRandom(1))).isEqualTo(first);
    assertThat(Topology.random(30, 3, new SplittableRandom(2))).isNotEqualTo(first);
  }

  @Test
  void shouldDialEveryLowerNodeAboutEquallyOften() {
    int[] dialled = new int[8];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 4_000; i++) {
      Topology.random(9, 2, random).dials().get(8).forEach(node -> dialled[node]++);
    }
    // 1,000 each are expected, with a standard deviation of 27.
    for (int count : dialled) {
      assertThat(count).isBetween(850, 1_150);
    }
  }

  @Test
  void shouldHaveNoLinksForOneNode() {
    assertThat(Topology.random(1, 4, new SplittableRandom(1)).dials()).containsExactly(List.of());
  }

  @Test
  void shouldRefuseToDialUpwards() {
    assertThatThrownBy(() -> new Topology(List.of(List.of(1), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node 0 dials [1]");
    assertThatThrownBy(() -> new Topology(List.of(List.of(), List.of(0, 0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Set<Integer> reachable(Topology topology) {
    Set<Integer> reached = new HashSet<>(Set.of(0));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (int node = 0; node < topology.nodes(); node++) {
        for (int peer : topology.dials().get(node)) {
          if (reached.contains(node) != reached.contains(peer)) {
            reached.addAll(List.of(node, peer));
            grown = true;
          }
        }
      }
    }
    return reached;
  }
}
