package grapevine.netlab.scenario;

import java.util.List;

/** Something that nodes are given to spread. Times count from the end of the warm-up. */
public sealed interface Load {
  /** Transactions at random nodes at a steady rate with exponential gaps. */
  record Transactions(double perSecond, int bytes, long fromMillis, long untilMillis)
      implements Load {}

  /** Many transactions at once, at one random node. */
  record Burst(long atMillis, int count, int bytes) implements Load {}

  /**
   * Blocks, one in each interval, by producers who take turns.
   *
   * @param producers nodes that make them, chosen at random
   * @param bytes of one block that brings its own transactions, 0 = it takes what the producer's
   *     pool holds
   * @param transactionBytes size of a transaction that a block brings
   */
  record Blocks(
      long intervalMillis,
      int producers,
      int bytes,
      int transactionBytes,
      long fromMillis,
      long untilMillis)
      implements Load {}

  /** Transactions as listed. */
  record Listed(List<Birth> births) implements Load {
    public Listed {
      births = List.copyOf(births);
    }
  }

  /** One transaction, and who gets it from its sender. */
  record Birth(long atMillis, int node, int bytes) {}
}
