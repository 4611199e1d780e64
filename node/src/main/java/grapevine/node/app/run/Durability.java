package grapevine.node.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Who waits until the disk has what was put. Any thread. */
final class Durability {
  private final NavigableMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
  private long committed;
  private boolean closed;

  /** Ends when everything up to the position is on disk; fails when the node stops before. */
  synchronized CompletableFuture<Void> reached(long position) {
    if (position <= committed) {
      return CompletableFuture.completedFuture(null);
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
    List<CompletableFuture<Void>> due;
    synchronized (this) {
      committed = Math.max(committed, position);
      NavigableMap<Long, CompletableFuture<Void>> reached = waiting.headMap(committed, true);
      due = new ArrayList<>(reached.values());
      reached.clear();
    }
    due.forEach(each -> each.complete(null));
  }

  /** Lets nobody wait any more. */
  void close() {
    List<CompletableFuture<Void>> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(waiting.values());
      waiting.clear();
    }
    left.forEach(each -> each.completeExceptionally(stopping()));
  }
}
