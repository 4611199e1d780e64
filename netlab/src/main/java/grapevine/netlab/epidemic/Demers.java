package grapevine.netlab.epidemic;

import grapevine.netlab.epidemic.Comparison.Published;
import grapevine.netlab.epidemic.Rumor.Outcome;
import grapevine.netlab.epidemic.Rumor.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tables 1 to 3 of Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC
 * 1987 (also Xerox CSL-89-1), beside our own runs. The conventions are those of {@link Rumor}.
 */
public final class Demers {
  static final int SITES = 1_000;

  /** An assumption, for the paper does not say: at a hundred, table 3 lies within its chance. */
  private static final int PUBLISHED_RUNS = 100;

  private static final String PAPER = "Demers et al. 1987, table ";
  private static final String AVERAGE_GAP =
      "t_ave of tables 1 and 2 is known not to come out of independent re-implementations, while"
          + " residue, traffic and t_last do";

  /**
   * One printed row. The figures are strings, because how many digits are printed is part of what
   * they say.
   */
  record Row(Variant variant, int k, String residue, String traffic, String average, String last) {}

  static final List<Row> ROWS =
      List.of(
          new Row(Variant.PUSH_FEEDBACK_COUNTER, 1, "0.18", "1.7", "11.0", "16.8"),
          new Row(Variant.PUSH_FEEDBACK_COUNTER, 2, "0.037", "3.3", "12.1", "16.9"),
          new Row(Variant.PUSH_FEEDBACK_COUNTER, 3, "0.011", "4.5", "12.5", "17.4"),
          new Row(Variant.PUSH_FEEDBACK_COUNTER, 4, "0.0036", "5.6", "12.7", "17.5"),
          new Row(Variant.PUSH_FEEDBACK_COUNTER, 5, "0.0012", "6.7", "12.8", "17.7"),
          new Row(Variant.PUSH_BLIND_COIN, 1, "0.96", "0.04", "19", "38"),
          new Row(Variant.PUSH_BLIND_COIN, 2, "0.20", "1.6", "17", "33"),
          new Row(Variant.PUSH_BLIND_COIN, 3, "0.060", "2.8", "15", "32"),
          new Row(Variant.PUSH_BLIND_COIN, 4, "0.021", "3.9", "14.1", "32"),
          new Row(Variant.PUSH_BLIND_COIN, 5, "0.008", "4.9", "13.8", "32"),
          new Row(Variant.PULL_FEEDBACK_COUNTER, 1, "0.031", "2.7", "9.97", "17.63"),
          new Row(Variant.PULL_FEEDBACK_COUNTER, 2, "0.00058", "4.5", "10.07", "15.39"),
          new Row(Variant.PULL_FEEDBACK_COUNTER, 3, "0.000004", "6.1", "10.08", "14.00"));

  private Demers() {}

  /**
   * Four rows for each printed one, and for push how residue and traffic hang together, s = e^-m.
   *
   * @param runs at least 2, of each variant and k
   */
  public static List<Comparison> compare(int runs, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Comparison> rows = new ArrayList<>();
    for (Row row : ROWS) {
      List<Outcome> outcomes = outcomes(row, runs, seeds.split());
      Sample residue = sample(outcomes, Outcome::residue);
      Sample traffic = sample(outcomes, Outcome::traffic);
      Sample average = sample(outcomes, Outcome::averageCycles);
      Sample last = sample(outcomes, Outcome::lastCycles);
      boolean pull = row.variant() == Variant.PULL_FEEDBACK_COUNTER;
      rows.add(
          compare(row, "residue s, share of sites", row.residue(), residue, spread(row), null));
      rows.add(compare(row, "traffic m, updates per site", row.traffic(), traffic, 0, null));
      rows.add(compare(row, "t_ave, cycles", row.average(), average, 0, pull ? null : AVERAGE_GAP));
      rows.add(compare(row, "t_last, cycles", row.last(), last, 0, null));
      if (!pull) {
        rows.add(law(row, residue, traffic));
      }
    }
    return rows;
  }

  private static List<Outcome> outcomes(Row row, int runs, RandomGenerator random) {
    List<Outcome> outcomes = new ArrayList<>(runs);
    for (int run = 0; run < runs; run++) {
      outcomes.add(Rumor.run(row.variant(), row.k(), SITES, random));
    }
    return outcomes;
  }

  private static Sample sample(List<Outcome> outcomes, ToDoubleFunction<Outcome> quantity) {
    return Sample.of(outcomes.stream().mapToDouble(quantity).toArray());
  }

  private static Comparison compare(
      Row row,
      String quantity,
      String printed,
      Sample measured,
      double deviationMin,
      @Nullable String knownGap) {
    return Comparison.ofMeans(
        new Published(
            name(row), quantity, Double.parseDouble(printed), PAPER + table(row.variant())),
        measured,
        lastDigit(printed),
        PUBLISHED_RUNS,
        deviationMin,
        knownGap);
  }

  private static Comparison law(Row row, Sample residue, Sample traffic) {
    double value = StrictMath.exp(-traffic.mean());
    // The mean of e^-m over runs is not e^-(mean of m); half the variance is the first difference.
    double curvature = value * traffic.deviation() * traffic.deviation() / 2;
    return Comparison.ofFormula(
        new Published(
            name(row),
            "residue s, e^-m of the measured traffic",
            value,
            "s = e^-m: Demers et al. 1987, section 1.4"),
        residue,
        curvature + value / SITES,
        "the spread of m and the finite number of sites");
  }

  /** Of the share left out, if each site were left out by itself: little, but not nothing. */
  private static double spread(Row row) {
    double share = Double.parseDouble(row.residue());
    return Math.sqrt(share * (1 - share) / SITES);
  }

  private static int table(Variant variant) {
    return switch (variant) {
      case PUSH_FEEDBACK_COUNTER -> 1;
      case PUSH_BLIND_COIN -> 2;
      case PULL_FEEDBACK_COUNTER -> 3;
    };
  }

  private static String name(Row row) {
    return row.variant().label() + ", k = " + row.k();
  }

  /** What one unit of the last printed digit is worth: 0.01 for 0.18, 1 for 38. */
  static double lastDigit(String printed) {
    int point = printed.indexOf('.');
    return point < 0 ? 1 : StrictMath.pow(10, point + 1 - printed.length());
  }
}
