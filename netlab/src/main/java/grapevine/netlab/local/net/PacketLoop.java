package grapevine.netlab.local.net;

import java.util.List;
import java.util.random.RandomGenerator;
import jnr.ffi.Pointer;

/**
 * The emulator's thread: reads what hosts send from their TUN devices, holds each packet until it
 * is due, and writes it to the receiver's device.
 *
 * <p>What always holds: a packet is delivered at most once and never before it is due. One thread,
 * because the work is two system calls a packet, and a second would need locks around every link.
 */
final class PacketLoop implements Runnable {
  private static final int POLLED_BYTES = 8;
  private static final int BATCH_MAX = 32;

  /** How soon it notices that it is to end. */
  private static final long SLEEP_NANOS_MAX = 50_000_000;

  /** A poll that took longer than this slept: nothing was there when it began. */
  private static final long SLEPT_NANOS = 100_000;

  private static final long SLACK_NANOS_MIN = 1_000_000;
  private static final int SLACK_PART_OF_DELAY = 20;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final long originNanos = System.nanoTime();
  private final Libc.Calls libc = Libc.calls();
  private final int[] devices;
  private final LinkTable table;
  private final Paths paths;
  private final Packets packets = new Packets();
  private final DueQueue queue = new DueQueue();
  private final Pointer polled;
  private final Pointer timeout = Libc.memory(16);
  private volatile LinkCounters counters = new LinkCounters();
  private volatile boolean stopping;

  /**
   * @param devices descriptors of the hosts' TUN devices, by number of the host; not closed here
   */
  PacketLoop(List<Integer> devices, LinkTable table, RandomGenerator random) {
    this.devices = devices.stream().mapToInt(Integer::intValue).toArray();
    this.table = table;
    this.paths = new Paths(devices.size(), table, random);
    this.polled = Libc.memory(Math.max(1, devices.size()) * POLLED_BYTES);
    for (int host = 0; host < this.devices.length; host++) {
      polled.putInt((long) host * POLLED_BYTES, this.devices[host]);
      polled.putShort((long) host * POLLED_BYTES + 4, Libc.POLLIN);
    }
  }

  /** Since the last {@link #resetStats}; any thread. */
  LinkStats stats() {
    return counters.read();
  }

  /** Counts anew; any thread. */
  void resetStats() {
    counters = new LinkCounters();
  }

  /** Has {@link #run} return soon; any thread. */
  void stop() {
    stopping = true;
  }

  private long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  @Override
  public void run() {
    Priority.raise();
    long polledNanos = nowNanos();
    while (!stopping) {
      deliverDue();
      long beginNanos = nowNanos();
      int ready = poll(beginNanos);
      long endNanos = nowNanos();
      boolean slept = endNanos - beginNanos > SLEPT_NANOS;
      if (ready > 0) {
        read(slept ? endNanos : polledNanos);
      }
      polledNanos = endNanos;
    }
  }

  private void deliverDue() {
    while (!queue.isEmpty() && queue.firstDueNanos() <= nowNanos()) {
      int slot = queue.removeFirst();
      Packets.Fields packet = packets.fields(slot);
      if (!packet.arrived) {
        packet.arrived = true;
        long dueNanos = paths.onArrived(packet.to, packet.bytes, packet.dueNanos);
        if (dueNanos == Paths.OVERFLOWED) {
          counters.overflowed.increment();
          packets.giveBack(slot);
          continue;
        }
        if (dueNanos > packet.dueNanos) {
          packet.dueNanos = dueNanos;
          queue.add(dueNanos, slot);
          continue;
        }
      }
      deliver(slot, packet);
    }
  }

  private void deliver(int slot, Packets.Fields packet) {
    long written = libc.write(devices[packet.to], packets.address(slot), packet.bytes);
    if (written == packet.bytes) {
      long latenessNanos = nowNanos() - packet.dueNanos + packet.unreadNanos;
      counters.onDelivered(packet.bytes, latenessNanos, packet.slackNanos);
    } else {
      counters.undeliverable.increment();
    }
    packets.giveBack(slot);
  }

  private int poll(long nowNanos) {
    long sleepNanos = SLEEP_NANOS_MAX;
    if (!queue.isEmpty()) {
      sleepNanos = Math.clamp(queue.firstDueNanos() - nowNanos, 0, SLEEP_NANOS_MAX);
    }
    timeout.putLong(0, sleepNanos / NANOS_PER_SECOND);
    timeout.putLong(8, sleepNanos % NANOS_PER_SECOND);
    return libc.ppoll(polled, devices.length, timeout, null);
  }

  /**
   * @param sinceNanos what is there to read came at this time or later
   */
  private void read(long sinceNanos) {
    for (int host = 0; host < devices.length; host++) {
      if (polled.getShort((long) host * POLLED_BYTES + 6) != 0) {
        boolean more = true;
        for (int i = 0; more && i < BATCH_MAX; i++) {
          more = readOne(host, sinceNanos);
        }
      }
    }
  }

  /** Returns whether there was one. */
  private boolean readOne(int from, long sinceNanos) {
    int slot = packets.take();
    if (slot < 0) {
      counters.overflowed.increment(); // it stays in the device's queue, which drops in its turn
      return false;
    }
    long bytes = libc.read(devices[from], packets.address(slot), Packets.SLOT_BYTES);
    if (bytes <= 0) {
      packets.giveBack(slot);
      return false;
    }
    int to = packets.isIpv4(slot, bytes) ? Addresses.hostOf(packets.destination(slot)) : -1;
    if (to < 0 || to >= devices.length || to == from) {
      counters.foreign.increment();
      packets.giveBack(slot);
      return true;
    }
    long nowNanos = nowNanos();
    long arrivalNanos = paths.onSent(from, to, (int) bytes, nowNanos);
    if (arrivalNanos < 0) {
      (arrivalNanos == Paths.LOST ? counters.lost : counters.overflowed).increment();
      packets.giveBack(slot);
      return true;
    }
    Packets.Fields packet = packets.fields(slot);
    packet.from = from;
    packet.to = to;
    packet.bytes = (int) bytes;
    packet.arrived = false;
    packet.dueNanos = arrivalNanos;
    packet.unreadNanos = nowNanos - sinceNanos;
    packet.slackNanos = Math.max(SLACK_NANOS_MIN, table.delayNanos(from, to) / SLACK_PART_OF_DELAY);
    queue.add(arrivalNanos, slot);
    return true;
  }
}
