package grapevine.node.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One node's metrics and the text in which they are scraped. Every node has its own, so that many
 * nodes can live in one JVM; the {@code jvm_*} and {@code process_*} figures are the same in all of
 * them. Writing may happen on any thread: it reads figures only and never asks the core.
 *
 * <p>Names keep to Prometheus' rules (base units, {@code _total}), so that they read alike in both
 * formats. Labels take values from closed sets only; nothing that a peer says becomes one. The
 * client's {@code _created} series are left out: they would be a third of the scrape and say no
 * more than {@code grapevine_start_time_seconds}.
 */
public final class Exposition {
  /** From a hop within one machine to the longest timeout, doubling roughly. */
  private static final double[] SECONDS = {
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20,
    30
  };

  private final CollectorRegistry registry = new CollectorRegistry(true);

  /**
   * What runs: versions of the program and of the wire protocol, and the commit it was built at.
   */
  public record Build(String version, String commit, int protocol) {}

  /**
   * @param startMillis wall time at which the node started, ms since 1970
   */
  public Exposition(Build build, long startMillis) {
    gauge("grapevine_build_info", "What runs; always 1.", "version", "commit", "protocol")
        .labels(build.version, build.commit, Integer.toString(build.protocol))
        .set(1);
    gauge("grapevine_start_time_seconds", "When the node started, since 1970.")
        .set(startMillis / 1e3);
    DefaultExports.register(registry);
  }

  Counter counter(String name, String help, String... labels) {
    return Counter.build(name, help).labelNames(labels).withoutExemplars().register(registry);
  }

  Gauge gauge(String name, String help, String... labels) {
    return Gauge.build(name, help).labelNames(labels).register(registry);
  }

  /** A histogram of seconds, 100 µs to 30 s. */
  Histogram seconds(String name, String help, String... labels) {
    return Histogram.build(name, help)
        .buckets(SECONDS)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  /**
   * Writes all figures in the format that the reader prefers: OpenMetrics 1.0 when its {@code
   * Accept} header names it, otherwise Prometheus text 0.0.4.
   *
   * @param accept the header's value; null when there is none
   * @return the content type of what was written
   */
  public String write(@Nullable String accept, OutputStream out) throws IOException {
    String contentType = TextFormat.chooseContentType(accept);
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    TextFormat.writeFormat(
        contentType,
        writer,
        registry.filteredMetricFamilySamples((String name) -> !name.endsWith("_created")));
    writer.flush();
    return contentType;
  }
}
