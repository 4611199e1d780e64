package grapevine.node.protocol;

import grapevine.node.model.ItemId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When items were born, as far as the path tells: now less the age that came with the body and half
 * the round trip. Feeds the advisory {@code ageMs} of what we announce and serve, from which every
 * node has a propagation histogram without synchronised clocks. Confined to the core's thread;
 * bounded: the oldest entry leaves, and an item without an entry counts as of the greatest age.
 */
final class Births {
  /** A u16 of milliseconds saturates here: older is not told apart. */
  static final int AGE_MILLIS_MAX = 65_535;

  /** More than arrive in 65 s at any rate that the pool survives. */
  private static final int ENTRIES_MAX = 50_000;

  private final Map<ItemId, Long> bornNanos = new LinkedHashMap<>();

  void onBody(ItemId id, int ageMillis, long roundTripNanos, long nowNanos) {
    if (ageMillis >= AGE_MILLIS_MAX || bornNanos.containsKey(id)) {
      return;
    }
    if (bornNanos.size() == ENTRIES_MAX) {
      bornNanos.remove(bornNanos.keySet().iterator().next());
    }
    bornNanos.put(id, nowNanos - ageMillis * 1_000_000L - Math.max(0, roundTripNanos) / 2);
  }

  int ageMillis(ItemId id, long nowNanos) {
    Long born = bornNanos.get(id);
    return born == null
        ? AGE_MILLIS_MAX
        : Math.clamp((nowNanos - born) / 1_000_000, 0, AGE_MILLIS_MAX);
  }
}
