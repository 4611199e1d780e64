package grapevine.node.metrics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One reader of the {@link EventLog}. The core's thread puts events into a bounded ring and never
 * waits; one thread of the reader {@link #take takes} them out and does the work of encoding.
 *
 * <p>When the ring is full, new events are lost, counted, and told by a line at the very place of
 * the gap: by the core in front of the next event that fits, or by the reader itself once it has
 * taken everything that came before the gap.
 */
public final class EventSubscription implements AutoCloseable {
  /** A burst of a thousand items with sixteen events each; 64 KiB of references. */
  static final int RING_EVENTS = 16_384;

  /**
   * An item brings several events within this, and waking the reader for each costs more than
   * writing it. Their times are those at which they happened.
   */
  private static final long GATHER_MILLIS = 20;

  /** Bounds the lines that one {@link #take} encodes, some 64 KiB. */
  private static final int BATCH_EVENTS = 256;

  /**
   * After so long a silence a hello says that the node is alive, and finds a reader that is not.
   */
  private static final long SILENCE_NANOS = 10_000_000_000L;

  private final EventLog log;
  private final Set<EventKind> wanted;
  private final BlockingQueue<Event> ring = new ArrayBlockingQueue<>(RING_EVENTS);
  private final AtomicReference<Gap> gap = new AtomicReference<>();

  private final EventLine line = new EventLine();
  private final List<Event> batch = new ArrayList<>(BATCH_EVENTS);
  private Event last;

  /** What happened; {@code fields} adds what the kind has besides its times. */
  record Event(EventKind kind, long monoNanos, long wallMicros, Consumer<EventLine> fields) {}

  /** Events that found no room, and the times of the last of them. */
  private record Gap(long count, long monoNanos, long wallMicros) {
    static Gap of(long count, Event lost) {
      return new Gap(count, lost.monoNanos, lost.wallMicros);
    }

    Event event() {
      return new Event(EventKind.LOST, monoNanos, wallMicros, to -> to.number("count", count));
    }
  }

  EventSubscription(EventLog log, Set<EventKind> wanted, Event hello) {
    this.log = log;
    this.wanted = wanted;
    last = hello;
    ring.add(hello);
  }

  /** On the core's thread. */
  void onEvent(Event event) {
    if (!wanted.contains(event.kind)) {
      return;
    }
    Gap before = gap.get();
    if (before != null && gap.compareAndSet(before, null) && !ring.offer(before.event())) {
      gap.set(Gap.of(before.count + 1, event));
    } else if (!ring.offer(event)) {
      gap.set(Gap.of(1, event));
    }
  }

  /**
   * The next lines, each ended by a line feed; waits for the first at most so long, and then a
   * moment for those that come with it.
   *
   * @return ASCII; empty when nothing came in time
   */
  public byte[] take(long timeoutNanos) throws InterruptedException {
    Event first = ring.poll(timeoutNanos, TimeUnit.NANOSECONDS);
    if (first != null) {
      batch.add(first);
      if (ring.size() < BATCH_EVENTS) {
        Thread.sleep(GATHER_MILLIS);
      }
      ring.drainTo(batch, BATCH_EVENTS - 1);
    }
    // In this order: while the gap stays the same, nothing has been put in behind it.
    Gap behind = gap.get();
    if (behind != null && ring.isEmpty() && gap.compareAndSet(behind, null)) {
      batch.add(behind.event());
    }
    if (batch.isEmpty() && log.monoNanos() - last.monoNanos > SILENCE_NANOS) {
      batch.add(log.hello(last));
    }
    for (Event each : batch) {
      each.fields.accept(line.begin(each.kind, each.monoNanos, each.wallMicros));
      line.end();
      last = each;
    }
    batch.clear();
    return line.take().getBytes(StandardCharsets.US_ASCII);
  }

  /** Ends the subscription; what is left in the ring is forgotten. Any thread. */
  @Override
  public void close() {
    log.remove(this);
  }
}
