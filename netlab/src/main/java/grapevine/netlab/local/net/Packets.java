package grapevine.netlab.local.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Pointer;

/**
 * Memory for the packets on the way, and what is known of each: numbered slots that are taken and
 * given back. Confined to one thread.
 *
 * <p>Outside the heap, because the kernel reads and writes there; grown by a mebibyte when needed
 * and never shrunk, so that nothing is allocated once a run has found its height.
 */
final class Packets {
  /** Larger than any packet of the devices, whose MTU is 1500. */
  static final int SLOT_BYTES = 2048;

  /** 256 MiB: two seconds of what one emulator moves at its fastest. */
  private static final int SLOTS_MAX = 1 << 17;

  private static final int CHUNK_SLOTS = 512;

  /** What is known of one. */
  static final class Fields {
    int from;
    int to;
    int bytes;

    /** Whether it has reached the receiver's down link. */
    boolean arrived;

    /** When the next thing happens to it. */
    long dueNanos;

    /** How long it may have waited before it was read, at most. */
    long unreadNanos;

    /** How late it may be and still count as on time. */
    long slackNanos;
  }

  private final List<Pointer> chunks = new ArrayList<>();
  private Fields[] fields = {};
  private int[] free = {};
  private int freeCount;

  /** A slot, or -1 when there are too many packets on the way. */
  int take() {
    if (freeCount == 0 && !grow()) {
      return -1;
    }
    return free[--freeCount];
  }

  private boolean grow() {
    int first = fields.length;
    if (first == SLOTS_MAX) {
      return false;
    }
    chunks.add(Libc.memory(CHUNK_SLOTS * SLOT_BYTES));
    fields = Arrays.copyOf(fields, first + CHUNK_SLOTS);
    free = Arrays.copyOf(free, fields.length);
    for (int slot = fields.length - 1; slot >= first; slot--) {
      fields[slot] = new Fields();
      free[freeCount++] = slot;
    }
    return true;
  }

  void giveBack(int slot) {
    free[freeCount++] = slot;
  }

  Fields fields(int slot) {
    return fields[slot];
  }

  /** Where its bytes are. */
  long address(int slot) {
    return chunk(slot).address() + offset(slot);
  }

  /** Whether it is a packet of IPv4 with a whole header. */
  boolean isIpv4(int slot, long bytes) {
    return bytes >= 20 && (chunk(slot).getByte(offset(slot)) & 0xF0) == 0x40;
  }

  /** To whom it goes, as a number, the first byte of the address highest. */
  int destination(int slot) {
    int value = 0;
    for (int i = 16; i < 20; i++) {
      value = (value << 8) | (chunk(slot).getByte(offset(slot) + i) & 0xFF);
    }
    return value;
  }

  private Pointer chunk(int slot) {
    return chunks.get(slot / CHUNK_SLOTS);
  }

  private static long offset(int slot) {
    return (long) (slot % CHUNK_SLOTS) * SLOT_BYTES;
  }
}
