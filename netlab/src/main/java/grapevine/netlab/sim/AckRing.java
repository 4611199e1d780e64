package grapevine.netlab.sim;

/**
 * When bursts in flight will have been acknowledged, in the order in which they were sent. Doubles
 * when full; a window holds a few hundred bursts at most. Confined to the simulation's thread.
 */
final class AckRing {
  private static final int SIZE_INITIAL = 8;

  private long[] times = new long[SIZE_INITIAL];
  private int[] bytes = new int[SIZE_INITIAL];
  private int first;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void add(long nanos, int count) {
    if (size == times.length) {
      grow();
    }
    int place = (first + size++) & (times.length - 1);
    times[place] = nanos;
    bytes[place] = count;
  }

  private void grow() {
    long[] longerTimes = new long[2 * size];
    int[] longerBytes = new int[2 * size];
    for (int i = 0; i < size; i++) {
      longerTimes[i] = times[(first + i) & (size - 1)];
      longerBytes[i] = bytes[(first + i) & (size - 1)];
    }
    times = longerTimes;
    bytes = longerBytes;
    first = 0;
  }

  /** Time of the first; there must be one. */
  long firstNanos() {
    return times[first];
  }

  /** Takes the first; its bytes. */
  int poll() {
    int taken = bytes[first];
    first = (first + 1) & (times.length - 1);
    size--;
    return taken;
  }
}
