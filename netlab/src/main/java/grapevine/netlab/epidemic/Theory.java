package grapevine.netlab.epidemic;

import grapevine.netlab.epidemic.Coverage.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What theory predicts for a scenario: every {@link Model}'s curve for the same plain numbers. The
 * first is the one to hold a measurement against; the others bound it, or show how textbook
 * protocols would fare.
 *
 * <p>All of them know one hop time, no bandwidth and no queues, and try each link once. So a run
 * may be slower where bodies are large or nodes busy, faster where delays vary, and reach more
 * under loss, since nodes ask again and repair.
 */
public final class Theory {
  private static final int HOPS_MAX = 10_000;
  private static final int LOGISTIC_POINTS = 200;

  /** Curves end when fewer nodes than this are expected to lack the news. */
  private static final double LACKING_MIN = 0.01;

  private Theory() {}

  /** One prediction for each model, in the order of {@link Model}. */
  public static List<Prediction> predict(Conditions conditions) {
    List<Prediction> predictions = new ArrayList<>();
    for (Model model : Model.values()) {
      predictions.add(new Prediction(model, coverage(model, conditions)));
    }
    return predictions;
  }

  /**
   * The share of live nodes that flooding reaches in the end when each link is tried once, as the
   * network grows without bound; also the chance that a random origin is not cut off.
   */
  public static double reachable(Conditions conditions) {
    return Percolation.dialled(conditions.dials(), conditions.kept());
  }

  private static Coverage coverage(Model model, Conditions conditions) {
    return switch (model) {
      case RANDOM_GRAPH -> ofHops(DialledGraph.sharesByHop(conditions), conditions);
      case TREE -> ofHops(tree(conditions), conditions);
      case LOGISTIC -> logistic(conditions);
      case INFECT_AND_DIE -> ofHops(infectAndDie(conditions), conditions);
      case PUSH -> ofHops(rounds(Exchange.PUSH, conditions), conditions);
      case PULL -> ofHops(rounds(Exchange.PULL, conditions), conditions);
      case PUSH_PULL -> ofHops(rounds(Exchange.PUSH_PULL, conditions), conditions);
      case PITTEL ->
          new Coverage(
              List.of(),
              Map.of(100, Exchange.pittelRounds(conditions.nodes()) * conditions.hop().millis()));
    };
  }

  private static Coverage ofHops(List<Double> shares, Conditions conditions) {
    return Coverage.ofHops(shares, conditions.hop().millis(), conditions.live());
  }

  /** Expected paths from the origin, by whether the last link was dialled from near or far. */
  private static List<Double> tree(Conditions conditions) {
    double dials = conditions.dials();
    double live = conditions.live();
    double dialled = 0;
    double diallers = 0;
    double reached = 1;
    List<Double> shares = new ArrayList<>(List.of(1 / live));
    double shell = 1;
    while (reached < live && shell >= LACKING_MIN && shares.size() <= HOPS_MAX) {
      boolean first = shares.size() == 1;
      double nextDialled = first ? dials : dials * dialled + (dials - 1) * diallers;
      double nextDiallers = dials * (first ? 1 : dialled + diallers);
      dialled = conditions.kept() * nextDialled;
      diallers = conditions.kept() * nextDiallers;
      shell = dialled + diallers;
      reached += shell;
      shares.add(Math.min(1, reached / live));
    }
    return shares;
  }

  /** u' = u e^(-F · newly told), with F the links of a node but the one it learned by. */
  private static List<Double> infectAndDie(Conditions conditions) {
    double live = conditions.live();
    double fanOut = conditions.kept() * Math.max(1, 2 * conditions.dials() - 1);
    double lacking = 1 - 1 / live;
    double fresh = 1 / live;
    List<Double> shares = new ArrayList<>(List.of(1 - lacking));
    while (lacking * live >= LACKING_MIN
        && fresh * live >= LACKING_MIN
        && shares.size() <= HOPS_MAX) {
      double next = lacking * StrictMath.exp(-fanOut * fresh);
      fresh = lacking - next;
      lacking = next;
      shares.add(1 - lacking);
    }
    return shares;
  }

  private static List<Double> rounds(Exchange exchange, Conditions conditions) {
    double live = conditions.live();
    double lacking = 1 - 1 / live;
    List<Double> shares = new ArrayList<>(List.of(1 - lacking));
    while (lacking * live >= LACKING_MIN && shares.size() <= HOPS_MAX) {
      lacking = exchange.lackingAfter(lacking, live, conditions.kept());
      shares.add(1 - lacking);
    }
    return shares;
  }

  /** i(t) = 1 / (1 + (n - 1) e^(-βt)), β chosen so that a hop time multiplies by the growth. */
  private static Coverage logistic(Conditions conditions) {
    double live = conditions.live();
    double growth = conditions.kept() * Percolation.dialledGrowth(conditions.dials());
    if (growth <= 1) {
      return Coverage.ofTimes(
          List.of(new Point(0, 1 / live)),
          percent -> 1 / live >= Coverage.goal(percent, live) ? 0 : Double.POSITIVE_INFINITY);
    }
    Logistic curve = new Logistic(live, StrictMath.log(growth) / conditions.hop().millis());
    double endMillis = curve.millisUntil(1 - LACKING_MIN / live);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i <= LOGISTIC_POINTS; i++) {
      double millis = endMillis * i / LOGISTIC_POINTS;
      points.add(new Point(millis, curve.share(millis)));
    }
    return Coverage.ofTimes(points, percent -> curve.millisUntil(Coverage.goal(percent, live)));
  }
}
