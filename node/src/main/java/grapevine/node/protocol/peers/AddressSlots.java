package grapevine.node.protocol.peers;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entry holds which slot, in the order of slots. Two arrays: a simulated node holds some
 * dozens of entries in thousands of slots, and a full table moves 12 KiB to insert one. Only {@link
 * AddressTable} touches it.
 */
final class AddressSlots {
  private int[] slots = {};
  private @Nullable AddressEntry[] entries = {};
  private int size;

  int size() {
    return size;
  }

  @Nullable AddressEntry get(int slot) {
    int place = Arrays.binarySearch(slots, 0, size, slot);
    return place < 0 ? null : entries[place];
  }

  /** Gives the slot to an entry, in place of whoever holds it. */
  void put(int slot, AddressEntry entry) {
    int place = Arrays.binarySearch(slots, 0, size, slot);
    if (place < 0) {
      place = -place - 1;
      if (size == slots.length) {
        int length = size + Math.max(4, size / 4);
        slots = Arrays.copyOf(slots, length);
        entries = Arrays.copyOf(entries, length);
      }
      System.arraycopy(slots, place, slots, place + 1, size - place);
      System.arraycopy(entries, place, entries, place + 1, size - place);
      slots[place] = slot;
      size++;
    }
    entries[place] = entry;
  }

  /** Empties the slot if this entry holds it. */
  void remove(int slot, AddressEntry entry) {
    int place = Arrays.binarySearch(slots, 0, size, slot);
    if (place >= 0 && entries[place] == entry) {
      size--;
      System.arraycopy(slots, place + 1, slots, place, size - place);
      System.arraycopy(entries, place + 1, entries, place, size - place);
      entries[size] = null;
    }
  }

  /** The entries by slot; none may come or go meanwhile. */
  Collection<AddressEntry> values() {
    @SuppressWarnings("NullAway") // there is none below size
    List<AddressEntry> all = Arrays.asList(entries);
    return all.subList(0, size);
  }
}
