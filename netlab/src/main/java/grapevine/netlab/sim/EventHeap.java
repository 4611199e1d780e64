package grapevine.netlab.sim;

import grapevine.node.protocol.port.Component;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is due soon, earliest first; what is due at the same time comes out in the order in which it
 * was put in.
 *
 * <p>A heap of four children a node, in three arrays: half as deep as a binary one, and the four
 * times that a step compares lie in one cache line. Confined to one thread.
 */
final class EventHeap {
  private static final int ARITY_SHIFT = 2;
  private static final int SIZE_INITIAL = 1 << 10;

  private long[] times = new long[SIZE_INITIAL];
  private long[] sequences = new long[SIZE_INITIAL];
  private @Nullable Happening[] what = new @Nullable Happening[SIZE_INITIAL];
  private int size;
  private long sequence;

  int size() {
    return size;
  }

  /** When the first is due; {@link Component#NEVER} if there is none. */
  long nextNanos() {
    return size == 0 ? Component.NEVER : times[0];
  }

  void add(long nanos, Happening happening) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      sequences = Arrays.copyOf(sequences, 2 * size);
      what = Arrays.copyOf(what, 2 * size);
    }
    int place = size++;
    // The newest has the highest number, so that among equal times it stays below.
    while (place > 0) {
      int parent = (place - 1) >> ARITY_SHIFT;
      if (times[parent] <= nanos) {
        break;
      }
      move(parent, place);
      place = parent;
    }
    put(place, nanos, sequence++, happening);
  }

  /** Takes the first; there must be one. */
  Happening poll() {
    Happening first = what[0];
    if (first == null) {
      throw new IllegalStateException("nothing is due");
    }
    size--;
    long nanos = times[size];
    long number = sequences[size];
    Happening last = what[size];
    what[size] = null;
    if (size > 0 && last != null) {
      sink(nanos, number, last);
    }
    return first;
  }

  private void sink(long nanos, long number, Happening last) {
    int place = 0;
    while (true) {
      int child = (place << ARITY_SHIFT) + 1;
      if (child >= size) {
        break;
      }
      int least = child;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int i = child + 1; i < end; i++) {
        if (isBefore(times[i], sequences[i], times[least], sequences[least])) {
          least = i;
        }
      }
      if (isBefore(nanos, number, times[least], sequences[least])) {
        break;
      }
      move(least, place);
      place = least;
    }
    put(place, nanos, number, last);
  }

  private static boolean isBefore(long nanos, long number, long otherNanos, long otherNumber) {
    return nanos < otherNanos || (nanos == otherNanos && number < otherNumber);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    sequences[to] = sequences[from];
    what[to] = what[from];
  }

  private void put(int place, long nanos, long number, Happening happening) {
    times[place] = nanos;
    sequences[place] = number;
    what[place] = happening;
  }
}
