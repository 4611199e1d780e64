package grapevine.netlab.epidemic;

import org.jspecify.annotations.Nullable;

/**
 * One figure of the literature beside the same figure from our own runs. Immutable. The tolerance
 * is part of the row, so that a reader sees what "matches" means.
 *
 * @param tolerance how far the measured mean may lie from the published value
 * @param basis how the tolerance came about, in words
 * @param knownGap why the published value is not expected to come out; null when it is
 */
public record Comparison(
    Published published,
    Sample measured,
    double tolerance,
    String basis,
    @Nullable String knownGap) {
  /**
   * A figure that others printed.
   *
   * @param experiment such as {@code push, 1000 nodes}
   * @param quantity what was counted, with its unit
   */
  public record Published(String experiment, String quantity, double value, String source) {}

  public enum Verdict {
    MATCHES,
    /** Outside of the tolerance, as others found before us. */
    KNOWN_GAP,
    DIFFERS
  }

  /**
   * For a published mean over runs: half a unit of its last printed digit, and three standard
   * errors of the difference of two means. The publisher's runs have the spread of ours.
   *
   * @param lastDigit what one unit of the last printed digit is worth
   * @param publishedRuns how many runs the published mean is taken to be of
   * @param deviationMin of a single run; few runs of a rare event may show no spread at all
   */
  public static Comparison ofMeans(
      Published published,
      Sample measured,
      double lastDigit,
      int publishedRuns,
      double deviationMin,
      @Nullable String knownGap) {
    double deviation = Math.max(measured.deviation(), deviationMin);
    double error = deviation * Math.sqrt(1.0 / measured.runs() + 1.0 / publishedRuns);
    return new Comparison(
        published,
        measured,
        lastDigit / 2 + 3 * error,
        "half of the last digit, and 3 standard errors of %d runs here and %d there"
            .formatted(measured.runs(), publishedRuns),
        knownGap);
  }

  /** For a formula: how far it may be off, and three standard errors of our mean. */
  public static Comparison ofFormula(
      Published published, Sample measured, double slack, String why) {
    return new Comparison(
        published,
        measured,
        slack + 3 * measured.standardError(),
        "%s, and 3 standard errors of %d runs".formatted(why, measured.runs()),
        null);
  }

  public Verdict verdict() {
    if (Math.abs(measured.mean() - published.value()) <= tolerance) {
      return Verdict.MATCHES;
    }
    return knownGap == null ? Verdict.DIFFERS : Verdict.KNOWN_GAP;
  }
}
