package grapevine.netlab.trace;

/**
 * When nodes accepted an item, and who gave it to each: three columns of 4 bytes, ascending by
 * time. Immutable.
 *
 * <p>A time is an unsigned 32-bit number of microseconds since the first delivery, so it reaches 71
 * minutes; what came later than that is told as of that time. Microseconds, since a hop over
 * loopback takes tens of them and no hop takes an hour.
 */
public final class Deliveries {
  static final long OFFSET_MAX = 0xffff_ffffL;

  private final long firstMicros;
  private final int[] nodes;
  private final int[] parents;
  private final int[] offsets;

  /** Keeps the arrays, which nobody may write to any more. */
  Deliveries(long firstMicros, int[] nodes, int[] parents, int[] offsets) {
    this.firstMicros = firstMicros;
    this.nodes = nodes;
    this.parents = parents;
    this.offsets = offsets;
  }

  public int size() {
    return nodes.length;
  }

  /** The node that accepted the item. */
  public int node(int index) {
    return nodes[index];
  }

  /** The node that gave it, {@link Trace#OWN} or {@link Trace#UNKNOWN}. */
  public int parent(int index) {
    return parents[index];
  }

  /** When, in microseconds of the trace's clock. */
  public long micros(int index) {
    return firstMicros + Integer.toUnsignedLong(offsets[index]);
  }

  long firstMicros() {
    return firstMicros;
  }

  int offset(int index) {
    return offsets[index];
  }
}
