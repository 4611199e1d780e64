package grapevine.node.storage;

import grapevine.node.protocol.port.Component;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The thread that carries batches from {@link GroupCommit} to {@link LmdbDisk}. It holds the lock
 * that it shares with the store while it takes a batch and while it says what became of it, never
 * while it writes. If it ends before its time, the group is in trouble for good, so that nobody
 * goes on handing it items.
 */
final class Committer {
  private static final long CLOSE_MILLIS_MAX = 4_000;

  private final long startNanos = System.nanoTime();
  private final GroupCommit group;
  private final LmdbDisk disk;
  private final ReentrantLock lock;
  private final Condition due;
  private final LmdbItemStore.Listener listener;
  private final Thread thread;
  private long awaitedNanos = Component.NEVER;
  private boolean closing;

  /**
   * @param group used under the lock only
   */
  Committer(GroupCommit group, LmdbDisk disk, ReentrantLock lock, LmdbItemStore.Listener listener) {
    this.group = group;
    this.disk = disk;
    this.lock = lock;
    this.listener = listener;
    due = lock.newCondition();
    thread = new Thread(this::run, "grapevine-store");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Since this was made. */
  long nowNanos() {
    return System.nanoTime() - startNanos;
  }

  /** To be called under the lock when the group's deadline may have moved. */
  void wake() {
    if (group.deadlineNanos() < awaitedNanos) {
      due.signal();
    }
  }

  private void run() {
    try {
      Optional<GroupCommit.Batch> batch = next();
      while (batch.isPresent() && commit(batch.get())) {
        batch = next();
      }
    } catch (RuntimeException | Error e) {
      lock.lock();
      try {
        group.onTrouble(
            new StoreProblem(StoreProblem.Kind.IO_ERROR, "the committing thread ended: " + e),
            nowNanos());
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  /** Waits for the next batch; empty when the store closes and nothing waits. */
  private Optional<GroupCommit.Batch> next() {
    lock.lock();
    try {
      while (true) {
        Optional<GroupCommit.Batch> batch =
            group.takeBatch(closing ? Component.NEVER - 1 : nowNanos());
        if (batch.isPresent() || closing) {
          awaitedNanos = 0;
          return batch;
        }
        awaitedNanos = group.deadlineNanos();
        due.awaitNanos(awaitedNanos - nowNanos());
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread but a process that is ending.
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Commits; false when the thread is to end, because what failed will not be tried again. */
  private boolean commit(GroupCommit.Batch batch) {
    long beganNanos = nowNanos();
    try {
      disk.commit(batch);
    } catch (CommitException e) {
      boolean goOn = onFailed(batch, e.problem());
      listener.onProblem(e.problem());
      return goOn;
    }
    boolean recovered;
    lock.lock();
    try {
      boolean troubled = group.problem().isPresent();
      group.onCommitted(batch);
      recovered = troubled && group.problem().isEmpty();
    } finally {
      lock.unlock();
    }
    listener.onCommitted(batch.committedPosition(), nowNanos() - beganNanos);
    if (recovered) {
      listener.onRecovered();
    }
    return true;
  }

  private boolean onFailed(GroupCommit.Batch batch, StoreProblem problem) {
    lock.lock();
    try {
      group.onFailed(batch, problem, nowNanos());
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Commits what waits, if the disk takes it, and ends the thread.
   *
   * @return false when it hangs in a write and still uses the disk
   */
  boolean close() {
    lock.lock();
    try {
      closing = true;
      due.signal();
    } finally {
      lock.unlock();
    }
    try {
      return thread.join(Duration.ofMillis(CLOSE_MILLIS_MAX));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
