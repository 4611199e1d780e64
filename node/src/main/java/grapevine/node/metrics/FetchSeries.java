package grapevine.node.metrics;

import grapevine.node.model.ItemKind;
import grapevine.node.protocol.port.NodeEvents.AnnounceResult;
import grapevine.node.protocol.port.NodeEvents.FetchResult;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.Map;

/**
 * What {@link PrometheusEvents} counts of an item's way: announced, asked for, checked, relayed.
 */
final class FetchSeries {
  final Series.ByKind<AnnounceResult> announced;
  final Map<ItemKind, Counter.Child> relayed;
  final Series.ByKind<FetchResult> ended;
  final Map<ItemKind, Gauge.Child> inFlight;
  final Map<ItemKind, Histogram.Child> took;
  final Map<ItemKind, Histogram.Child> announceToRequest;
  final Map<ItemKind, Histogram.Child> receiveToRelay;
  final Map<ItemKind, Histogram.Child> valid;
  final Map<ItemKind, Histogram.Child> invalid;

  FetchSeries(Exposition to) {
    Counter announcements =
        to.counter(
            "grapevine_announcements_total",
            "Items named by invs: in, by what they meant to us; out, ours.",
            "kind",
            "direction",
            "result");
    announced =
        new Series.ByKind<>(
            Series.kinds(
                kind ->
                    Series.each(
                        AnnounceResult.class,
                        result -> announcements.labels(kind, "in", Series.word(result)))));
    relayed = Series.kinds(kind -> announcements.labels(kind, "out", "sent"));
    Counter requests =
        to.counter("grapevine_fetch_requests_total", "Requests that ended.", "kind", "result");
    ended = Series.ByKind.of(FetchResult.class, requests, Series::word);
    Gauge open = to.gauge("grapevine_fetch_inflight", "Requests that have not ended.", "kind");
    inFlight = Series.kinds(open::labels);
    Histogram duration =
        to.seconds("grapevine_fetch_duration_seconds", "From request to body, if any.", "kind");
    took = Series.kinds(duration::labels);
    Histogram waited =
        to.seconds(
            "grapevine_announce_to_request_seconds", "From first announcement to request.", "kind");
    announceToRequest = Series.kinds(waited::labels);
    Histogram own =
        to.seconds(
            "grapevine_item_receive_to_relay_seconds",
            "From acceptance to our announcement, for each peer told.",
            "kind");
    receiveToRelay = Series.kinds(own::labels);
    Histogram validation =
        to.seconds("grapevine_validation_seconds", "Checks of signatures.", "kind", "result");
    valid = Series.kinds(kind -> validation.labels(kind, "valid"));
    invalid = Series.kinds(kind -> validation.labels(kind, "invalid"));
  }
}
