package grapevine.node.metrics;

import grapevine.node.model.ItemKind;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.NodeEvents.ReceiveResult;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.util.Map;

/** What {@link PrometheusEvents} counts of items and their bodies. */
final class ItemSeries {
  final Series.ByKind<ReceiveResult> received;
  final Map<ItemKind, Counter.Child> receivedBytes;
  final Map<ItemKind, Counter.Child> duplicateBytes;
  final Map<ItemKind, Counter.Child> acceptedFromPeer;
  final Map<ItemKind, Counter.Child> acceptedOwn;
  final Map<ItemKind, Histogram.Child> age;
  final Map<ItemKind, Histogram.Child> originAge;
  final Map<ItemKind, Counter.Child> originAgeNegative;
  final Series.ByKind<Rejection> rejected;
  final Series.ByKind<Rejection> dropped;
  final Map<ItemKind, Counter.Child> served;
  final Counter repaired;
  final Counter conflicts;
  final Counter equivocations;

  ItemSeries(Exposition to) {
    Counter bodies =
        to.counter("grapevine_items_received_total", "Bodies that came.", "kind", "result");
    received = Series.ByKind.of(ReceiveResult.class, bodies, Series::word);
    Counter bytes = to.counter("grapevine_received_bytes_total", "Bytes of all bodies.", "kind");
    receivedBytes = Series.kinds(bytes::labels);
    Counter twice =
        to.counter("grapevine_duplicate_bytes_total", "Bytes of bodies already held.", "kind");
    duplicateBytes = Series.kinds(twice::labels);
    Counter accepted =
        to.counter("grapevine_items_accepted_total", "Items accepted.", "kind", "origin");
    acceptedFromPeer = Series.kinds(kind -> accepted.labels(kind, "peer"));
    acceptedOwn = Series.kinds(kind -> accepted.labels(kind, "own"));
    Histogram ages =
        to.seconds(
            "grapevine_propagation_age_seconds",
            "Age at acceptance from a peer, as far as the path tells; advisory.",
            "kind");
    age = Series.kinds(ages::labels);
    Histogram signed =
        to.seconds(
            "grapevine_origin_age_seconds",
            "From an item's signed time to its acceptance from a peer, by this node's wall clock;"
                + " clock: what is known to bound the error of the two clocks.",
            "kind",
            "clock");
    originAge = Series.kinds(kind -> signed.labels(kind, "none"));
    Counter negative =
        to.counter(
            "grapevine_origin_age_negative_total", "Items whose signed time lay ahead.", "kind");
    originAgeNegative = Series.kinds(negative::labels);
    rejected =
        Series.ByKind.of(
            Rejection.class,
            to.counter("grapevine_rejects_total", "Items refused.", "kind", "reason"),
            Rejection::key);
    dropped =
        Series.ByKind.of(
            Rejection.class,
            to.counter(
                "grapevine_items_dropped_total",
                "Items that left the pool without being invalid.",
                "kind",
                "reason"),
            Rejection::key);
    Counter given = to.counter("grapevine_items_served_total", "Bodies given to peers.", "kind");
    served = Series.kinds(given::labels);
    repaired = to.counter("grapevine_repaired_items_total", "Items found missing by anti-entropy.");
    conflicts =
        to.counter("grapevine_conflicts_total", "Second transactions of one sender and nonce.");
    equivocations =
        to.counter("grapevine_equivocations_total", "Second blocks of one producer and slot.");
  }
}
