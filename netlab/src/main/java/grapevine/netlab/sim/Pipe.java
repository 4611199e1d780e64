package grapevine.netlab.sim;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection as TCP makes it: in order, no more in flight than a window that
 * starts at ten segments, doubles with each round trip that fills it, and shrinks when the
 * connection rests (RFC 6928, RFC 5681, RFC 2861: what Linux does). Confined to the simulation's
 * thread.
 *
 * <p>Bytes go in bursts of up to ten segments, so that a large body takes turns with others on the
 * sender's line, and a small message is one event. Acknowledgements are no events: when a burst
 * leaves, the time of its acknowledgement is known, and it is looked at when there is something to
 * send. What it leaves out: the window is never filled by the queue of a bottleneck (that queue has
 * no bound here), acknowledgements cost no bandwidth, and a receiver's full line is taken into
 * account as it is when the burst leaves.
 *
 * <p>A lost packet is sent again: after a round trip if others follow it, otherwise after a
 * timeout; meanwhile nothing behind it is delivered, and the window is halved.
 */
final class Pipe implements Happening {
  static final int SEGMENT_BYTES = 1_448;

  /** TCP with time stamps, and IPv4, of each segment. */
  static final int SEGMENT_OVERHEAD_BYTES = 52;

  private static final int WINDOW_INITIAL = 10 * SEGMENT_BYTES;

  /** Linux gives a receiver at most 6 MiB, half of it for data. */
  private static final int WINDOW_MAX = 3 << 20;

  private static final int WINDOW_MIN = 2 * SEGMENT_BYTES;
  private static final int BURST_BYTES = 10 * SEGMENT_BYTES;

  /** Linux: never less, beside the round trip. */
  private static final long TIMEOUT_NANOS = 200_000_000;

  /** A socket's buffer, beside what is in flight: twice the window, and not less than this. */
  private static final int SOCKET_BYTES_MIN = 16 << 10;

  /** The core is told when its queue falls below this, as by the node's driver. */
  private static final long WRITABLE_BYTES = 64 << 10;

  /** Up to here, one time of acknowledgement does for all that is in flight. */
  private static final int LITTLE_BYTES = 4 * SEGMENT_BYTES;

  private final SimNode from;
  private final SimNode to;
  private final LinkEnd end;

  // What is asked for with every parcel, at hand: to reach it through two nodes would cost more.
  private final Line up;
  private final Line down;
  private final int fromNumber;
  private final int toNumber;
  private final long delayNanos;

  private @Nullable ArrayDeque<Parcel> queue;
  private long unsentBytes;
  private int window = WINDOW_INITIAL;
  private int threshold = WINDOW_MAX;
  private long inFlight;
  private boolean filled;
  private long lastSentNanos;
  private long lastArrivalNanos;
  private boolean waits;
  private boolean isLong;

  /** When what is in flight will have been acknowledged, while it is little. */
  private long ackNanos;

  /** The same burst by burst, while it is much. */
  private @Nullable AckRing acks;

  Pipe(SimNode from, SimNode to, LinkEnd end) {
    this.from = from;
    this.to = to;
    this.end = end;
    up = from.up();
    down = to.down();
    fromNumber = from.number();
    toNumber = to.number();
    delayNanos = from.simulation().network().baseDelayNanos(fromNumber, toNumber);
  }

  /** What a node's driver would still hold: what is beyond the socket's buffer. */
  long queuedBytes() {
    return unsentBytes == 0
        ? 0
        : Math.max(0, unsentBytes - Math.max(SOCKET_BYTES_MIN, 2L * window));
  }

  /** Reads what sending reads; a number without meaning. */
  long readAhead() {
    return unsentBytes + down.freeNanos();
  }

  /** Sends a parcel after all that was sent before. */
  void send(Parcel parcel, long nowNanos) {
    release(nowNanos);
    rest(nowNanos);
    // The driver's queue holds all of a turn before the socket takes any of it.
    isLong |= queuedBytes() + parcel.unsentBytes() > WRITABLE_BYTES;
    unsentBytes += parcel.unsentBytes();
    if ((queue == null || queue.isEmpty()) && fits(parcel.unsentBytes(), nowNanos)) {
      transmit(parcel, parcel.unsentBytes(), nowNanos);
    } else {
      if (queue == null) {
        queue = new ArrayDeque<>(2);
      }
      queue.add(parcel);
      pump(nowNanos);
    }
    tellWhenShort(nowNanos);
  }

  private void tellWhenShort(long nowNanos) {
    if (isLong && queuedBytes() < WRITABLE_BYTES) {
      isLong = false;
      from.simulation().at(nowNanos, at -> from.onWritable(end, at));
    }
  }

  private boolean fits(long bytes, long nowNanos) {
    return bytes <= BURST_BYTES && bytes <= window - inFlight && !isLineBusy(nowNanos);
  }

  private boolean isLineBusy(long nowNanos) {
    return up.isLimited() && (up.freeNanos() > nowNanos || up.hasWaiting());
  }

  /** Its turn on the line has come, or something has been acknowledged. */
  @Override
  public void happen(long nowNanos) {
    waits = false;
    if (end.isOpen() || hasQueue()) {
      pump(nowNanos);
      tellWhenShort(nowNanos);
    }
  }

  private boolean hasQueue() {
    return queue != null && !queue.isEmpty();
  }

  /** The process is gone, and with it what it had not sent. */
  void clear() {
    queue = null;
    unsentBytes = 0;
  }

  /** Sends what the window and the line allow. */
  private void pump(long nowNanos) {
    if (waits) {
      return;
    }
    release(nowNanos);
    while (queue != null && !queue.isEmpty()) {
      Parcel head = queue.element();
      long wanted = Math.min(head.unsentBytes(), BURST_BYTES);
      long burst = Math.min(wanted, window - inFlight);
      if (burst < Math.min(wanted, SEGMENT_BYTES)) {
        filled = true;
        waits = true;
        from.simulation().at(firstAckNanos(), this);
        return;
      }
      if (up.isLimited() && up.freeNanos() > nowNanos) {
        waits = true;
        from.awaitLine(this);
        return;
      }
      transmit(head, burst, nowNanos);
      if (head.unsentBytes() == 0) {
        queue.remove();
      }
    }
    queue = null;
  }

  private static long segments(long bytes) {
    return (bytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
  }

  /** What so many bytes occupy on a line, headers included. */
  static long lineBytes(long bytes) {
    return bytes + segments(bytes) * SEGMENT_OVERHEAD_BYTES;
  }

  private void transmit(Parcel parcel, long bytes, long nowNanos) {
    long lineBytes = lineBytes(bytes);
    Simulation simulation = from.simulation();
    SimNetwork network = simulation.network();
    long sentNanos = up.take(lineBytes, nowNanos);
    long arrivalNanos =
        network.arrivalNanos(fromNumber, toNumber, delayNanos, sentNanos)
            + lossNanos(segments(bytes));
    arrivalNanos = Math.max(arrivalNanos, lastArrivalNanos);
    lastArrivalNanos = arrivalNanos;
    lastSentNanos = sentNanos;
    unsentBytes -= bytes;
    long readNanos = down.expected(lineBytes, arrivalNanos);
    await(readNanos + network.backNanos(toNumber, fromNumber, delayNanos, readNanos), (int) bytes);
    if (parcel.onSent(bytes)) {
      simulation.at(arrivalNanos, parcel);
    } else if (!down.isOpen(arrivalNanos)) {
      simulation.at(arrivalNanos, at -> to.onArrived(bytes, at));
    }
  }

  /** How much later a burst is for the packets of it that are lost; rarely anything. */
  private long lossNanos(long segments) {
    SimNetwork network = from.simulation().network();
    if (network.packetLoss() == 0 || !network.isLost(segments)) {
      return 0;
    }
    threshold = Math.max(WINDOW_MIN, window / 2);
    window = threshold;
    long roundTripNanos = 2 * delayNanos;
    return inFlight > 3L * SEGMENT_BYTES ? roundTripNanos : roundTripNanos + TIMEOUT_NANOS;
  }

  private void await(long nanos, int bytes) {
    long before = inFlight;
    inFlight += bytes;
    filled |= 2 * inFlight >= window;
    if (acks == null && inFlight <= LITTLE_BYTES) {
      ackNanos = nanos;
      return;
    }
    if (acks == null) {
      acks = new AckRing();
      if (before > 0) {
        acks.add(ackNanos, (int) before);
      }
    }
    acks.add(nanos, bytes);
  }

  private long firstAckNanos() {
    return acks == null ? ackNanos : acks.firstNanos();
  }

  /** Takes note of what has been acknowledged by now. */
  private void release(long nowNanos) {
    if (acks != null) {
      while (!acks.isEmpty() && acks.firstNanos() <= nowNanos) {
        onAcknowledged(acks.poll());
      }
      if (acks.isEmpty()) {
        acks = null;
      }
    } else if (inFlight > 0 && ackNanos <= nowNanos) {
      onAcknowledged((int) inFlight);
    }
  }

  private void onAcknowledged(int bytes) {
    inFlight -= bytes;
    if (filled) {
      long growth = window < threshold ? bytes : (long) SEGMENT_BYTES * bytes / window;
      window = (int) Math.min(WINDOW_MAX, window + growth);
    }
    if (inFlight == 0) {
      filled = false;
    }
  }

  /** A connection that has rested starts again with less. */
  private void rest(long nowNanos) {
    if (inFlight > 0 || window <= WINDOW_INITIAL) {
      return;
    }
    long timeoutNanos = TIMEOUT_NANOS + 2 * delayNanos;
    long idleNanos = nowNanos - lastSentNanos;
    while (idleNanos > timeoutNanos && window > WINDOW_INITIAL) {
      window = Math.max(WINDOW_INITIAL, window / 2);
      idleNanos -= timeoutNanos;
    }
  }
}
