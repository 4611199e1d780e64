package grapevine.netlab.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.netlab.report.figures.DelayHistogram;
import grapevine.netlab.report.figures.Estimate;
import grapevine.netlab.report.figures.KindReport;
import grapevine.netlab.report.figures.Metric;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Straggler;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.report.figures.Traffic;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layout of {@code report.json}. A figure is an object of {@code value}, {@code interval} (half
 * the width of the 95 % interval) and {@code runs}; what is not known is null.
 */
final class ReportJson {
  static final String FORMAT = "grapevine-report";
  static final int VERSION = 2;

  /** Of the items that are missing somewhere, so many are named. */
  private static final int MISSING_MAX = 100;

  /** And of the nodes that lack it. */
  private static final int NODES_MAX = 100;

  private ReportJson() {}

  static ObjectNode of(Summary summary, RunFacts facts) {
    PropagationReport first = summary.firstRun();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT).put("version", VERSION);
    json.put("passed", facts.passed()).put("verdict", facts.verdict());
    facts.notes().forEach(json.putArray("notes")::add);
    json.put("command", facts.command());
    putSetup(json, facts.setup());
    json.put("nodes", first.nodes()).put("liveNodes", first.liveNodes());
    json.put("restartedNodes", first.restartedNodes()).put("costNodes", first.costNodes());
    json.put("seconds", first.seconds());
    ArrayNode strategies = json.putArray("strategies");
    summary.strategies().forEach(each -> putStrategy(strategies.addObject(), each));
    putMissing(json, summary.runs());
    json.put("lostEvents", summary.runs().stream().mapToLong(PropagationReport::lostEvents).sum());
    json.put(
        "diedUnpromised",
        summary.runs().stream().mapToLong(PropagationReport::diedUnpromised).sum());
    putMachine(json, facts);
    return json;
  }

  private static void putSetup(ObjectNode json, RunFacts.Setup setup) {
    json.put("scenario", setup.name());
    setup.seeds().forEach(json.putArray("seeds")::add);
    json.put("commit", setup.commit()).put("clock", setup.clock());
    setup.traceHashes().forEach(json.putArray("traceHashes")::add);
    json.put("verification", setup.verification()).put("linkMode", setup.linkMode());
    json.put("topology", setup.topology()).put("links", setup.links());
    json.put("configuration", setup.configuration());
  }

  private static void putMachine(ObjectNode json, RunFacts facts) {
    RunFacts.Machine machine = facts.machine();
    json.putObject("machine")
        .put("system", machine.system())
        .put("processors", machine.processors())
        .put("java", machine.java())
        .put("loadBefore", machine.loadBefore())
        .put("loadAfter", machine.loadAfter());
    RunFacts.Footprint footprint = facts.footprint();
    if (footprint != null) {
      ObjectNode into = json.putObject("footprint");
      footprint.residentBytes().forEach(into.putArray("residentBytes")::add);
      footprint.startMillis().forEach(into.putArray("startMillis")::add);
    }
  }

  private static void putStrategy(ObjectNode json, Summary.Strategy strategy) {
    json.put("relay", strategy.relay()).put("runs", strategy.runs().size());
    ObjectNode kinds = json.putObject("kinds");
    strategy.kinds().forEach(kind -> putKind(kinds.putObject(kind.kind()), kind));
    putFigures(json.putObject("perNode"), strategy.perNode());
    Traffic traffic = strategy.traffic();
    if (traffic != null) {
      ObjectNode messages = json.putObject("messagesPerNode");
      traffic
          .byType()
          .forEach(
              (type, sent) ->
                  messages
                      .putObject(type)
                      .put("messages", sent.messages())
                      .put("bytes", sent.bytes()));
    }
    ArrayNode stragglers = json.putArray("stragglers");
    for (Straggler each : strategy.runs().getFirst().stragglers()) {
      stragglers
          .addObject()
          .put("node", each.node())
          .put("lateMillis", known(each.lateMillis()))
          .put("unseen", each.unseen());
    }
  }

  private static void putKind(ObjectNode json, Summary.Kind kind) {
    json.put("items", kind.items()).put("delivered", kind.delivered()).put("timed", kind.timed());
    putFigures(json.putObject("figures"), kind.figures());
    ObjectNode coverage = json.putObject("coverageMillis");
    putLine(coverage.putArray("low"), kind.curve().low());
    putLine(coverage.putArray("median"), kind.curve().median());
    putLine(coverage.putArray("high"), kind.curve().high());
    ArrayNode delays = json.putArray("delays");
    for (int i = kind.delays().first(); i <= kind.delays().last(); i++) {
      delays
          .addObject()
          .put("fromMillis", DelayHistogram.fromMillis(i))
          .put("deliveries", kind.delays().count(i));
    }
    kind.hops().forEach(json.putArray("hops")::add);
    ArrayNode sizes = json.putArray("sizes");
    for (KindReport.SizeClass size : kind.sizes()) {
      ObjectNode into = sizes.addObject();
      into.put("bytesMax", size.bytesMax()).put("items", size.items());
      size.latencyMillis()
          .forEach((percent, millis) -> into.put(Metric.latency(percent).key(), known(millis)));
    }
  }

  private static void putFigures(ObjectNode json, Map<Metric, Estimate> figures) {
    figures.forEach(
        (metric, figure) ->
            json.putObject(metric.key())
                .put("value", known(figure.mean()))
                .put("interval", known(figure.halfWidth()))
                .put("runs", figure.runs()));
  }

  private static void putLine(ArrayNode json, List<Double> values) {
    values.forEach(value -> json.add(known(value)));
  }

  private static void putMissing(ObjectNode json, List<PropagationReport> runs) {
    json.put("missingItems", runs.stream().mapToInt(run -> run.missing().size()).sum());
    ArrayNode missing = json.putArray("missing");
    runs.stream()
        .flatMap(run -> run.missing().stream())
        .limit(MISSING_MAX)
        .forEach(
            each -> {
              ObjectNode entry = missing.addObject().put("item", each.item().name());
              entry.put("lackingNodes", each.nodes().size());
              each.nodes().stream().limit(NODES_MAX).forEach(entry.putArray("nodes")::add);
            });
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
