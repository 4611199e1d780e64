package grapevine.netlab.trace;

import grapevine.node.model.ItemId;
import java.util.BitSet;

/** One item's way through the network. Immutable once the trace is made. */
public final class ItemTrace {
  private final ItemId id;
  private final long bornNanos;
  private final long[] acceptedNanos;
  private final BitSet holders;

  /**
   * @param bornNanos when its first node accepted it; {@link Trace#NEVER} if nobody saw that
   * @param acceptedNanos for each node when it accepted the item, {@link Trace#NEVER} if unseen
   * @param holders the nodes that held it at the end
   */
  public ItemTrace(ItemId id, long bornNanos, long[] acceptedNanos, BitSet holders) {
    this.id = id;
    this.bornNanos = bornNanos;
    this.acceptedNanos = acceptedNanos.clone();
    this.holders = (BitSet) holders.clone();
  }

  /** One of {@link Trace#KINDS}. */
  public String kind() {
    return id.kind().label();
  }

  /** {@code kind:hex}. */
  public String name() {
    return id.toString();
  }

  public long bornNanos() {
    return bornNanos;
  }

  public long acceptedNanos(int node) {
    return acceptedNanos[node];
  }

  public boolean isHeldBy(int node) {
    return holders.get(node);
  }
}
