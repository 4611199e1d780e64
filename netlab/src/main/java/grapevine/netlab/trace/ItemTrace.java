package grapevine.netlab.trace;

import grapevine.node.model.ItemId;
import java.util.BitSet;

/** One item's way through the network. Immutable. */
public final class ItemTrace {
  private final ItemId id;
  private final int bytes;
  private final long bornNanos;
  private final Deliveries deliveries;
  private final BitSet holders;

  /** Keeps the set, which nobody may write to any more. */
  ItemTrace(ItemId id, int bytes, long bornNanos, Deliveries deliveries, BitSet holders) {
    this.id = id;
    this.bytes = bytes;
    this.bornNanos = bornNanos;
    this.deliveries = deliveries;
    this.holders = holders;
  }

  ItemId id() {
    return id;
  }

  /** One of {@link Trace#KINDS}. */
  public String kind() {
    return id.kind().label();
  }

  /** {@code kind:hex}. */
  public String name() {
    return id.toString();
  }

  /** Length of its body, 0 when nobody told. */
  public int bytes() {
    return bytes;
  }

  /** When its first node accepted it; {@link Trace#NEVER} if nobody saw that. */
  public long bornNanos() {
    return bornNanos;
  }

  /** Who accepted it when and from whom, ascending by time; what was not seen is not in it. */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** From its birth to one of its deliveries, to the microsecond; never below 0. */
  public long delayNanos(int delivery) {
    return Math.max(0, deliveries.micros(delivery) - Math.floorDiv(bornNanos, 1_000L)) * 1_000;
  }

  /** When this node accepted it, {@link Trace#NEVER} if unseen. Searches all deliveries. */
  public long acceptedNanos(int node) {
    for (int i = 0; i < deliveries.size(); i++) {
      if (deliveries.node(i) == node) {
        return deliveries.micros(i) * 1_000;
      }
    }
    return Trace.NEVER;
  }

  /** Whether this node held it at the end. */
  public boolean isHeldBy(int node) {
    return holders.get(node);
  }

  BitSet holders() {
    return holders;
  }
}
