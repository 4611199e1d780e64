package grapevine.netlab.app;

import java.util.SplittableRandom;

/**
 * The least that a simulator can do: take the first event out of a heap and put another in, in
 * primitive arrays, with no protocol behind it. What it takes is what this machine, as busy as it
 * is, allows; a simulator's cost per event is read beside it. Confined to one thread.
 */
final class BareHeap {
  private static final int ARITY_SHIFT = 2;

  private final long[] times;
  private final int[] payloads;
  private final SplittableRandom random = new SplittableRandom(1);
  private int size;

  /** A heap of so many events at random times. */
  BareHeap(int events) {
    times = new long[events];
    payloads = new int[events];
    while (size < events) {
      rise(random.nextLong(1L << 32), size);
    }
  }

  /** Lets so many events happen, each of which leads to another; a sum over all of them. */
  long run(int events) {
    long sum = 0;
    for (int i = 0; i < events; i++) {
      long nanos = times[0];
      int payload = payloads[0];
      sum += nanos ^ payload;
      sink(nanos + random.nextLong(1L << 32), payload);
    }
    return sum;
  }

  private void rise(long nanos, int payload) {
    int place = size++;
    while (place > 0 && times[(place - 1) >> ARITY_SHIFT] > nanos) {
      move((place - 1) >> ARITY_SHIFT, place);
      place = (place - 1) >> ARITY_SHIFT;
    }
    times[place] = nanos;
    payloads[place] = payload;
  }

  /** Puts an event in place of the first. */
  private void sink(long nanos, int payload) {
    int place = 0;
    for (int child = 1; child < size; child = (place << ARITY_SHIFT) + 1) {
      int least = child;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int i = child + 1; i < end; i++) {
        if (times[i] < times[least]) {
          least = i;
        }
      }
      if (times[least] >= nanos) {
        break;
      }
      move(least, place);
      place = least;
    }
    times[place] = nanos;
    payloads[place] = payload;
  }

  private void move(int from, int to) {
    times[to] = times[from];
    payloads[to] = payloads[from];
  }
}
