package grapevine.netlab.report;

import grapevine.netlab.report.figures.Figures;
import grapevine.netlab.report.figures.Metric;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.report.figures.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report as text for a terminal of 100 columns: the tables, their definitions, the verdict. */
public final class ReportTable {
  private static final int WIDTH = 100;
  private static final int WORD_WIDTH = 10;
  private static final int STRAGGLERS_SHOWN = 3;
  private static final double MEGABYTE = 1 << 20;

  private static final List<Metric> COSTS =
      List.of(
          Metric.COPIES,
          Metric.ANNOUNCED,
          Metric.REQUESTED,
          Metric.VERIFIED,
          Metric.BYTES,
          Metric.BYTES_OVER_BODY,
          Metric.RELAY_DELAY,
          Metric.REQUEST_DELAY);

  private final Summary summary;
  private final RunFacts facts;
  private final List<String> lines = new ArrayList<>();

  private ReportTable(Summary summary, RunFacts facts) {
    this.summary = summary;
    this.facts = facts;
  }

  public static String text(Summary summary, RunFacts facts) {
    ReportTable table = new ReportTable(summary, facts);
    table.addHead();
    table.addGrid(table.spread());
    table.addGrid(COSTS);
    table.addTraffic();
    table.addStragglers();
    table.addMachine();
    table.addDefinitions();
    table.addVerdict();
    return String.join("\n", table.lines) + "\n";
  }

  private void addHead() {
    PropagationReport first = summary.firstRun();
    RunFacts.Setup setup = facts.setup();
    String seeds =
        (setup.seeds().size() == 1 ? "seed " : "seeds ")
            + setup.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "));
    add(
        String.format(
            Locale.ROOT,
            "%d nodes, %d links, %.1f s measured, %s",
            first.nodes(),
            setup.links(),
            first.seconds(),
            seeds));
  }

  private List<Metric> spread() {
    List<Metric> metrics = new ArrayList<>(List.of(Metric.DELIVERED));
    summary.firstRun().percents().forEach(percent -> metrics.add(Metric.latency(percent)));
    metrics.addAll(List.of(Metric.HOPS_MEDIAN, Metric.HOPS_MAX));
    return metrics;
  }

  /** One line for each strategy and kind, and below it the intervals, if there are any. */
  private void addGrid(List<Metric> metrics) {
    boolean counts = metrics.contains(Metric.DELIVERED);
    TextGrid grid = new TextGrid();
    List<String> heads = new ArrayList<>(counts ? List.of("", "items") : List.of(""));
    List<String> units = new ArrayList<>(counts ? List.of("", "") : List.of(""));
    metrics.forEach(metric -> heads.add(metric.head()));
    metrics.forEach(metric -> units.add(metric.unit()));
    grid.add(heads);
    grid.add(units);
    for (Summary.Strategy strategy : summary.strategies()) {
      for (Summary.Kind kind : strategy.kinds()) {
        List<String> row = new ArrayList<>(List.of(name(strategy, kind)));
        List<String> intervals = new ArrayList<>(List.of("  ± 95 %"));
        if (counts) {
          row.add(Integer.toString(kind.items()));
          intervals.add("");
        }
        for (Metric metric : metrics) {
          row.add(Figures.mean(metric, kind.figure(metric)));
          intervals.add(Figures.interval(metric, kind.figure(metric)));
        }
        grid.add(row);
        if (strategy.runs().size() > 1 && kind.timed() > 0) {
          grid.add(intervals);
        }
      }
    }
    lines.add("");
    lines.addAll(grid.lines());
  }

  private String name(Summary.Strategy strategy, Summary.Kind kind) {
    return summary.strategies().size() == 1 ? kind.kind() : strategy.relay() + " " + kind.kind();
  }

  private void addTraffic() {
    lines.add("");
    for (Summary.Strategy strategy : summary.strategies()) {
      Traffic traffic = strategy.traffic();
      if (traffic == null) {
        continue;
      }
      String of = summary.strategies().size() == 1 ? "" : strategy.relay() + ": ";
      define(
          "a node",
          String.format(
              Locale.ROOT,
              "%ssent %s to sockets: bodies %s, naming items %s, repair %s, headers %s, session %s,"
                  + " records and handshakes %s; keepalive apart %s (%.0f B/s); TCP/IP about %s more",
              of,
              Figures.bytes(traffic.socketBytes()),
              Figures.bytes(traffic.bodies()),
              Figures.bytes(traffic.shared()),
              Figures.bytes(traffic.repair()),
              Figures.bytes(traffic.headers()),
              Figures.bytes(traffic.session()),
              Figures.bytes(traffic.records()),
              Figures.bytes(traffic.keepalive()),
              traffic.keepalive() / strategy.runs().getFirst().seconds(),
              Figures.bytes(traffic.tcpIpBytes())));
      define(
          "messages",
          of
              + traffic.byType().entrySet().stream()
                  .map(
                      each ->
                          String.format(
                              Locale.ROOT,
                              "%s %.1f (%s)",
                              each.getKey(),
                              each.getValue().messages(),
                              Figures.bytes(each.getValue().bytes())))
                  .collect(Collectors.joining(", ")));
    }
  }

  private void addStragglers() {
    String latest =
        summary.firstRun().stragglers().stream()
            .limit(STRAGGLERS_SHOWN)
            .map(
                each ->
                    "node "
                        + each.node()
                        + (each.unseen() > 0 ? " lacked sight of " + each.unseen() + " items," : "")
                        + " "
                        + Figures.millis(each.lateMillis()))
            .collect(Collectors.joining("; "));
    if (!latest.isEmpty()) {
      define("latest", latest + " after half of the nodes, on average");
    }
  }

  private void addMachine() {
    RunFacts.Machine machine = facts.machine();
    RunFacts.Footprint footprint = facts.footprint();
    if (footprint != null) {
      define(
          "process",
          String.format(
              Locale.ROOT,
              "%.0f MB resident (median; max %.0f), up after %d ms (median)",
              footprint.residentBytesMedian() / MEGABYTE,
              footprint.residentBytesMax() / MEGABYTE,
              footprint.startMillisMedian()));
    }
    define(
        "machine",
        String.format(
            Locale.ROOT,
            "%s, %d processors, load %.1f before and %.1f after, Java %s",
            machine.system(),
            machine.processors(),
            machine.loadBefore(),
            machine.loadAfter(),
            machine.java()));
    define(
        "measured",
        "clock %s; links: %s; verification: %s; commit %s"
            .formatted(
                facts.setup().clock(),
                facts.setup().linkMode(),
                facts.setup().verification(),
                facts.setup().commit()));
  }

  private void addDefinitions() {
    PropagationReport first = summary.firstRun();
    lines.add("");
    define(
        "items",
        "what a client was told is safe, or a live node holds; delivered: held by all "
            + first.liveNodes()
            + " live nodes at the end, by their own lists");
    define(
        "t" + first.percents().getFirst() + "...",
        "from birth until that share of the nodes up since then hold it, origin included; medians"
            + " over the items born while measuring ("
            + first.kinds().stream()
                .map(kind -> kind.timed() + " " + kind.kind() + "s")
                .collect(Collectors.joining(", "))
            + ")");
    for (Metric metric : COSTS) {
      if (!metric.equals(Metric.BYTES_OVER_BODY)) {
        define(metric.head(), metric.meaning());
      }
    }
    define("costs", "of the " + first.costNodes() + " nodes that were not restarted");
    lines.add("");
  }

  private void addVerdict() {
    facts.notes().forEach(note -> add("Note: " + note));
    add((facts.passed() ? "PASSED: " : "FAILED: ") + facts.verdict());
    for (String hash : facts.setup().traceHashes()) {
      lines.add("trace hash " + hash);
    }
    lines.add("Again:  " + facts.command());
  }

  private void define(String word, String meaning) {
    lines.addAll(
        TextGrid.wrapped(TextGrid.left(word, WORD_WIDTH) + meaning, " ".repeat(WORD_WIDTH), WIDTH));
  }

  private void add(String text) {
    lines.addAll(TextGrid.wrapped(text, "", WIDTH));
  }
}
