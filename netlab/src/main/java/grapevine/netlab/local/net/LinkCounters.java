package grapevine.netlab.local.net;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;

/** What becomes {@link LinkStats}: written by the emulator's thread, read by any. */
final class LinkCounters {
  private static final long LATENESS_NANOS_MAX = 60_000_000_000L;
  private static final int DIGITS = 2;

  final LongAdder lost = new LongAdder();
  final LongAdder overflowed = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder undeliverable = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final AtomicHistogram lateness = new AtomicHistogram(LATENESS_NANOS_MAX, DIGITS);

  void onDelivered(int packetBytes, long latenessNanos, long slackNanos) {
    bytes.add(packetBytes);
    lateness.recordValue(Math.clamp(latenessNanos, 0, LATENESS_NANOS_MAX));
    if (latenessNanos > slackNanos) {
      late.increment();
    }
  }

  LinkStats read() {
    var all = lateness.copy();
    return new LinkStats(
        all.getTotalCount(),
        bytes.sum(),
        lost.sum(),
        overflowed.sum(),
        foreign.sum(),
        undeliverable.sum(),
        late.sum(),
        new LinkStats.Lateness(
            all.getValueAtPercentile(50), all.getValueAtPercentile(99), all.getMaxValue()));
  }
}
