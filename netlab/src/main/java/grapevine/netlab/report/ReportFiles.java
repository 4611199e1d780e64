package grapevine.netlab.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A report as files for programs: {@code report.json} with everything, {@code report.csv} with one
 * line a kind. A figure that is not known is null, or an empty field.
 */
public final class ReportFiles {
  /** Of the items that are missing somewhere, so many are named. */
  private static final int MISSING_MAX = 100;

  private ReportFiles() {}

  /** Writes both into an existing directory and returns their paths. */
  public static List<Path> write(Path directory, PropagationReport report, RunFacts facts)
      throws IOException {
    Path json = directory.resolve("report.json");
    Path csv = directory.resolve("report.csv");
    Files.writeString(
        json,
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json(report, facts))
            + "\n");
    Files.writeString(csv, csv(report));
    return List.of(json, csv);
  }

  static ObjectNode json(PropagationReport report, RunFacts facts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("passed", facts.passed()).put("verdict", facts.verdict());
    facts.notes().forEach(json.putArray("notes")::add);
    json.put("command", facts.command()).put("seed", facts.seed());
    json.put("nodes", report.nodes()).put("liveNodes", report.liveNodes());
    json.put("restartedNodes", report.restartedNodes()).put("links", facts.links());
    json.put("seconds", report.seconds());
    ObjectNode kinds = json.putObject("kinds");
    report.kinds().forEach(kind -> putKind(kinds.putObject(kind.kind()), kind));
    json.put("costNodes", report.costNodes());
    OtherBytes other = report.other();
    if (other != null) {
      json.putObject("otherBytesPerNode")
          .put("total", other.total())
          .put("keepalive", other.keepalive())
          .put("repair", other.repair())
          .put("headers", other.headers())
          .put("session", other.session())
          .put("records", other.records());
    }
    putMissing(json, report);
    json.put("lostEvents", report.lostEvents()).put("diedUnpromised", report.diedUnpromised());
    var machine = facts.machine();
    json.putObject("machine")
        .put("system", machine.system())
        .put("processors", machine.processors())
        .put("java", machine.java())
        .put("loadBefore", machine.loadBefore())
        .put("loadAfter", machine.loadAfter());
    ObjectNode footprint = json.putObject("footprint");
    facts.footprint().residentBytes().forEach(footprint.putArray("residentBytes")::add);
    facts.footprint().startMillis().forEach(footprint.putArray("startMillis")::add);
    return json;
  }

  private static void putKind(ObjectNode json, KindReport kind) {
    json.put("items", kind.items()).put("delivered", kind.delivered());
    json.put("deliveredPercent", kind.deliveredPercent()).put("timed", kind.timed());
    for (int percent : PropagationReport.PERCENTS) {
      json.put("t" + percent + "Millis", known(kind.latencyMillis(percent)));
    }
    json.put("bodyCopiesPerNode", known(kind.bodyCopies()));
    json.put("announcementsPerNodeAndItem", known(kind.announcements()));
    json.put("bytesPerNodeAndItem", known(kind.bytes()));
  }

  private static void putMissing(ObjectNode json, PropagationReport report) {
    json.put("missingItems", report.missing().size());
    var missing = json.putArray("missing");
    report.missing().stream()
        .limit(MISSING_MAX)
        .forEach(
            each -> {
              ObjectNode entry = missing.addObject().put("item", each.item().name());
              each.nodes().forEach(entry.putArray("nodes")::add);
            });
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }

  static String csv(PropagationReport report) {
    List<String> head = new ArrayList<>(List.of("kind", "items", "delivered", "timed"));
    PropagationReport.PERCENTS.forEach(percent -> head.add("t" + percent + "_millis"));
    head.addAll(
        List.of(
            "body_copies_per_node", "announcements_per_node_and_item", "bytes_per_node_and_item"));
    StringBuilder text = new StringBuilder(String.join(",", head)).append('\n');
    for (KindReport kind : report.kinds()) {
      List<String> row = new ArrayList<>();
      row.add(kind.kind());
      row.add(Integer.toString(kind.items()));
      row.add(Integer.toString(kind.delivered()));
      row.add(Integer.toString(kind.timed()));
      PropagationReport.PERCENTS.forEach(percent -> row.add(field(kind.latencyMillis(percent))));
      row.add(field(kind.bodyCopies()));
      row.add(field(kind.announcements()));
      row.add(field(kind.bytes()));
      text.append(String.join(",", row)).append('\n');
    }
    return text.toString();
  }

  private static String field(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "";
  }
}
