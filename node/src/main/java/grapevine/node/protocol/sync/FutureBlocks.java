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
  private static final Comparator<Block> NEAREST_FIRST =
      Comparator.<Block>comparingLong(block -> block.header().timeMillis())
          .thenComparing(block -> block.header().hash());

  private final BlockSync.Futures limits;
  private final NodeTime time;
  private final TreeSet<Block> blocks = new TreeSet<>(NEAREST_FIRST);
  private long bytes;

  FutureBlocks(BlockSync.Futures limits, NodeTime time) {
    this.limits = limits;
    this.time = time;
  }

  boolean isFuture(long timeMillis, long nowNanos) {
    return timeMillis > time.millis(nowNanos) + limits.toleranceMillis();
  }

  /** Whether the block is held now. */
  boolean hold(Block block, long nowNanos) {
    if (block.header().timeMillis() > time.millis(nowNanos) + limits.aheadMillisMax()) {
      return false;
    }
    if (blocks.add(block)) {
      bytes += block.sizeBytes();
      while (blocks.size() > limits.countMax() || bytes > limits.bytesMax()) {
        bytes -= blocks.removeLast().sizeBytes();
      }
    }
    return blocks.contains(block);
  }

  boolean holds(Hash256 id) {
    return blocks.stream().anyMatch(block -> block.header().hash().equals(id));
  }

  /** Takes out blocks whose time has come. */
  List<Block> take(int max, long nowNanos) {
    List<Block> due = new ArrayList<>();
    while (due.size() < max
        && !blocks.isEmpty()
        && !isFuture(blocks.first().header().timeMillis(), nowNanos)) {
      due.add(blocks.removeFirst());
      bytes -= due.getLast().sizeBytes();
    }
    return due;
  }

  long nextDeadlineNanos() {
    return blocks.isEmpty()
        ? Component.NEVER
        : time.nanosAt(blocks.first().header().timeMillis() - limits.toleranceMillis());
  }

  void checkInvariants() {
    BlockSync.check(blocks.size() <= limits.countMax(), "too many future blocks");
    BlockSync.check(bytes <= limits.bytesMax(), "too many bytes of future blocks");
    long sum = blocks.stream().mapToLong(Block::sizeBytes).sum();
    BlockSync.check(sum == bytes, "bytes of future blocks are miscounted");
  }
}
