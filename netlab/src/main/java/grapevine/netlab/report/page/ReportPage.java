package grapevine.netlab.report.page;

import grapevine.netlab.report.figures.Estimate;
import grapevine.netlab.report.figures.Figures;
import grapevine.netlab.report.figures.KindReport;
import grapevine.netlab.report.figures.Metric;
import grapevine.netlab.report.figures.PredictedCurve;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Straggler;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.report.figures.Traffic;
import grapevine.netlab.trace.Trace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A report as one HTML file that needs nothing else: no script, no font, no network. The verdict
 * stands first, then what it rests on, then how to repeat it.
 */
public final class ReportPage {
  private static final int STRAGGLERS_MAX = 10;

  private final Summary summary;
  private final RunFacts facts;
  private final List<PredictedCurve> predictions;
  private final Markup page = new Markup();

  private ReportPage(Summary summary, RunFacts facts, List<PredictedCurve> predictions) {
    this.summary = summary;
    this.facts = facts;
    this.predictions = predictions;
  }

  public static String html(Summary summary, RunFacts facts, List<PredictedCurve> predictions) {
    ReportPage page = new ReportPage(summary, facts, predictions);
    page.addHead();
    page.addTiles();
    for (String kind : Trace.KINDS) {
      if (page.hasItems(kind)) {
        page.addKind(kind);
      }
    }
    page.addCosts();
    page.addStragglers();
    page.addMissing();
    page.addSetup();
    page.addMeanings();
    return page.page.raw("</main>\n</body>\n</html>\n").toString();
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing in the program's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addHead() {
    String name = facts.setup().name();
    PropagationReport first = summary.firstRun();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.element("title", "netlab: " + name).raw("<style>\n").raw(style()).raw("</style>\n");
    page.raw("</head>\n<body>\n<main>\n");
    page.raw("<p class=\"kicker\">Grapevine netlab</p>\n").element("h1", name);
    page.raw(
        "<p class=\"verdict %s\"><span class=\"stamp\">%s</span> %s</p>\n",
        facts.passed() ? "passed" : "failed",
        facts.passed() ? "✓ Passed" : "✗ Failed",
        capital(facts.verdict()));
    page.raw(
        "<p class=\"lead\">%s</p>\n",
        "%d nodes, %d links, %s measured, %s by %s. Clock: %s. Links: %s."
            .formatted(
                first.nodes(),
                facts.setup().links(),
                Figures.number(first.seconds(), 1) + " s",
                runs(),
                summary.strategies().stream()
                    .map(Summary.Strategy::relay)
                    .collect(Collectors.joining(", ")),
                facts.setup().clock(),
                facts.setup().linkMode()));
    if (!facts.notes().isEmpty()) {
      page.raw("<ul class=\"notes\">\n");
      facts.notes().forEach(note -> page.element("li", note));
      page.raw("</ul>\n");
    }
  }

  private static String capital(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  private String runs() {
    int seeds = facts.setup().seeds().size();
    return seeds == 1 ? "seed " + facts.setup().seeds().getFirst() : seeds + " seeds";
  }

  private boolean hasItems(String kind) {
    return summary.strategies().stream()
        .anyMatch(each -> CoverageChart.kindOf(each, kind).items() > 0);
  }

  /** The few figures that most readers come for; of several strategies the tables tell more. */
  private void addTiles() {
    if (summary.strategies().size() > 1) {
      return;
    }
    Summary.Strategy strategy = summary.strategies().getFirst();
    page.raw("<dl class=\"tiles\">\n");
    for (Summary.Kind kind : strategy.kinds()) {
      if (kind.items() > 0) {
        addTile(kind.kind() + "s delivered", kind, Metric.DELIVERED, " %");
        List<Integer> percents = summary.firstRun().percents();
        addTile(kind.kind() + " to half", kind, Metric.latency(percents.getFirst()), " ms");
        int late = percents.contains(99) ? 99 : percents.getLast();
        addTile(kind.kind() + " to " + late + " %", kind, Metric.latency(late), " ms");
        addTile("bytes over a " + kind.kind() + "’s size", kind, Metric.BYTES_OVER_BODY, " ×");
      }
    }
    page.raw("</dl>\n");
  }

  private void addTile(String name, Summary.Kind kind, Metric metric, String unit) {
    Estimate figure = kind.figure(metric);
    if (Double.isFinite(figure.mean())) {
      page.raw(
          "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n",
          name, Figures.mean(metric, figure), unit);
    }
  }

  private void addKind(String kind) {
    page.raw("<section>\n").element("h2", capital(kind) + "s");
    List<Metric> spread = new ArrayList<>(List.of(Metric.DELIVERED));
    summary.firstRun().percents().forEach(percent -> spread.add(Metric.latency(percent)));
    spread.addAll(List.of(Metric.HOPS_MEDIAN, Metric.HOPS_MAX));
    addTable(kind, spread, true);
    figure("Coverage", CoverageChart.svg(kind, summary, predictions));
    addTable(kind, costs(), false);
    figure("Delay of each delivery, counted from birth", BarChart.delays(kind, summary));
    figure("Hops from birth to delivery", BarChart.hops(kind, summary));
    addSizes(kind);
    page.raw("</section>\n");
  }

  private static List<Metric> costs() {
    return List.of(
        Metric.COPIES,
        Metric.ANNOUNCED,
        Metric.REQUESTED,
        Metric.VERIFIED,
        Metric.BYTES,
        Metric.BYTES_OVER_BODY,
        Metric.RELAY_DELAY,
        Metric.REQUEST_DELAY);
  }

  private void figure(String title, String drawing) {
    if (!drawing.isEmpty()) {
      page.raw("<figure>\n").element("figcaption", title).raw(drawing).raw("</figure>\n");
    }
  }

  private void addTable(String kind, List<Metric> metrics, boolean counts) {
    page.raw("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">strategy</th>");
    if (counts) {
      page.raw("<th scope=\"col\">items</th>");
    }
    for (Metric metric : metrics) {
      page.raw(
          "<th scope=\"col\" title=\"%s\">%s<small>%s</small></th>",
          metric.meaning(), metric.head(), metric.unit());
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for (Summary.Strategy strategy : summary.strategies()) {
      Summary.Kind of = CoverageChart.kindOf(strategy, kind);
      page.raw("<tr><th scope=\"row\">%s</th>", strategy.relay());
      if (counts) {
        page.raw("<td>%d</td>", of.items());
      }
      for (Metric metric : metrics) {
        cell(metric, of.figure(metric));
      }
      page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
  }

  private void cell(Metric metric, Estimate figure) {
    page.raw(
        "<td>%s<small>%s</small></td>",
        Figures.mean(metric, figure), Figures.interval(metric, figure));
  }

  private void addSizes(String kind) {
    List<Summary.Strategy> known =
        summary.strategies().stream()
            .filter(each -> CoverageChart.kindOf(each, kind).sizes().size() > 1)
            .toList();
    if (known.isEmpty()) {
      return;
    }
    page.element("h3", "By size of the body, first run of each strategy");
    page.raw("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">strategy</th>");
    page.raw("<th scope=\"col\">up to</th><th scope=\"col\">items</th>");
    for (int percent : summary.firstRun().percents()) {
      page.raw("<th scope=\"col\">t%d<small>ms</small></th>", percent);
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for (Summary.Strategy strategy : known) {
      for (KindReport.SizeClass size : CoverageChart.kindOf(strategy, kind).sizes()) {
        page.raw(
            "<tr><th scope=\"row\">%s</th><td>%d B</td><td>%d</td>",
            strategy.relay(), size.bytesMax(), size.items());
        size.latencyMillis()
            .values()
            .forEach(millis -> page.raw("<td>%s</td>", Figures.number(millis, 1)));
        page.raw("</tr>\n");
      }
    }
    page.raw("</tbody></table></div>\n");
  }

  private void addCosts() {
    String chart = CostChart.svg(summary);
    if (chart.isEmpty()) {
      return;
    }
    page.raw("<section>\n").element("h2", "What a node sent");
    figure("Bytes by type of message, over the whole measurement", chart);
    page.raw("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">strategy</th>");
    for (Metric metric : Metric.PER_NODE) {
      page.raw(
          "<th scope=\"col\" title=\"%s\">%s<small>%s</small></th>",
          metric.meaning(), metric.head(), metric.unit());
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for (Summary.Strategy strategy : summary.strategies()) {
      page.raw("<tr><th scope=\"row\">%s</th>", strategy.relay());
      strategy.perNode().forEach(this::cell);
      page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
    addTypes();
    page.raw("</section>\n");
  }

  private void addTypes() {
    Set<String> types = new LinkedHashSet<>();
    for (Summary.Strategy strategy : summary.strategies()) {
      Traffic traffic = strategy.traffic();
      if (traffic != null) {
        types.addAll(traffic.byType().keySet());
      }
    }
    page.element("h3", "By type of message, a node on average");
    page.raw("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">type</th>");
    for (Summary.Strategy strategy : summary.strategies()) {
      page.raw(
          "<th scope=\"col\">%s<small>messages</small></th><th scope=\"col\">%s"
              + "<small>bytes</small></th>",
          strategy.relay(), strategy.relay());
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for (String type : types) {
      page.raw("<tr><th scope=\"row\">%s</th>", type);
      for (Summary.Strategy strategy : summary.strategies()) {
        Traffic traffic = strategy.traffic();
        Traffic.Sent sent = traffic == null ? null : traffic.byType().get(type);
        page.raw("<td>%s</td>", Figures.number(sent == null ? 0 : sent.messages(), 1));
        page.raw("<td>%s</td>", Figures.number(sent == null ? 0 : sent.bytes(), 0));
      }
      page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
  }

  private void addStragglers() {
    List<Straggler> stragglers = summary.firstRun().stragglers();
    if (stragglers.isEmpty()) {
      return;
    }
    page.raw("<section>\n").element("h2", "Stragglers");
    page.element(
        "p",
        "The latest nodes of the first run: how long after half of the nodes they accepted an item,"
            + " on average; and how many items they were not seen to accept.");
    page.raw("<div class=\"scroll\"><table class=\"narrow\">\n<thead><tr><th scope=\"col\">node");
    page.raw("</th><th scope=\"col\">late<small>ms</small></th><th scope=\"col\">unseen</th>");
    page.raw("</tr></thead>\n<tbody>\n");
    for (Straggler each : stragglers.subList(0, Math.min(STRAGGLERS_MAX, stragglers.size()))) {
      page.raw(
          "<tr><th scope=\"row\">%d</th><td>%s</td><td>%d</td></tr>\n",
          each.node(), Figures.number(each.lateMillis(), 1), each.unseen());
    }
    page.raw("</tbody></table></div>\n</section>\n");
  }

  private void addMissing() {
    List<PropagationReport.Missing> missing =
        summary.runs().stream().flatMap(run -> run.missing().stream()).limit(20).toList();
    if (missing.isEmpty()) {
      return;
    }
    page.raw("<section>\n").element("h2", "Missing");
    page.raw("<ul>\n");
    for (PropagationReport.Missing each : missing) {
      String nodes =
          each.nodes().stream().limit(10).map(String::valueOf).collect(Collectors.joining(", "));
      page.raw(
          "<li><code>%s</code> is missing on %s: %s%s</li>\n",
          each.item().name(),
          each.nodes().size() == 1 ? "one node" : each.nodes().size() + " nodes",
          nodes,
          each.nodes().size() > 10 ? ", …" : "");
    }
    page.raw("</ul>\n</section>\n");
  }

  private void addSetup() {
    RunFacts.Setup setup = facts.setup();
    RunFacts.Machine machine = facts.machine();
    page.raw("<section>\n").element("h2", "How it was measured").raw("<dl class=\"facts\">\n");
    fact(
        setup.seeds().size() == 1 ? "Seed" : "Seeds",
        setup.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    fact("Commit", setup.commit());
    fact("Clock", setup.clock());
    fact("Trace hash", String.join(", ", setup.traceHashes()));
    fact("Verification", setup.verification());
    fact("Links", setup.linkMode());
    fact("Topology", setup.topology());
    fact(
        "Machine",
        "%s, %d processors, Java %s, load %.1f before and %.1f after"
            .formatted(
                machine.system(),
                machine.processors(),
                machine.java(),
                machine.loadBefore(),
                machine.loadAfter()));
    page.raw("</dl>\n");
    if (!setup.configuration().isEmpty()) {
      page.element("h3", "Configuration").element("pre", setup.configuration());
    }
    page.element("h3", "Again").element("pre", facts.command()).raw("</section>\n");
  }

  private void fact(String name, String value) {
    if (!value.isEmpty()) {
      page.raw("<div><dt>%s</dt><dd>%s</dd></div>\n", name, value);
    }
  }

  private void addMeanings() {
    page.raw("<section>\n").element("h2", "What the words mean").raw("<dl class=\"facts\">\n");
    List<Metric> all = new ArrayList<>(Metric.ofKind(summary.firstRun().percents()));
    all.addAll(Metric.PER_NODE);
    for (Metric metric : all) {
      fact(metric.head() + " " + metric.unit(), metric.meaning());
    }
    fact(
        "±",
        "half of the 95 % confidence interval of the mean over seeds, by Student’s t; there is none"
            + " for a single seed");
    page.raw("</dl>\n</section>\n");
  }
}
