package grapevine.netlab.local;

import grapevine.netlab.trace.KindCosts;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
    SortedMap<String, Long> sentByType = new TreeMap<>();
    for (Sample sample : samples) {
      if (sample.name.equals("grapevine_network_bytes_total") && has(sample, "direction", "out")) {
        sentByType.merge(sample.labels.getOrDefault("type", ""), (long) sample.value, Long::sum);
      }
    }
    Map<String, KindCosts> kinds = new TreeMap<>();
    for (String kind : Trace.KINDS) {
      kinds.put(kind, kindCosts(kind, sentByType));
    }
    return new NodeCosts(
        kinds, sentByType, (long) sum("grapevine_socket_bytes_total", "direction", "out"));
  }

  private KindCosts kindCosts(String kind, SortedMap<String, Long> sentByType) {
    String bodyType = kind.equals("transaction") ? "tx" : kind;
    String announcements = "grapevine_announcements_total";
    return new KindCosts(
        (long) sum(announcements, "kind", kind, "direction", "in"),
        (long) sum(announcements, "kind", kind, "direction", "out"),
        (long) sum("grapevine_items_received_total", "kind", kind),
        (long) sum("grapevine_items_accepted_total", "kind", kind, "origin", "peer"),
        sentByType.getOrDefault(bodyType, 0L));
  }
}
