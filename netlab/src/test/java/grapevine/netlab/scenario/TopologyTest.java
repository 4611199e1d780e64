package grapevine.netlab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopologyTest {
  static Stream<TopologyPlan> plans() {
    return Stream.of(
        new TopologyPlan.Random(1),
        new TopologyPlan.Random(4),
        new TopologyPlan.Ring(2),
        new TopologyPlan.SmallWorld(2, 0.3),
        new TopologyPlan.SmallWorld(1, 1),
        new TopologyPlan.ScaleFree(3),
        new TopologyPlan.Clusters(4, 3, 0),
        new TopologyPlan.Clusters(3, 4, 0.2),
        new TopologyPlan.Complete(),
        new TopologyPlan.Reachable(5, 3),
        new TopologyPlan.Reachable(1, 1));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void shouldConnectAllNodesWhateverTheSeed(TopologyPlan plan) {
    for (long seed = 0; seed < 50; seed++) {
      Topology topology = Topology.draw(plan, 20, new SplittableRandom(seed));
      assertThat(topology.nodes()).isEqualTo(20);
      assertThat(reachable(topology)).as("seed %d", seed).hasSize(20);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void shouldDrawTheSameGraphFromTheSameSeed(TopologyPlan plan) {
    Topology first = Topology.draw(plan, 30, new SplittableRandom(1));
    assertThat(Topology.draw(plan, 30, new SplittableRandom(1))).isEqualTo(first);
    if (!(plan instanceof TopologyPlan.Ring
        || plan instanceof TopologyPlan.Complete
        || plan.equals(new TopologyPlan.Reachable(1, 1)))) {
      assertThat(Topology.draw(plan, 30, new SplittableRandom(2))).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void shouldCopeWithFewNodes(TopologyPlan plan) {
    for (int nodes = 1; nodes <= 6; nodes++) {
      assertThat(reachable(Topology.draw(plan, nodes, new SplittableRandom(nodes))))
          .as("%d nodes", nodes)
          .hasSize(nodes);
    }
  }

  @Test
  void shouldDialAsManyAsTheDegree() {
    Topology topology = Topology.draw(new TopologyPlan.Random(8), 1_000, new SplittableRandom(7));
    assertThat(topology.dials()).allMatch(dials -> dials.size() == 8);
    assertThat(topology.links()).isEqualTo(8_000);
    assertThat(Arrays.stream(topology.degrees()).sum()).isEqualTo(16_000);
  }

  @Test
  void shouldBeDialledByChanceOnly() {
    int[] degrees =
        Topology.draw(new TopologyPlan.Random(8), 2_000, new SplittableRandom(3)).degrees();
    // 8 dialled and 8 ± 2.8 that dialled; the first half is as often dialled as the second.
    assertThat(IntStream.range(0, 1_000).map(node -> degrees[node]).average().orElseThrow())
        .isBetween(15.6, 16.4);
    assertThat(Arrays.stream(degrees).max().orElseThrow()).isLessThan(32);
  }

  @Test
  void shouldLinkEverybodyWhereTheDegreeAsksForMoreThanThereAre() {
    assertThat(Topology.draw(new TopologyPlan.Random(16), 10, new SplittableRandom(1)).links())
        .isEqualTo(45);
    assertThat(Topology.draw(new TopologyPlan.Complete(), 10, new SplittableRandom(1)).links())
        .isEqualTo(45);
  }

  @Test
  void shouldDialTheNextOnesOnARing() {
    Topology ring = Topology.draw(new TopologyPlan.Ring(2), 6, new SplittableRandom(1));
    assertThat(ring.dials(0)).containsExactly(1, 2);
    assertThat(ring.dials(5)).containsExactly(0, 1);
  }

  @Test
  void shouldShortenTheWaysOfARingByAFewRandomLinks() {
    Topology ring = Topology.draw(new TopologyPlan.Ring(2), 400, new SplittableRandom(1));
    Topology small =
        Topology.draw(new TopologyPlan.SmallWorld(2, 0.1), 400, new SplittableRandom(1));
    assertThat(eccentricity(ring)).isEqualTo(100);
    assertThat(eccentricity(small)).isLessThan(30);
    // Nine tenths of the links stay: neighbours of neighbours know each other.
    assertThat(IntStream.range(0, 400).filter(node -> dialsNext(small, node)).count())
        .isBetween(330L, 385L);
  }

  private static boolean dialsNext(Topology topology, int node) {
    return Arrays.stream(topology.dials(node)).anyMatch(peer -> peer == (node + 1) % 400);
  }

  @Test
  void shouldHaveFewHubsAndManySmallNodesWhenScaleFree() {
    int[] degrees =
        Topology.draw(new TopologyPlan.ScaleFree(3), 5_000, new SplittableRandom(1)).degrees();
    // P(degree ≥ k) ≈ (3 / k)²: about 22 % have 6 or more twice over, and 0.35 % have 50 or more.
    assertThat(Arrays.stream(degrees).min().orElseThrow()).isEqualTo(3);
    assertThat(Arrays.stream(degrees).filter(degree -> degree >= 50).count()).isBetween(8L, 35L);
    assertThat(Arrays.stream(degrees).max().orElseThrow()).isGreaterThan(100);
    Arrays.sort(degrees);
    assertThat(degrees[2_500]).isBetween(3, 5);
  }

  @Test
  void shouldCrossBetweenClustersAsOftenAsAsked() {
    Topology topology =
        Topology.draw(new TopologyPlan.Clusters(4, 8, 0.1), 1_000, new SplittableRandom(1));
    long crossing = 0;
    for (int node = 0; node < 1_000; node++) {
      int cluster = node / 250;
      crossing += Arrays.stream(topology.dials(node)).filter(to -> to / 250 != cluster).count();
    }
    assertThat(crossing).isBetween(700L, 900L);
  }

  @Test
  void shouldDialReachableNodesOnly() {
    Topology topology =
        Topology.draw(new TopologyPlan.Reachable(100, 8), 1_100, new SplittableRandom(1));
    assertThat(topology.dials())
        .allMatch(dials -> dials.size() == 8 && dials.stream().allMatch(peer -> peer < 100));
  }

  @Test
  void shouldDrawGreatNetworksInASecondOrTwo() {
    Topology topology =
        Topology.draw(new TopologyPlan.Reachable(10_000, 8), 110_000, new SplittableRandom(1));
    assertThat(topology.links()).isEqualTo(880_000);
  }

  @Test
  void shouldKeepTheLinksWhenAllDialDownwards() {
    Topology topology = Topology.draw(new TopologyPlan.Random(3), 50, new SplittableRandom(4));
    Topology down = topology.downwards();
    assertThat(down.degrees()).isEqualTo(topology.degrees());
    for (int node = 0; node < 50; node++) {
      int self = node;
      assertThat(Arrays.stream(down.dials(node)).allMatch(peer -> peer < self)).isTrue();
    }
  }

  @Test
  void shouldTakeAListAsItIs() {
    Topology listed = new Topology(List.of(List.of(2, 1), List.of(), List.of()));
    assertThat(Topology.draw(new TopologyPlan.Listed(listed), 3, new SplittableRandom(1)))
        .isEqualTo(listed);
    assertThat(listed.dials(0)).containsExactly(1, 2);
    assertThatThrownBy(
            () -> Topology.draw(new TopologyPlan.Listed(listed), 4, new SplittableRandom(1)))
        .hasMessage("4 nodes, expected the 3 that the topology lists");
  }

  @Test
  void shouldRefuseLoopsAndDoubleLinks() {
    refuse("node 0 dials 0, expected another node", List.of(List.of(0)));
    refuse("node 1 dials 0, expected each node once", List.of(List.of(), List.of(0, 0)));
    refuse("node 0 dials 1, expected one that dials it not", List.of(List.of(1), List.of(0)));
    refuse("node 0 dials 2, expected a number below 2", List.of(List.of(2), List.of()));
  }

  private static void refuse(String message, List<List<Integer>> dials) {
    assertThatThrownBy(() -> new Topology(dials))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  /** Steps from node 0 to the farthest node. */
  private static int eccentricity(Topology topology) {
    Set<Integer> reached = new HashSet<>(Set.of(0));
    for (int steps = 0; ; steps++) {
      if (reached.size() == topology.nodes()) {
        return steps;
      }
      Set<Integer> next = new HashSet<>(reached);
      for (int node = 0; node < topology.nodes(); node++) {
        for (int peer : topology.dials(node)) {
          if (reached.contains(node) || reached.contains(peer)) {
            next.addAll(List.of(node, peer));
          }
        }
      }
      assertThat(next).hasSizeGreaterThan(reached.size());
      reached = next;
    }
  }

  private static Set<Integer> reachable(Topology topology) {
    Set<Integer> reached = new HashSet<>(Set.of(0));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (int node = 0; node < topology.nodes(); node++) {
        for (int peer : topology.dials(node)) {
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
