package grapevine.node.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Who waits until the disk has what was put. Any thread. */
final class Durability {
  private final NavigableMap<Long, CompletableFuture<Boolean>> waiting = new TreeMap<>();
  private long committed;
  private boolean closed;

  /**
   * Ends with true when everything up to the position is on disk, and with false when the disk does
   * not take it: then nobody knows whether it ever will. Fails when the node stops before.
   */
  synchronized CompletableFuture<Boolean> reached(long position) {
    if (position <= committed) {
      return CompletableFuture.completedFuture(true);
    }
    if (closed) {
      return CompletableFuture.failedFuture(stopping());
    }
    return waiting.computeIfAbsent(position, each -> new CompletableFuture<>());
  }

  private static RejectedExecutionException stopping() {
    return new RejectedExecutionException("the node stops");
  }

  /** Everything up to the position is on disk now. What waited for it goes on on this thread. */
  void onCommitted(long position) {
    List<CompletableFuture<Boolean>> due;
    synchronized (this) {
      committed = Math.max(committed, position);
      due = take(committed);
    }
    due.forEach(each -> each.complete(true));
  }

  /** The disk takes nothing at present. What waited for it goes on on this thread. */
  void onProblem() {
    List<CompletableFuture<Boolean>> left;
    synchronized (this) {
      left = take(Long.MAX_VALUE);
    }
    left.forEach(each -> each.complete(false));
  }

  /** Lets nobody wait any more. */
  void close() {
    List<CompletableFuture<Boolean>> left;
    synchronized (this) {
      closed = true;
      left = take(Long.MAX_VALUE);
    }
    left.forEach(each -> each.completeExceptionally(stopping()));
  }

  /** Those that wait for a position up to this one; they wait no more. To be called locked. */
  private List<CompletableFuture<Boolean>> take(long position) {
    NavigableMap<Long, CompletableFuture<Boolean>> reached = waiting.headMap(position, true);
    List<CompletableFuture<Boolean>> taken = new ArrayList<>(reached.values());
    reached.clear();
    return taken;
  }
}
