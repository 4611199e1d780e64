package grapevine.netlab.epidemic;

/**
 * How far news can get at all when messages are lost and nodes are dead: bond and site percolation
 * on large random graphs, after Newman, Spread of epidemic disease on networks, 2002. News crosses
 * each link at most once, so what it reaches from a node is that node's cluster among the links
 * that are kept.
 *
 * <p>Each method returns the share of live nodes in the giant cluster, exact as the graph grows
 * without bound. It is also the chance that a random live origin lies in it: with the opposite
 * chance the news stays among a few. {@code kept} is the chance that a link leads to a live node
 * and does not lose the message: (1 - loss) (1 - failed).
 */
public final class Percolation {
  private static final double PRECISION = 1e-13;
  private static final int STEPS_MAX = 1_000_000;

  private Percolation() {}

  /** Any two nodes linked with equal chance: S = 1 - e^(-c kept S). */
  public static double erdosRenyi(double meanDegree, double kept) {
    double growth = meanDegree * kept;
    if (growth <= 1) {
      return 0;
    }
    double missed = 0;
    for (int step = 0; step < STEPS_MAX; step++) {
      double next = StrictMath.exp(-growth * (1 - missed));
      if (next - missed < PRECISION) {
        break;
      }
      missed = next;
    }
    return 1 - missed;
  }

  /** All nodes have equally many links: u = 1 - kept + kept u^(d-1), S = 1 - u^d. */
  public static double regular(int degree, double kept) {
    if (kept * (degree - 1) <= 1) {
      // At degree 2 with nothing lost the graph is rings: no giant cluster on average.
      return 0;
    }
    double fails = 0;
    for (int step = 0; step < STEPS_MAX; step++) {
      double next = 1 - kept + kept * StrictMath.pow(fails, degree - 1);
      if (next - fails < PRECISION) {
        break;
      }
      fails = next;
    }
    return 1 - StrictMath.pow(fails, degree);
  }

  /**
   * Each node dials equally many others, chosen uniformly, so that Poisson many dial it. The two
   * ends of a link differ: who is dialled has all its own dials left, who dials has one less.
   */
  public static double dialled(int outboundDegree, double kept) {
    if (kept * dialledGrowth(outboundDegree) <= 1) {
      return 0;
    }
    double dialledFails = 0;
    double diallerFails = 0;
    double missed = 0;
    for (int step = 0; step < STEPS_MAX; step++) {
      double byDiallers = StrictMath.exp(outboundDegree * (diallerFails - 1));
      double bySelf = StrictMath.pow(dialledFails, outboundDegree - 1);
      missed = bySelf * dialledFails * byDiallers;
      double nextDialled = 1 - kept * (1 - missed);
      double nextDialler = 1 - kept * (1 - bySelf * byDiallers);
      boolean settled =
          nextDialled - dialledFails < PRECISION && nextDialler - diallerFails < PRECISION;
      dialledFails = nextDialled;
      diallerFails = nextDialler;
      if (settled) {
        break;
      }
    }
    return 1 - missed;
  }

  /**
   * By what factor news grows per hop while few have it, on the dialled graph: the larger
   * eigenvalue of how many dialled and diallers follow on either, d + √(d (d - 1)), a little below
   * 2 d.
   */
  public static double dialledGrowth(double outboundDegree) {
    return outboundDegree + Math.sqrt(outboundDegree * (outboundDegree - 1));
  }
}
