package grapevine.netlab.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is due, earliest first; what is due at the same time comes out in the order in which it was
 * put in. So the order of a run depends on nothing but times and numbers: identity hashes as
 * tie-breakers are why other simulators differ from JVM to JVM.
 *
 * <p>A heap of all that is due in a simulation of 100,000 nodes, millions of events, misses the
 * cache at each of its levels. So only the present quarter of a millisecond is a heap ({@link
 * EventHeap}); what comes later lies unsorted in the slot of its time, and goes into the heap when
 * that time comes (Brown, "Calendar queues", 1988; Varghese and Lauck, "Hashed and hierarchical
 * timing wheels", 1987). There are two wheels, of 1,024 slots each, and a list for what is beyond
 * both: near slots of a quarter of a millisecond, far ones of a quarter of a second. An event moves
 * three times at most, and always past memory in order.
 *
 * <p>A slot keeps its events as they were put in, and moves them in that order before anything else
 * is put where they go: so numbers of sequence need not be kept before the heap. Confined to one
 * thread.
 */
final class EventQueue {
  private static final int SLOTS = 1 << 10;
  private static final int NEAR_SHIFT = 18;
  private static final int FAR_SHIFT = NEAR_SHIFT + 10;
  private static final int BEYOND_SHIFT = FAR_SHIFT + 10;

  /** A larger one that has been emptied gives its memory back. */
  private static final int KEPT_LENGTH_MAX = 1 << 8;

  /** Events of one span of time, as they were put in. */
  private static final class Slot {
    private static final int LENGTH_FIRST = 4;

    private long[] times = new long[LENGTH_FIRST];
    private @Nullable Happening[] what = new @Nullable Happening[LENGTH_FIRST];
    private int size;

    void add(long nanos, Happening happening) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        what = Arrays.copyOf(what, 2 * size);
      }
      times[size] = nanos;
      what[size] = happening;
      size++;
    }

    Happening what(int place) {
      Happening happening = what[place];
      if (happening == null) {
        throw new IllegalStateException("nothing at " + place + " of " + size);
      }
      return happening;
    }

    void clear() {
      if (times.length > KEPT_LENGTH_MAX) {
        times = new long[LENGTH_FIRST];
        what = new @Nullable Happening[LENGTH_FIRST];
      } else {
        Arrays.fill(what, 0, size, null);
      }
      size = 0;
    }
  }

  private final Lookahead lookahead;
  private final EventHeap present = new EventHeap();
  private final @Nullable Slot[] near = new @Nullable Slot[SLOTS];
  private final @Nullable Slot[] far = new @Nullable Slot[SLOTS];
  private Slot beyond = new Slot();
  private int size;

  /** Number of the near slot whose events are in the heap, and of all before it. */
  private long presentSlot;

  /**
   * @param lookahead told what goes into the heap from a slot
   */
  EventQueue(Lookahead lookahead) {
    this.lookahead = lookahead;
  }

  int size() {
    return size;
  }

  /** When the first is due; {@link grapevine.node.protocol.port.Component#NEVER} if none is. */
  long nextNanos() {
    if (present.size() == 0 && size > 0) {
      advance();
    }
    return present.nextNanos();
  }

  void add(long nanos, Happening happening) {
    size++;
    long slot = nanos >> NEAR_SHIFT;
    if (slot <= presentSlot) {
      present.add(nanos, happening);
    } else if (nanos >> FAR_SHIFT == presentSlot >> 10) {
      put(near, slot, nanos, happening);
    } else if (nanos >> BEYOND_SHIFT == presentSlot >> 20) {
      put(far, nanos >> FAR_SHIFT, nanos, happening);
    } else {
      beyond.add(nanos, happening);
    }
  }

  private static void put(@Nullable Slot[] wheel, long number, long nanos, Happening happening) {
    int place = (int) number & (SLOTS - 1);
    Slot slot = wheel[place];
    if (slot == null) {
      slot = new Slot();
      wheel[place] = slot;
    }
    slot.add(nanos, happening);
  }

  /** Takes the first; there must be one. */
  Happening poll() {
    if (present.size() == 0 && size > 0) {
      advance();
    }
    Happening first = present.poll();
    size--;
    return first;
  }

  /** Goes on to the next near slot that is not empty; there must be one. */
  private void advance() {
    int place = next(near, (int) presentSlot & (SLOTS - 1));
    if (place < 0) {
      place = advanceFar();
    }
    presentSlot = (presentSlot & -SLOTS) + place;
    Slot slot = near[place];
    if (slot != null) {
      for (int i = 0; i < slot.size; i++) {
        Happening happening = slot.what(i);
        present.add(slot.times[i], happening);
        lookahead.add(happening);
      }
      lookahead.readAhead();
      slot.clear();
    }
  }

  /** Empties the next far slot into the near ones; the first of those that is not empty. */
  private int advanceFar() {
    int place = next(far, (int) (presentSlot >> 10) & (SLOTS - 1));
    if (place < 0) {
      place = advanceBeyond();
    }
    presentSlot = (presentSlot >> 20 << 20) + ((long) place << 10);
    Slot slot = far[place];
    if (slot != null) {
      for (int i = 0; i < slot.size; i++) {
        put(near, slot.times[i] >> NEAR_SHIFT, slot.times[i], slot.what(i));
      }
      slot.clear();
    }
    return next(near, -1);
  }

  /** Fills the far slots with what comes first beyond them; the first that is not empty. */
  private int advanceBeyond() {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < beyond.size; i++) {
      first = Math.min(first, beyond.times[i]);
    }
    Slot rest = new Slot();
    for (int i = 0; i < beyond.size; i++) {
      long nanos = beyond.times[i];
      if (nanos >> BEYOND_SHIFT == first >> BEYOND_SHIFT) {
        put(far, nanos >> FAR_SHIFT, nanos, beyond.what(i));
      } else {
        rest.add(nanos, beyond.what(i));
      }
    }
    beyond = rest;
    presentSlot = first >> BEYOND_SHIFT << 20;
    return next(far, -1);
  }

  /** Place of the first slot behind a place that is not empty; -1 if there is none. */
  private static int next(@Nullable Slot[] wheel, int behind) {
    for (int place = behind + 1; place < SLOTS; place++) {
      Slot slot = wheel[place];
      if (slot != null && slot.size > 0) {
        return place;
      }
    }
    return -1;
  }
}
