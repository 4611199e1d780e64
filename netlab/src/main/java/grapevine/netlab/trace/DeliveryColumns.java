package grapevine.netlab.trace;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Collects {@link Deliveries}, a node's earliest each, in any order. Confined to one thread. */
final class DeliveryColumns {
  private static final int FIRST_CAPACITY = 16;

  private final BitSet accepted = new BitSet();
  private int[] nodes = new int[FIRST_CAPACITY];
  private int[] parents = new int[FIRST_CAPACITY];
  private int[] offsets = new int[FIRST_CAPACITY];
  private int size;
  private long firstMicros;
  private boolean ascending = true;

  void add(int node, int parent, long nowMicros) {
    if (size == 0) {
      firstMicros = nowMicros;
    } else if (nowMicros < firstMicros) {
      beginAt(nowMicros);
    }
    int offset = (int) Math.min(nowMicros - firstMicros, Deliveries.OFFSET_MAX);
    if (accepted.get(node)) {
      correct(node, parent, offset);
      return;
    }
    accepted.set(node);
    if (size == nodes.length) {
      grow();
    }
    ascending &= size == 0 || Integer.compareUnsigned(offsets[size - 1], offset) <= 0;
    nodes[size] = node;
    parents[size] = parent;
    offsets[size] = offset;
    size++;
  }

  /** Events of several nodes come in any order, so an earlier one may come late. */
  private void beginAt(long micros) {
    long earlier = firstMicros - micros;
    for (int i = 0; i < size; i++) {
      long offset = Integer.toUnsignedLong(offsets[i]) + earlier;
      offsets[i] = (int) Math.min(offset, Deliveries.OFFSET_MAX);
    }
    firstMicros = micros;
  }

  /** A node that accepted it twice (it was restarted) counts with the first time. */
  private void correct(int node, int parent, int offset) {
    int at = 0;
    while (nodes[at] != node) {
      at++;
    }
    if (Integer.compareUnsigned(offset, offsets[at]) < 0) {
      offsets[at] = offset;
      parents[at] = parent;
      ascending = false;
    }
  }

  private void grow() {
    int capacity = size + (size >> 1);
    nodes = Arrays.copyOf(nodes, capacity);
    parents = Arrays.copyOf(parents, capacity);
    offsets = Arrays.copyOf(offsets, capacity);
  }

  /** The nodes that accepted it; not to be written to. */
  BitSet accepted() {
    return accepted;
  }

  Deliveries deliveries() {
    int[] order = ascending ? null : order();
    return new Deliveries(
        firstMicros, inOrder(nodes, order), inOrder(parents, order), inOrder(offsets, order));
  }

  private int[] inOrder(int[] column, int @Nullable [] order) {
    int[] result = Arrays.copyOf(column, size);
    for (int i = 0; order != null && i < size; i++) {
      result[i] = column[order[i]];
    }
    return result;
  }

  /** Positions by time, then as they came. */
  private int[] order() {
    long[] keys = new long[size];
    for (int i = 0; i < size; i++) {
      // The offset's top bit would count as a sign.
      keys[i] = ((Integer.toUnsignedLong(offsets[i]) << Integer.SIZE) | i) ^ Long.MIN_VALUE;
    }
    Arrays.sort(keys);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }
}
