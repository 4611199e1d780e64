package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Blocks whose time has not come, within bounds. The nearest are kept: a producer that signs slots
 * far ahead cannot push out one whose clock is a little fast.
 */
final class FutureBlocks {
  private static final Comparator<BlockSync.Held> NEAREST_FIRST =
      Comparator.<BlockSync.Held>comparingLong(held -> held.block().header().timeMillis())
          .thenComparing(held -> held.block().header().hash());

  private final BlockSync.Futures limits;
  private final NodeTime time;
  private final TreeSet<BlockSync.Held> blocks = new TreeSet<>(NEAREST_FIRST);
  private long bytes;

  FutureBlocks(BlockSync.Futures limits, NodeTime time) {
    this.limits = limits;
    this.time = time;
  }

  boolean isFuture(long timeMillis, long nowNanos) {
    return timeMillis > time.millis(nowNanos) + limits.toleranceMillis();
  }

  /** Whether the block would be held now. */
  boolean hasRoom(BlockSync.Held held, long nowNanos) {
    Block block = held.block();
    if (block.header().timeMillis() > time.millis(nowNanos) + limits.aheadMillisMax()) {
      return false;
    }
    long nearerBytes = block.sizeBytes();
    for (BlockSync.Held nearer : blocks.headSet(held)) {
      nearerBytes += nearer.block().sizeBytes();
    }
    return blocks.headSet(held).size() < limits.countMax() && nearerBytes <= limits.bytesMax();
  }

  /** Whether the block is held now. */
  boolean hold(BlockSync.Held held, long nowNanos) {
    if (!hasRoom(held, nowNanos)) {
      return false;
    }
    if (blocks.add(held)) {
      bytes += held.block().sizeBytes();
      while (blocks.size() > limits.countMax() || bytes > limits.bytesMax()) {
        bytes -= blocks.removeLast().block().sizeBytes();
      }
    }
    return true;
  }

  boolean holds(Hash256 id) {
    return blocks.stream().anyMatch(held -> held.block().header().hash().equals(id));
  }

  /** Takes out blocks whose time has come. */
  List<BlockSync.Held> take(int max, long nowNanos) {
    List<BlockSync.Held> due = new ArrayList<>();
    while (due.size() < max
        && !blocks.isEmpty()
        && !isFuture(blocks.first().block().header().timeMillis(), nowNanos)) {
      due.add(blocks.removeFirst());
      bytes -= due.getLast().block().sizeBytes();
    }
    return due;
  }

  long nextDeadlineNanos() {
    return blocks.isEmpty()
        ? Component.NEVER
        : time.nanosAt(blocks.first().block().header().timeMillis() - limits.toleranceMillis());
  }

  void checkInvariants() {
    BlockSync.check(blocks.size() <= limits.countMax(), "too many future blocks");
    BlockSync.check(bytes <= limits.bytesMax(), "too many bytes of future blocks");
    long sum = blocks.stream().mapToLong(held -> held.block().sizeBytes()).sum();
    BlockSync.check(sum == bytes, "bytes of future blocks are miscounted");
  }
}
