package grapevine.netlab.report.figures;

import java.util.Locale;

/** How figures look to people. */
public final class Figures {
  public static final String UNKNOWN = "–";

  private Figures() {}

  /** A dash for what is not known, or never came. */
  public static String number(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%." + decimals + "f", value)
        : UNKNOWN;
  }

  /** The mean of a figure; what was delivered is never rounded up to 100. */
  public static String mean(Metric metric, Estimate figure) {
    double value = figure.mean();
    if (metric.equals(Metric.DELIVERED) && value < 100) {
      value = Math.min(value, 99.99);
    }
    return number(value, metric.decimals());
  }

  /** Half the width of its interval, empty without one. */
  public static String interval(Metric metric, Estimate figure) {
    return figure.hasInterval() ? "±" + number(figure.halfWidth(), metric.decimals()) : "";
  }

  public static String bytes(double bytes) {
    if (bytes < 1_000) {
      return number(bytes, bytes < 10 ? 1 : 0) + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    int unit = -1;
    double value = bytes;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    return number(value, value < 10 ? 2 : value < 100 ? 1 : 0) + " " + units[unit];
  }

  public static String millis(double millis) {
    if (!Double.isFinite(millis)) {
      return UNKNOWN;
    }
    if (millis >= 1_000) {
      return trimmed(millis / 1_000, millis < 10_000 ? 2 : 1) + " s";
    }
    return trimmed(millis, millis < 10 ? 2 : millis < 100 ? 1 : 0) + " ms";
  }

  private static String trimmed(double value, int decimals) {
    String text = number(value, decimals);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
