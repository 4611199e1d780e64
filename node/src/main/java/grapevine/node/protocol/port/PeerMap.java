package grapevine.node.protocol.port;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a part keeps for each of its peers, in the order in which they were put in. Confined to the
 * core's thread.
 *
 * <p>Two arrays and no object per entry: a node has a dozen such maps of a dozen peers, and 100,000
 * nodes are to fit in one JVM. The numbers of up to {@link #SCANNED_MAX} peers are looked through
 * one by one, which is two or four lines of memory; beyond, an open-addressed index finds them.
 * Removing takes time in proportion to the number of peers: it happens once in a connection.
 *
 * <p>Numbers of connections are given by the driver, so that no peer can choose them to collide.
 */
public final class PeerMap<V> {
  private static final int SCANNED_MAX = 32;
  private static final int GROWTH_MIN = 4;
  private static final long[] NO_IDS = {};
  private static final Object[] NO_VALUES = {};

  private long[] ids = NO_IDS;
  private @Nullable Object[] values = NO_VALUES;
  private int size;

  /** Places plus one by hash, zero where there is none; null while there are few. */
  private int @Nullable [] index;

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public boolean containsKey(PeerId peer) {
    return place(peer.value()) >= 0;
  }

  public @Nullable V get(PeerId peer) {
    int place = place(peer.value());
    return place < 0 ? null : valueAt(place);
  }

  /** Where the peer stands in the order of putting in, counted from 0; -1 if it does not. */
  public int place(PeerId peer) {
    return place(peer.value());
  }

  /** The peer at a place, which counts from 0 in the order of putting in. */
  public PeerId peerAt(int place) {
    return new PeerId(ids[checkPlace(place)]);
  }

  /** Puts a value in place of the one before, which it returns, or at the end. */
  public @Nullable V put(PeerId peer, V value) {
    int place = place(peer.value());
    if (place >= 0) {
      V before = valueAt(place);
      values[place] = value;
      return before;
    }
    append(peer.value(), value);
    return null;
  }

  /** Puts a value at the end unless there is one, which it then returns. */
  public @Nullable V putIfAbsent(PeerId peer, V value) {
    V before = get(peer);
    if (before == null) {
      append(peer.value(), value);
    }
    return before;
  }

  /** Removes and returns the value; null if there is none. */
  public @Nullable V remove(PeerId peer) {
    int place = place(peer.value());
    if (place < 0) {
      return null;
    }
    V removed = valueAt(place);
    int behind = size - place - 1;
    System.arraycopy(ids, place + 1, ids, place, behind);
    System.arraycopy(values, place + 1, values, place, behind);
    values[--size] = null;
    reindex();
    return removed;
  }

  /** All peers and their values; the map must not change meanwhile. */
  public void forEach(BiConsumer<PeerId, V> action) {
    int expected = size;
    for (int place = 0; place < expected; place++) {
      action.accept(new PeerId(ids[place]), valueAt(place));
      checkUnchanged(expected);
    }
  }

  /** A view of the values; the map must not change while it is gone through. */
  public Collection<V> values() {
    return new Values<>(this);
  }

  private static final class Values<V> extends AbstractCollection<V> {
    private final PeerMap<V> map;

    Values(PeerMap<V> map) {
      this.map = map;
    }

    @Override
    public int size() {
      return map.size;
    }

    @Override
    public Iterator<V> iterator() {
      return new Cursor<>(map);
    }
  }

  private static final class Cursor<V> implements Iterator<V> {
    private final PeerMap<V> map;
    private final int expected;
    private int place;

    Cursor(PeerMap<V> map) {
      this.map = map;
      expected = map.size;
    }

    @Override
    public boolean hasNext() {
      return place < expected;
    }

    @Override
    public V next() {
      map.checkUnchanged(expected);
      if (place >= expected) {
        throw new NoSuchElementException();
      }
      return map.valueAt(place++);
    }
  }

  private void checkUnchanged(int expected) {
    if (size != expected) {
      throw new ConcurrentModificationException(size + " peers, " + expected + " before");
    }
  }

  private int checkPlace(int place) {
    if (place >= size) {
      throw new IndexOutOfBoundsException(place);
    }
    return place;
  }

  /** The value at a place, which counts from 0 in the order of putting in. */
  @SuppressWarnings({"unchecked", "NullAway"}) // only values of V are put in, below size
  public V valueAt(int place) {
    return (V) values[checkPlace(place)];
  }

  private void append(long id, V value) {
    if (size == ids.length) {
      int length = size + Math.max(GROWTH_MIN, size / 4);
      ids = Arrays.copyOf(ids, length);
      values = Arrays.copyOf(values, length);
    }
    ids[size] = id;
    values[size] = value;
    size++;
    if (index != null && 2 * size <= index.length) {
      enter(index, size - 1);
    } else {
      reindex();
    }
  }

  /** Where the peer stands; -1 if it does not. */
  private int place(long id) {
    if (index != null) {
      return indexed(index, id);
    }
    for (int place = 0; place < size; place++) {
      if (ids[place] == id) {
        return place;
      }
    }
    return -1;
  }

  private int indexed(int[] places, long id) {
    for (int slot = home(id, places.length); ; slot = (slot + 1) & (places.length - 1)) {
      int place = places[slot] - 1;
      if (place < 0 || ids[place] == id) {
        return place;
      }
    }
  }

  private void enter(int[] places, int place) {
    int slot = home(ids[place], places.length);
    while (places[slot] != 0) {
      slot = (slot + 1) & (places.length - 1);
    }
    places[slot] = place + 1;
  }

  /** Makes the index anew, at most half full; none for few. */
  private void reindex() {
    if (size <= SCANNED_MAX) {
      index = null;
      return;
    }
    int[] places = new int[Integer.highestOneBit(size) << 2];
    for (int place = 0; place < size; place++) {
      enter(places, place);
    }
    index = places;
  }

  /** Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4). */
  private static int home(long id, int slots) {
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> (33 + Integer.numberOfLeadingZeros(slots)));
  }
}
