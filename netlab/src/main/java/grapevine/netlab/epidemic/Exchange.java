package grapevine.netlab.epidemic;

/**
 * Which way news goes when, once per round, every node calls one other, chosen uniformly. The
 * recurrences give the share of nodes that lack the news after a round, from the share before it:
 * they follow the mean and know no chance, which matters in the first rounds, with one holder, and
 * in the last, with one node to go.
 *
 * <p>A call reaches a live node and passes unharmed with the chance {@code kept}; the shares are of
 * live nodes. With {@code kept} = 1 the recurrences are those of Demers et al. 1987, section 1.3.
 */
public enum Exchange {
  /** Holders tell whom they call. */
  PUSH("push", true, false),
  /** Nodes that lack the news ask whom they call. */
  PULL("pull", false, true),
  /** Both, in the same call. */
  PUSH_PULL("push-pull", true, true);

  private final String label;
  private final boolean pushes;
  private final boolean pulls;

  Exchange(String label, boolean pushes, boolean pulls) {
    this.label = label;
    this.pushes = pushes;
    this.pulls = pulls;
  }

  public String label() {
    return label;
  }

  boolean pushes() {
    return pushes;
  }

  boolean pulls() {
    return pulls;
  }

  /**
   * Push: p' = p (1 - 1/n)^(n (1 - p)); pull: p' = p²; push-pull: the product of both chances to
   * stay without.
   *
   * @param nodes at least 2; all that may be called
   * @param kept chance that a call to a random node passes the news
   */
  public double lackingAfter(double lacking, double nodes, double kept) {
    double after = lacking;
    if (pushes) {
      after *= StrictMath.pow(1 - kept / nodes, nodes * (1 - lacking));
    }
    if (pulls) {
      after *= 1 - kept * (1 - lacking);
    }
    return after;
  }

  /**
   * Rounds until the recurrence leaves less than half a node, from one holder on.
   *
   * @param nodes at least 2
   */
  public int roundsExpected(int nodes) {
    double lacking = 1 - 1.0 / nodes;
    int rounds = 0;
    while (lacking * nodes >= 0.5) {
      lacking = lackingAfter(lacking, nodes, 1);
      rounds++;
    }
    return rounds;
  }

  /** log2 n + ln n, to which O(1) is to be added: Pittel, On Spreading a Rumor, 1987. */
  public static double pittelRounds(double nodes) {
    return StrictMath.log(nodes) / StrictMath.log(2) + StrictMath.log(nodes);
  }

  /** log3 n + log2 ln n for push-pull, to which O(1) is to be added: Karp et al. 2000. */
  public static double pushPullRounds(double nodes) {
    double ln = StrictMath.log(nodes);
    return ln / StrictMath.log(3) + StrictMath.log(ln) / StrictMath.log(2);
  }
}
