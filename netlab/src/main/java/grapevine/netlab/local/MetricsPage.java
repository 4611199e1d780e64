package grapevine.netlab.local;

import grapevine.netlab.trace.CostCounter;
import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A scrape of a node's metrics, in the text format of Prometheus (version 0.0.4). Immutable.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the format</a>
 */
final class MetricsPage {
  private record Sample(String name, Map<String, String> labels, double value) {}

  private final List<Sample> samples;

  private MetricsPage(List<Sample> samples) {
    this.samples = List.copyOf(samples);
  }

  /**
   * @throws IOException naming the line that is no sample
   */
  static MetricsPage parse(String text) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        samples.add(sample(line));
      }
    }
    return new MetricsPage(samples);
  }

  /** {@code name{label="value",...} number [timestamp]}, the braces being optional. */
  private static Sample sample(String line) throws IOException {
    try {
      int nameEnd = 0;
      while (line.charAt(nameEnd) != '{' && line.charAt(nameEnd) != ' ') {
        nameEnd++;
      }
      Map<String, String> labels = new HashMap<>();
      int at = nameEnd;
      if (line.charAt(at) == '{') {
        at++;
        while (line.charAt(at) != '}') {
          at = label(line, at, labels);
        }
        at++;
      }
      String number = line.substring(at).strip().split(" ", -1)[0];
      return new Sample(line.substring(0, nameEnd), labels, value(number));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("not a metric: " + line, e);
    }
  }

  /** Reads {@code name="value"} and a comma if there is one; returns the index behind. */
  private static int label(String line, int start, Map<String, String> labels) {
    int equals = line.indexOf('=', start);
    StringBuilder value = new StringBuilder();
    int at = equals + 2;
    while (line.charAt(at) != '"') {
      char c = line.charAt(at++);
      if (c == '\\') {
        char escaped = line.charAt(at++);
        c = escaped == 'n' ? '\n' : escaped;
      }
      value.append(c);
    }
    labels.put(line.substring(start, equals).strip(), value.toString());
    at++;
    return line.charAt(at) == ',' ? at + 1 : at;
  }

  private static double value(String number) {
    return switch (number) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(number);
    };
  }

  /**
   * The sum over all series of this name that have these labels, 0 if there are none.
   *
   * @param labels pairs of name and value
   */
  double sum(String name, String... labels) {
    double sum = 0;
    for (Sample sample : samples) {
      if (sample.name.equals(name) && has(sample, labels)) {
        sum += sample.value;
      }
    }
    return sum;
  }

  private static boolean has(Sample sample, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].equals(sample.labels.get(labels[i]))) {
        return false;
      }
    }
    return true;
  }

  /** What the node counted since it started. */
  NodeCosts costs() {
    CostCounter counter = new CostCounter();
    for (Sample sample : samples) {
      String type = sample.labels.getOrDefault("type", "");
      boolean out = has(sample, "direction", "out");
      long value = (long) sample.value;
      switch (sample.name) {
        case "grapevine_network_messages_total" -> add(counter, out, type, value, 0);
        case "grapevine_network_bytes_total" -> add(counter, out, type, 0, value);
        case "grapevine_socket_bytes_total" ->
            counter.addSocketBytes(out ? value : 0, out ? 0 : value);
        default -> {} // of no interest here
      }
    }
    Trace.KINDS.forEach(kind -> addKind(counter, kind));
    return counter.snapshot();
  }

  private static void add(CostCounter to, boolean out, String type, long messages, long bytes) {
    if (out) {
      to.addSent(type, messages, bytes);
    } else {
      to.addReceived(type, messages, bytes);
    }
  }

  private void addKind(CostCounter to, String kind) {
    String announcements = "grapevine_announcements_total";
    String bodies = "grapevine_items_received_total";
    String requested = "grapevine_announce_to_request_seconds";
    String relayed = "grapevine_item_receive_to_relay_seconds";
    add(to, kind, KindCount.ANNOUNCED_IN, sum(announcements, "kind", kind, "direction", "in"));
    add(to, kind, KindCount.ANNOUNCED_OUT, sum(announcements, "kind", kind, "direction", "out"));
    add(to, kind, KindCount.REQUESTED, sum(requested + "_count", "kind", kind));
    add(to, kind, KindCount.BODIES, sum(bodies, "kind", kind));
    add(to, kind, KindCount.NEW, sum(bodies, "kind", kind, "result", "new"));
    add(to, kind, KindCount.DUPLICATES, sum(bodies, "kind", kind, "result", "duplicate"));
    add(to, kind, KindCount.UNREQUESTED, sum(bodies, "kind", kind, "result", "unrequested"));
    add(to, kind, KindCount.VERIFIED, sum("grapevine_validation_seconds_count", "kind", kind));
    add(to, kind, KindCount.RELAY_DELAY_NANOS, 1e9 * sum(relayed + "_sum", "kind", kind));
    add(to, kind, KindCount.REQUEST_DELAY_NANOS, 1e9 * sum(requested + "_sum", "kind", kind));
  }

  private static void add(CostCounter to, String kind, KindCount count, double amount) {
    to.add(kind, count, Math.round(amount));
  }
}
