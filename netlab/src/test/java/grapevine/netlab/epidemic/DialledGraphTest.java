package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialledGraphTest {
  private static final HopTime HOP = new HopTime(10, 1, 0);
  private static final int HOPS = 15;

  @ParameterizedTest
  @CsvSource({
    "20, 8, 0, 0, 0.02",
    "20, 8, 0.3, 0, 0.03",
    "200, 3, 0, 0, 0.03",
    "1000, 8, 0, 0, 0.02",
    "1000, 8, 0, 0.3, 0.03",
    "1000, 8, 0.3, 0, 0.03"
  })
  void shouldFollowSimulatedFloodsHopByHop(
      int nodes, int dials, double loss, double failedShare, double slack) {
    List<Double> predicted =
        DialledGraph.sharesByHop(new Conditions(nodes, dials, HOP, loss, failedShare));
    SplittableRandom random = new SplittableRandom(1);
    double[] mean = new double[HOPS];
    int runs = 20_000 / nodes + 40;
    for (int run = 0; run < runs; run++) {
      double[] shares = flood(nodes, dials, loss, failedShare, random);
      for (int hop = 0; hop < HOPS; hop++) {
        mean[hop] += shares[hop] / runs;
      }
    }
    for (int hop = 0; hop < HOPS; hop++) {
      double share = predicted.get(Math.min(hop, predicted.size() - 1));
      assertThat(share).as("hop %d", hop).isCloseTo(mean[hop], within(slack));
    }
  }

  @Test
  void shouldReachACompleteGraphInOneHop() {
    List<Double> shares = DialledGraph.sharesByHop(new Conditions(50, 49, HOP, 0, 0));
    assertThat(shares.get(0)).isCloseTo(0.02, within(1e-12));
    assertThat(shares.get(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"3, 0, 0.3", "3, 0.3, 0.3", "8, 0.6, 0", "8, 0.6, 0.3"})
  void shouldEndAtThePercolationShare(int dials, double loss, double failedShare) {
    Conditions conditions = new Conditions(1_000_000, dials, HOP, loss, failedShare);
    assertThat(DialledGraph.sharesByHop(conditions).getLast())
        .isCloseTo(Theory.reachable(conditions), within(0.001));
  }

  @Test
  void shouldDieOutBelowTheThreshold() {
    Conditions conditions = new Conditions(10_000, 2, HOP, 0.8, 0);
    assertThat(DialledGraph.sharesByHop(conditions).getLast()).isLessThan(0.001);
  }

  /** The share of live nodes reached within each number of hops, on a graph of its own. */
  private static double[] flood(
      int nodes, int dials, double loss, double failedShare, SplittableRandom random) {
    List<Set<Integer>> links = graph(nodes, dials, random);
    int live = (int) Math.round(nodes * (1 - failedShare));
    int[] hops = new int[nodes]; // nodes from `live` on are dead; the graph knows no order
    Arrays.fill(hops, HOPS);
    hops[0] = 0;
    List<Integer> queue = new ArrayList<>(List.of(0));
    for (int next = 0; next < queue.size(); next++) {
      int node = queue.get(next);
      for (int peer : links.get(node)) {
        if (peer < live && hops[peer] == HOPS && random.nextDouble() >= loss) {
          hops[peer] = hops[node] + 1;
          queue.add(peer);
        }
      }
    }
    double[] shares = new double[HOPS];
    for (int hop = 0; hop < HOPS; hop++) {
      for (int node = 0; node < live; node++) {
        shares[hop] += hops[node] <= hop ? 1.0 / live : 0;
      }
    }
    return shares;
  }

  private static List<Set<Integer>> graph(int nodes, int dials, SplittableRandom random) {
    List<Set<Integer>> links = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      links.add(new TreeSet<>());
    }
    for (int node = 0; node < nodes; node++) {
      Set<Integer> dialled = new TreeSet<>();
      while (dialled.size() < dials) {
        dialled.add(RoundCounts.other(node, nodes, random));
      }
      links.get(node).addAll(dialled);
      for (int peer : dialled) {
        links.get(peer).add(node);
      }
    }
    return links;
  }
}
