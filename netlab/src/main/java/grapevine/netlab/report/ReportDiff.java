package grapevine.netlab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.netlab.report.figures.Figures;
import grapevine.netlab.report.figures.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Two reports side by side, figure by figure. Immutable.
 *
 * <p>A figure regressed if it changed for the worse by more than can be chance. With several seeds
 * on both sides, that is more than √(a² + b²) of their half intervals, the 95 % interval of the
 * difference. With a single seed on a side nothing is known about chance, so a stated tolerance
 * stands in; what was delivered may not fall at all. A time that was reached and no longer is has
 * regressed, too.
 *
 * @param notes what makes the two less alike than a reader may think
 */
public record ReportDiff(List<Row> rows, List<String> notes) {
  /** What became of a figure. */
  public enum Change {
    SAME,
    BETTER,
    WORSE
  }

  /**
   * One figure.
   *
   * @param of strategy and kind, or strategy and {@code node}
   * @param before NaN when it was not known
   * @param after NaN when it is not known
   * @param allowed by how much it may change before it counts
   */
  public record Row(
      String of, Metric metric, double before, double after, double allowed, Change change) {
    /** In percent of what it was; NaN when that is 0 or not known. */
    public double relativePercent() {
      return before == 0 ? Double.NaN : 100 * (after - before) / Math.abs(before);
    }
  }

  private static final List<String> SETUP =
      List.of("scenario", "nodes", "clock", "linkMode", "topology", "configuration");

  public ReportDiff {
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }

  public boolean hasRegression() {
    return rows.stream().anyMatch(row -> row.change == Change.WORSE);
  }

  /**
   * Compares two files.
   *
   * @param tolerancePercent allowed change of a figure that has no interval on both sides
   * @throws IOException naming what was found when one is no report
   */
  public static ReportDiff of(Path before, Path after, double tolerancePercent) throws IOException {
    return of(read(before), read(after), tolerancePercent);
  }

  private static JsonNode read(Path given) throws IOException {
    Path file = Files.isDirectory(given) ? given.resolve("report.json") : given;
    if (!Files.isReadable(file)) {
      throw new IOException(file + " does not exist or cannot be read, expected a report.json");
    }
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is not JSON: " + e.getOriginalMessage() + ", expected a report.json", e);
    }
    if (!json.path("format").asText().equals(ReportJson.FORMAT)) {
      String found = json.has("format") ? "format " + json.get("format") : "no \"format\"";
      throw new IOException("%s has %s, expected \"%s\"".formatted(file, found, ReportJson.FORMAT));
    }
    if (json.path("version").asInt() != ReportJson.VERSION) {
      throw new IOException(
          "%s has version %s, expected %d"
              .formatted(file, json.path("version"), ReportJson.VERSION));
    }
    return json;
  }

  static ReportDiff of(JsonNode before, JsonNode after, double tolerancePercent) {
    List<Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (String key : SETUP) {
      if (!before.path(key).equals(after.path(key))) {
        notes.add(note(key, before.path(key).asText(), after.path(key).asText()));
      }
    }
    JsonNode olds = before.path("strategies");
    for (JsonNode strategy : after.path("strategies")) {
      String relay = strategy.path("relay").asText();
      JsonNode old = named(relay, olds);
      if (old == null && olds.size() == 1 && after.path("strategies").size() == 1) {
        old = olds.get(0);
        relay = old.path("relay").asText() + " → " + relay;
      }
      if (old == null) {
        notes.add("strategy " + relay + " is only in the second report");
      } else {
        addStrategy(rows, relay, old, strategy, tolerancePercent);
      }
    }
    for (JsonNode old : olds) {
      String relay = old.path("relay").asText();
      if (named(relay, after.path("strategies")) == null && olds.size() > 1) {
        notes.add("strategy " + relay + " is only in the first report");
      }
    }
    return new ReportDiff(rows, notes);
  }

  private static String note(String key, String before, String after) {
    boolean brief = before.length() + after.length() <= 80 && !before.contains("\n");
    return brief ? "%s: %s → %s".formatted(key, before, after) : key + " differs";
  }

  private static @Nullable JsonNode named(String relay, JsonNode strategies) {
    for (JsonNode strategy : strategies) {
      if (strategy.path("relay").asText().equals(relay)) {
        return strategy;
      }
    }
    return null;
  }

  private static void addStrategy(
      List<Row> rows, String relay, JsonNode before, JsonNode after, double tolerancePercent) {
    after
        .path("kinds")
        .properties()
        .forEach(
            entry -> {
              JsonNode old = before.path("kinds").path(entry.getKey());
              if (old.path("items").asInt() > 0 || entry.getValue().path("items").asInt() > 0) {
                addFigures(
                    rows,
                    relay + " " + entry.getKey(),
                    old.path("figures"),
                    entry.getValue().path("figures"),
                    tolerancePercent);
              }
            });
    addFigures(
        rows, relay + " node", before.path("perNode"), after.path("perNode"), tolerancePercent);
  }

  private static void addFigures(
      List<Row> rows, String of, JsonNode before, JsonNode after, double tolerancePercent) {
    List<Metric> metrics = new ArrayList<>();
    after.fieldNames().forEachRemaining(key -> metrics.add(metric(key)));
    before
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!after.has(key)) {
                metrics.add(metric(key));
              }
            });
    for (Metric metric : metrics) {
      rows.add(
          row(of, metric, before.path(metric.key()), after.path(metric.key()), tolerancePercent));
    }
  }

  /** A figure of a later version counts as a cost. */
  private static Metric metric(String key) {
    List<Metric> known = new ArrayList<>(Metric.ofKind(List.of()));
    known.addAll(Metric.PER_NODE);
    for (Metric each : known) {
      if (each.key().equals(key)) {
        return each;
      }
    }
    return new Metric(key, key, "", 3, false, "");
  }

  private static Row row(
      String of, Metric metric, JsonNode old, JsonNode now, double tolerancePercent) {
    double before = old.path("value").asDouble(Double.NaN);
    double after = now.path("value").asDouble(Double.NaN);
    boolean intervals = old.hasNonNull("interval") && now.hasNonNull("interval");
    double allowed;
    if (intervals) {
      allowed = Math.hypot(old.path("interval").asDouble(), now.path("interval").asDouble());
    } else if (metric.equals(Metric.DELIVERED)) {
      allowed = 0;
    } else {
      allowed = Math.abs(before) * tolerancePercent / 100;
      if (metric.equals(Metric.HOPS_MEDIAN) || metric.equals(Metric.HOPS_MAX)) {
        allowed = Math.max(allowed, 1); // whole numbers: one more is the least there is
      }
    }
    return new Row(of, metric, before, after, allowed, change(metric, before, after, allowed));
  }

  private static Change change(Metric metric, double before, double after, double allowed) {
    boolean isTime = metric.key().endsWith("Millis");
    if (Double.isNaN(before) || Double.isNaN(after)) {
      boolean lost = isTime && !Double.isNaN(before);
      boolean gained = isTime && !Double.isNaN(after);
      return lost ? Change.WORSE : gained ? Change.BETTER : Change.SAME;
    }
    double rise = after - before;
    if (Math.abs(rise) <= allowed + 1e-9 * Math.abs(before)) {
      return Change.SAME;
    }
    return rise > 0 == metric.higherIsBetter() ? Change.BETTER : Change.WORSE;
  }

  /** For a terminal. */
  public String text() {
    TextGrid grid = new TextGrid();
    grid.add(List.of("", "before", "after", "change", "allowed", ""));
    for (Row row : rows) {
      int decimals = Math.max(1, row.metric.decimals());
      grid.add(
          List.of(
              row.of + " " + row.metric.key(),
              Figures.number(row.before, decimals),
              Figures.number(row.after, decimals),
              Double.isFinite(row.relativePercent())
                  ? String.format(Locale.ROOT, "%+.1f %%", row.relativePercent())
                  : Figures.UNKNOWN,
              "±" + Figures.number(row.allowed, decimals),
              row.change == Change.SAME ? "" : row.change.name().toLowerCase(Locale.ROOT)));
    }
    List<String> lines = new ArrayList<>(grid.lines());
    lines.add("");
    notes.forEach(note -> lines.add("Note: " + note));
    long worse = rows.stream().filter(row -> row.change == Change.WORSE).count();
    long better = rows.stream().filter(row -> row.change == Change.BETTER).count();
    lines.add(
        "%s: of %d figures %d are worse and %d better, beyond what is allowed."
            .formatted(worse > 0 ? "REGRESSED" : "NO REGRESSION", rows.size(), worse, better));
    return String.join("\n", lines) + "\n";
  }

  /** For programs. */
  public String json() throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("regression", hasRegression());
    notes.forEach(json.putArray("notes")::add);
    ArrayNode array = json.putArray("figures");
    for (Row row : rows) {
      array
          .addObject()
          .put("of", row.of)
          .put("metric", row.metric.key())
          .put("before", known(row.before))
          .put("after", known(row.after))
          .put("changePercent", known(row.relativePercent()))
          .put("allowed", known(row.allowed))
          .put("change", row.change.name().toLowerCase(Locale.ROOT));
    }
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
