package grapevine.node.protocol.relay;

import java.util.Arrays;

/**
 * What one peer is known to have: the latest so many items, as 8-byte hashes under a key that only
 * this node knows. Confined to the core's thread.
 *
 * <p>A ring holds the hashes in the order of their arrival; an open-addressed index of 2-byte ring
 * positions, at most half full, finds them. Both start empty and double until the bound, so that a
 * peer at rest costs an object's header and one at the default bound of 16,384 items 192 KiB.
 * Adding and finding take O(1).
 *
 * <p>The latest items are never missed. An item that was not added is taken for a known one if its
 * hash equals one of at most 2^14 others: with probability below 2^14 / 2^64 = 2^-50 for each
 * question, and nobody can look for such items without the key. The price of that would be one
 * announcement to one peer, which repair makes up for.
 */
final class KnownItems {
  /** Positions are stored plus one in 2 bytes, and zero is an empty place. */
  private static final int COUNT_CEILING = 1 << 15;

  /** Small, since a simulated network has millions of links that see a few items each. */
  private static final int COUNT_FIRST = 4;

  private static final long[] NO_HASHES = {};
  private static final char[] NO_POSITIONS = {};

  private final int countMax;
  private long[] ring = NO_HASHES;
  private char[] index = NO_POSITIONS;
  private int count;

  /** Where the next hash goes once the ring is full. */
  private int oldest;

  /**
   * @param countMax a power of two up to 32,768
   */
  KnownItems(int countMax) {
    if (Integer.bitCount(countMax) != 1 || countMax > COUNT_CEILING) {
      throw new IllegalArgumentException(
          "known items %d, expected a power of two up to %d".formatted(countMax, COUNT_CEILING));
    }
    this.countMax = countMax;
  }

  boolean contains(long hash) {
    return count > 0 && index[place(hash)] != 0;
  }

  /** Remembers a hash, in place of the oldest if there is no room; false if it is known already. */
  boolean add(long hash) {
    if (contains(hash)) {
      return false;
    }
    if (count < countMax) {
      if (count == ring.length) {
        grow();
      }
      put(hash, count);
      count++;
    } else {
      remove(place(ring[oldest]));
      put(hash, oldest);
      oldest = (oldest + 1) % countMax;
    }
    return true;
  }

  int count() {
    return count;
  }

  private void grow() {
    int length = Math.min(countMax, Math.max(COUNT_FIRST, 2 * ring.length));
    ring = Arrays.copyOf(ring, length);
    index = new char[2 * length];
    for (int position = 0; position < count; position++) {
      put(ring[position], position);
    }
  }

  private void put(long hash, int position) {
    ring[position] = hash;
    index[place(hash)] = (char) (position + 1);
  }

  /** Where the hash stands in the index, or the empty place where it would. */
  private int place(long hash) {
    int place = home(hash);
    while (index[place] != 0 && ring[index[place] - 1] != hash) {
      place = next(place);
    }
    return place;
  }

  /** Empties a place and closes the gap, so that no search ends before what it looks for. */
  private void remove(int emptied) {
    int gap = emptied;
    for (int place = next(gap); index[place] != 0; place = next(place)) {
      int home = home(ring[index[place] - 1]);
      if (distance(home, place) >= distance(gap, place)) {
        index[gap] = index[place];
        gap = place;
      }
    }
    index[gap] = 0;
  }

  private int home(long hash) {
    return (int) hash & (index.length - 1);
  }

  private int next(int place) {
    return (place + 1) & (index.length - 1);
  }

  private int distance(int from, int to) {
    return (to - from) & (index.length - 1);
  }

  /**
   * @throws IllegalStateException if ring and index differ
   */
  void checkInvariants() {
    int indexed = 0;
    for (char entry : index) {
      indexed += entry == 0 ? 0 : 1;
    }
    boolean found = true;
    for (int position = 0; position < count; position++) {
      found &= index[place(ring[position])] == position + 1;
    }
    if (!found || indexed != count || count > countMax) {
      throw new IllegalStateException(
          "known items: %d in the ring, %d in the index, at most %d"
              .formatted(count, indexed, countMax));
    }
  }
}
