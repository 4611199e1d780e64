package grapevine.netlab.local;

import java.util.concurrent.locks.LockSupport;

/**
 * When a schedule's time begins, on both clocks of this machine.
 *
 * @param nanos of the monotonic clock
 * @param wallMillis since 1970
 */
record Origin(long nanos, long wallMillis) {
  /** The moment at which the wall clock will show a time. */
  static Origin at(long wallMillis) {
    long aheadMillis = wallMillis - System.currentTimeMillis();
    return new Origin(System.nanoTime() + aheadMillis * 1_000_000, wallMillis);
  }

  static void sleepUntil(long dueNanos) throws InterruptedException {
    for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
