package grapevine.node.metrics;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import io.prometheus.client.Histogram;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long after the first peer the others announce an item: how far apart in time the neighbours
 * are, by one clock. Confined to the core's thread; bounded, the item that was announced first is
 * forgotten first.
 */
final class AnnounceSpread {
  /** Half a minute of 250 items a second, by when every neighbour has announced them. */
  static final int ITEMS_MAX = 8_192;

  private final Map<ItemKind, Histogram.Child> spread;
  private final LinkedHashMap<ItemId, Long> firstNanos = new LinkedHashMap<>();

  AnnounceSpread(Exposition to) {
    Histogram histogram =
        to.seconds(
            "grapevine_first_announce_spread_seconds",
            "From the first peer's announcement of an item to that of each other peer.",
            "kind");
    spread = Series.kinds(histogram::labels);
  }

  void onAnnounced(ItemId id, long nowNanos) {
    Long first = firstNanos.putIfAbsent(id, nowNanos);
    if (first != null) {
      Series.of(spread, id.kind()).observe((nowNanos - first) / 1e9);
    } else if (firstNanos.size() > ITEMS_MAX) {
      firstNanos.pollFirstEntry();
    }
  }
}
