package grapevine.netlab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as text for a terminal of 100 columns: the table, its definitions, the verdict. */
public final class ReportTable {
  private static final int WIDTH = 100;
  private static final double MEGABYTE = 1 << 20;
  private static final String UNKNOWN = "-";

  private static final List<List<String>> HEADS =
      List.of(
          List.of(
              "",
              "items",
              "delivered",
              "t50",
              "t90",
              "t99",
              "t100",
              "copies",
              "announced",
              "bytes"),
          List.of("", "", "%", "ms", "ms", "ms", "ms", "/node", "/node,item", "/node,item"));

  private ReportTable() {}

  public static String text(PropagationReport report, RunFacts facts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d nodes, %d links, %.1f s measured, seed %d",
            report.nodes(),
            facts.links(),
            report.seconds(),
            facts.seed()));
    lines.add("");
    addTable(lines, report);
    lines.add("");
    addOther(lines, report);
    addFootprint(lines, facts);
    lines.add("");
    addDefinitions(lines, report);
    lines.add("");
    facts.notes().forEach(note -> addWrapped(lines, "Note: " + note, ""));
    addWrapped(lines, (facts.passed() ? "PASSED: " : "FAILED: ") + facts.verdict(), "");
    lines.add("Again:  " + facts.command());
    return String.join("\n", lines) + "\n";
  }

  private static void addTable(List<String> lines, PropagationReport report) {
    List<List<String>> rows = new ArrayList<>(HEADS);
    for (KindReport kind : report.kinds()) {
      List<String> row = new ArrayList<>();
      row.add(kind.kind());
      row.add(Integer.toString(kind.items()));
      row.add(deliveredPercent(kind));
      for (int percent : PropagationReport.PERCENTS) {
        row.add(number("%.1f", kind.latencyMillis(percent)));
      }
      row.add(number("%.2f", kind.bodyCopies()));
      row.add(number("%.2f", kind.announcements()));
      row.add(number("%.0f", kind.bytes()));
      rows.add(row);
    }
    int[] widths = new int[HEADS.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(left(row.getFirst(), widths[0]));
      for (int i = 1; i < widths.length; i++) {
        line.append("  ").append(" ".repeat(widths[i] - row.get(i).length())).append(row.get(i));
      }
      lines.add(line.toString());
    }
  }

  /** Never rounds up to 100. */
  private static String deliveredPercent(KindReport kind) {
    double percent = kind.deliveredPercent();
    return String.format(
        Locale.ROOT, "%.2f", kind.delivered() == kind.items() ? percent : Math.min(percent, 99.99));
  }

  private static void addOther(List<String> lines, PropagationReport report) {
    OtherBytes other = report.other();
    if (other != null) {
      addWrapped(
          lines,
          String.format(
              Locale.ROOT,
              "other     %.0f bytes/node (%.0f a second): keepalive %.0f, repair %.0f, headers %.0f,"
                  + " session %.0f, records and handshakes %.0f",
              other.total(),
              other.total() / report.seconds(),
              other.keepalive(),
              other.repair(),
              other.headers(),
              other.session(),
              other.records()),
          "          ");
    }
  }

  private static void addFootprint(List<String> lines, RunFacts facts) {
    var footprint = facts.footprint();
    var machine = facts.machine();
    lines.add(
        String.format(
            Locale.ROOT,
            "a node    %.0f MB resident (median; max %.0f), up after %d ms (median)",
            footprint.residentBytesMedian() / MEGABYTE,
            footprint.residentBytesMax() / MEGABYTE,
            footprint.startMillisMedian()));
    lines.add(
        String.format(
            Locale.ROOT,
            "machine   %s, %d processors, load %.1f before and %.1f after, Java %s",
            machine.system(),
            machine.processors(),
            machine.loadBefore(),
            machine.loadAfter(),
            machine.java()));
  }

  private static void addDefinitions(List<String> lines, PropagationReport report) {
    define(
        lines,
        "items",
        "what a client was told is safe, or a live node holds; delivered: held by all "
            + report.liveNodes()
            + " live nodes at the end, by their own lists");
    StringBuilder timed = new StringBuilder();
    for (KindReport kind : report.kinds()) {
      timed.append(timed.isEmpty() ? "" : ", ").append(kind.timed()).append(' ');
      timed.append(kind.kind()).append('s');
    }
    define(
        lines,
        "t50..t100",
        "from birth until that share of the nodes up since then hold it, origin included; medians"
            + " over the items born while measuring ("
            + timed
            + ")");
    define(lines, "copies", "bodies received / items first delivered by a peer; 1.00 is ideal");
    define(lines, "announced", "entries of inv messages received");
    define(
        lines,
        "bytes",
        "sent: bodies, and its share of inv, getdata and notfound, before records; costs are those"
            + " of the "
            + report.costNodes()
            + " nodes that were not restarted");
  }

  private static void define(List<String> lines, String word, String meaning) {
    addWrapped(lines, left(word, 10) + meaning, " ".repeat(10));
  }

  private static void addWrapped(List<String> lines, String text, String indent) {
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH && line.length() > indent.length()) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(indent).append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    lines.add(line.toString());
  }

  private static String left(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : UNKNOWN;
  }
}
