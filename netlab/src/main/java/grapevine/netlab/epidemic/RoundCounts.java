package grapevine.netlab.epidemic;

import grapevine.netlab.epidemic.Comparison.Published;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Rounds until everyone knows, on a complete graph, played out node by node. In each round every
 * node that has something to gain or to give calls one other node, chosen uniformly, and all calls
 * are judged on what was known when the round began.
 *
 * <p>A run of a million nodes takes about 0.2 s of CPU, and five bytes a node.
 */
public final class RoundCounts {
  private static final String SOURCE =
      "published means of simulations, first decimal given, number of runs not";

  /** Not stated where the means are printed; about so few, by how they scatter about ours. */
  private static final int PUBLISHED_RUNS = 10;

  /** Rounds are whole numbers, and where chance decides, two values at least occur. */
  private static final double DEVIATION_MIN = 0.5;

  /** Sizes of the published runs. */
  public static final List<Integer> NODES = List.of(1_000, 10_000, 100_000, 1_000_000);

  private static final byte LACKS = 0;
  private static final byte LEARNS = 1;
  private static final byte KNOWS = 2;

  private RoundCounts() {}

  /**
   * One run, from one holder.
   *
   * @param nodes at least 2
   */
  public static int rounds(Exchange exchange, int nodes, RandomGenerator random) {
    byte[] state = new byte[nodes];
    int[] order = new int[nodes]; // holders first
    for (int node = 0; node < nodes; node++) {
      order[node] = node;
    }
    state[0] = KNOWS;
    int knowing = 1;
    int rounds = 0;
    while (knowing < nodes) {
      if (exchange.pushes()) {
        push(state, order, knowing, random);
      }
      if (exchange.pulls()) {
        pull(state, order, knowing, random);
      }
      knowing = close(state, order, knowing);
      rounds++;
    }
    return rounds;
  }

  public static Sample sample(Exchange exchange, int nodes, int runs, RandomGenerator random) {
    double[] rounds = new double[runs];
    for (int run = 0; run < runs; run++) {
      rounds[run] = rounds(exchange, nodes, random);
    }
    return Sample.of(rounds);
  }

  /**
   * The published means, and the formulas for push and push-pull, beside our own runs.
   *
   * @param runs at least 2, of each exchange at each size
   * @param nodesMax larger sizes are left out
   */
  public static List<Comparison> compare(int runs, long seed, int nodesMax) {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Comparison> rows = new ArrayList<>();
    for (int size = 0; size < NODES.size() && NODES.get(size) <= nodesMax; size++) {
      int nodes = NODES.get(size);
      for (Exchange exchange : Exchange.values()) {
        Sample sample = sample(exchange, nodes, runs, seeds.split());
        rows.add(
            Comparison.ofMeans(
                published(exchange, nodes, publishedMean(exchange, size), SOURCE),
                sample,
                0.1,
                PUBLISHED_RUNS,
                DEVIATION_MIN,
                null));
        addFormula(rows, exchange, nodes, sample);
      }
    }
    return rows;
  }

  private static void addFormula(
      List<Comparison> rows, Exchange exchange, int nodes, Sample sample) {
    switch (exchange) {
      case PUSH ->
          rows.add(
              Comparison.ofFormula(
                  published(
                      exchange,
                      nodes,
                      Exchange.pittelRounds(nodes),
                      "log2 n + ln n + O(1): Pittel 1987"),
                  sample,
                  2,
                  "O(1) taken as two rounds"));
      case PUSH_PULL ->
          rows.add(
              Comparison.ofFormula(
                  published(
                      exchange,
                      nodes,
                      Exchange.pushPullRounds(nodes),
                      "log3 n + log2 ln n + O(1): after Karp et al. 2000"),
                  sample,
                  1,
                  "O(1) taken as one round"));
      case PULL -> {}
    }
  }

  private static Published published(Exchange exchange, int nodes, double value, String source) {
    return new Published(exchange.label() + ", " + nodes + " nodes", "rounds", value, source);
  }

  private static double publishedMean(Exchange exchange, int size) {
    double[] means =
        switch (exchange) {
          case PUSH -> new double[] {18.4, 23.7, 29.5, 35.8};
          case PULL -> new double[] {13.8, 17.7, 21.0, 24.9};
          case PUSH_PULL -> new double[] {9.2, 11.7, 14.1, 16.5};
        };
    return means[size];
  }

  private static void push(byte[] state, int[] order, int knowing, RandomGenerator random) {
    for (int i = 0; i < knowing; i++) {
      int called = other(order[i], state.length, random);
      if (state[called] == LACKS) {
        state[called] = LEARNS;
      }
    }
  }

  private static void pull(byte[] state, int[] order, int knowing, RandomGenerator random) {
    for (int i = knowing; i < order.length; i++) {
      if (state[other(order[i], state.length, random)] == KNOWS) {
        state[order[i]] = LEARNS;
      }
    }
  }

  /** Ends a round: those who learn know, and move to the holders. */
  private static int close(byte[] state, int[] order, int knowing) {
    int holders = knowing;
    for (int i = knowing; i < order.length; i++) {
      int node = order[i];
      if (state[node] == LEARNS) {
        state[node] = KNOWS;
        order[i] = order[holders];
        order[holders++] = node;
      }
    }
    return holders;
  }

  /**
   * Uniform among all nodes but this one, to one part in 2^40: a product's upper half takes a
   * fraction of the time of nextInt(bound), which divides.
   */
  static int other(int node, int nodes, RandomGenerator random) {
    int drawn = (int) Math.unsignedMultiplyHigh(random.nextLong(), nodes - 1L);
    return drawn >= node ? drawn + 1 : drawn;
  }
}
