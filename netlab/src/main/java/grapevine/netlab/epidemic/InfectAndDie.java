package grapevine.netlab.epidemic;

import grapevine.netlab.epidemic.Comparison.Published;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Every node, when it learns the news, tells F others, chosen uniformly, and then never again. The
 * share that never learns is the solution of s = e^(-F (1 - s)) below 1: the share of a random
 * graph outside of its giant component.
 */
public final class InfectAndDie {
  private static final int NODES = 20_000;
  private static final int[] FAN_OUTS = {2, 3, 4, 5};
  private static final double[] PUBLISHED = {0.2032, 0.0595, 0.0198, 0.00698};

  private InfectAndDie() {}

  /**
   * The share left out; 1 when the fan-out is at most 1.
   *
   * @param fanOut mean number of live nodes that each holder tells
   */
  public static double residue(double fanOut) {
    return 1 - Percolation.erdosRenyi(fanOut, 1);
  }

  /**
   * The share left out in one run.
   *
   * @param fanOut at least 1
   * @param nodes at least 2
   */
  public static double run(int fanOut, int nodes, RandomGenerator random) {
    boolean[] knows = new boolean[nodes];
    int[] queue = new int[nodes];
    knows[0] = true;
    int knowing = 1;
    for (int next = 0; next < knowing; next++) {
      for (int i = 0; i < fanOut; i++) {
        int told = RoundCounts.other(queue[next], nodes, random);
        if (!knows[told]) {
          knows[told] = true;
          queue[knowing++] = told;
        }
      }
    }
    return (double) (nodes - knowing) / nodes;
  }

  /**
   * The fixed points for F = 2 to 5 beside our own runs of 20,000 nodes.
   *
   * @param runs at least 2, of each fan-out
   */
  public static List<Comparison> compare(int runs, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Comparison> rows = new ArrayList<>();
    for (int i = 0; i < FAN_OUTS.length; i++) {
      RandomGenerator random = seeds.split();
      double[] residues = new double[runs];
      for (int run = 0; run < runs; run++) {
        residues[run] = run(FAN_OUTS[i], NODES, random);
      }
      rows.add(
          Comparison.ofFormula(
              new Published(
                  "infect and die, fan-out " + FAN_OUTS[i],
                  "residue s, share of nodes",
                  PUBLISHED[i],
                  "s = e^(-F (1 - s))"),
              Sample.of(residues),
              (i == 3 ? 0.000005 : 0.00005) + 3.0 / NODES,
              "half of the last digit, and three nodes, the order at which size matters"));
    }
    return rows;
  }
}
