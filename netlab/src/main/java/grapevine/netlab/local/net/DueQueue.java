package grapevine.netlab.local.net;

import java.util.Arrays;

/**
 * Numbers ordered by when they are due; those due at the same time in any order. A binary heap over
 * two arrays, because it holds every packet on the way and must not allocate. Confined to one
 * thread.
 */
final class DueQueue {
  private long[] dueNanos = new long[1024];
  private int[] values = new int[1024];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** When the first is due; there must be one. */
  long firstDueNanos() {
    assert size > 0;
    return dueNanos[0];
  }

  void add(long due, int value) {
    if (size == values.length) {
      dueNanos = Arrays.copyOf(dueNanos, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    int at = size++;
    while (at > 0 && dueNanos[(at - 1) / 2] > due) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    dueNanos[at] = due;
    values[at] = value;
  }

  /** Takes the first; there must be one. */
  int removeFirst() {
    assert size > 0;
    int first = values[0];
    size--;
    long due = dueNanos[size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && dueNanos[child + 1] < dueNanos[child]) {
        child++;
      }
      if (dueNanos[child] >= due) {
        break;
      }
      move(child, at);
      at = child;
    }
    dueNanos[at] = due;
    values[at] = values[size];
    return first;
  }

  private void move(int from, int to) {
    dueNanos[to] = dueNanos[from];
    values[to] = values[from];
  }
}
