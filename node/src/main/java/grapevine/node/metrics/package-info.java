/**
 * Who watches the core: Prometheus figures ({@link grapevine.node.metrics.PrometheusEvents}, {@link
 * grapevine.node.metrics.DriverMetrics}, read through {@link grapevine.node.metrics.Exposition})
 * and the stream of single events ({@link grapevine.node.metrics.EventLog}). The only package that
 * knows the Prometheus client, whose line is archived upstream: to swap it stays one package's
 * work.
 */
@NullMarked
package grapevine.node.metrics;

import org.jspecify.annotations.NullMarked;
