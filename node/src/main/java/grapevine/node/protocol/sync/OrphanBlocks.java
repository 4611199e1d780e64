package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Complete blocks whose parent the tree lacks, within bounds. A peer has a quota and can only ever
 * push out its own, or what a peer has left behind that is gone: when everything is full, the
 * newcomer is refused, whoever brings it. What is left behind stays while there is room, since its
 * signatures have been checked and would have to be checked again. A block whose parent has come is
 * <em>ready</em>, and is handed out in slices.
 */
final class OrphanBlocks {
  private final BlockSync.Orphans limits;

  /** In order of arrival. */
  private final Map<Hash256, Orphan> orphans = new LinkedHashMap<>();

  private final Map<Hash256, Set<Hash256>> childrenOf = new LinkedHashMap<>();
  private final Deque<Hash256> ready = new ArrayDeque<>(0);
  private long bytes;

  /**
   * @param isLeft whether its giver is gone
   */
  private record Orphan(PeerId from, Block block, long sinceNanos, boolean isLeft) {
    Hash256 id() {
      return block.header().hash();
    }

    Hash256 parent() {
      return block.header().parent();
    }
  }

  OrphanBlocks(BlockSync.Orphans limits) {
    this.limits = limits;
  }

  /** Whether the block would be held now. */
  boolean hasRoom(PeerId from, Block block) {
    Orphan oldest = spare(from);
    int count = oldest == null ? 0 : 1;
    long freed = oldest == null ? 0 : oldest.block.sizeBytes();
    for (Orphan orphan : orphans.values()) {
      count += orphan.isLeft ? 1 : 0;
      freed += orphan.isLeft ? orphan.block.sizeBytes() : 0;
    }
    return orphans.size() - count < limits.totalMax()
        && bytes - freed + block.sizeBytes() <= limits.bytesMax();
  }

  /** What has to go for another block of this peer; null while its quota has room. */
  private @Nullable Orphan spare(PeerId from) {
    return count(from) < limits.perPeerMax() ? null : oldest(from);
  }

  boolean hold(PeerId from, Block block, boolean isLeft, long nowNanos) {
    if (holds(block.header().hash())) {
      return true;
    }
    // Whether it helps comes first, so that nothing is pushed out in vain.
    if (!hasRoom(from, block)) {
      return false;
    }
    Orphan oldest = spare(from);
    if (oldest != null) {
      remove(oldest);
    }
    Iterator<Orphan> all = List.copyOf(orphans.values()).iterator();
    while (orphans.size() >= limits.totalMax() || bytes + block.sizeBytes() > limits.bytesMax()) {
      Orphan next = all.next();
      if (next.isLeft) {
        remove(next);
      }
    }
    Orphan orphan = new Orphan(from, block, nowNanos, isLeft);
    orphans.put(orphan.id(), orphan);
    childrenOf.computeIfAbsent(orphan.parent(), id -> new LinkedHashSet<>(2)).add(orphan.id());
    bytes += block.sizeBytes();
    return true;
  }

  boolean holds(Hash256 id) {
    return orphans.containsKey(id);
  }

  private int count(PeerId peer) {
    int count = 0;
    for (Orphan orphan : orphans.values()) {
      count += !orphan.isLeft && orphan.from.equals(peer) ? 1 : 0;
    }
    return count;
  }

  private @Nullable Orphan oldest(PeerId peer) {
    for (Orphan orphan : orphans.values()) {
      if (!orphan.isLeft && orphan.from.equals(peer)) {
        return orphan;
      }
    }
    return null;
  }

  private void remove(Orphan orphan) {
    orphans.remove(orphan.id());
    bytes -= orphan.block.sizeBytes();
    ready.remove(orphan.id());
    Set<Hash256> siblings = childrenOf.get(orphan.parent());
    if (siblings != null && siblings.remove(orphan.id()) && siblings.isEmpty()) {
      childrenOf.remove(orphan.parent());
    }
  }

  /** The tree has this header now: its children are ready. */
  void onHeader(Hash256 id) {
    Set<Hash256> children = childrenOf.remove(id);
    if (children != null) {
      ready.addAll(children);
    }
  }

  /** Takes out ready blocks, the longest ready ones first. */
  List<BlockSync.Held> take(int max) {
    List<BlockSync.Held> blocks = new ArrayList<>();
    while (blocks.size() < max && !ready.isEmpty()) {
      Orphan orphan = orphans.get(ready.remove());
      if (orphan != null) {
        remove(orphan);
        blocks.add(new BlockSync.Held(orphan.from, orphan.block));
      }
    }
    return blocks;
  }

  void onPeerGone(PeerId peer) {
    orphans.replaceAll(
        (id, orphan) ->
            orphan.from.equals(peer)
                ? new Orphan(peer, orphan.block, orphan.sinceNanos, true)
                : orphan);
  }

  void onTimer(long nowNanos) {
    Iterator<Orphan> oldestFirst = List.copyOf(orphans.values()).iterator();
    while (oldestFirst.hasNext()) {
      Orphan orphan = oldestFirst.next();
      if (nowNanos - orphan.sinceNanos < limits.holdNanos()) {
        return;
      }
      remove(orphan);
    }
  }

  /** 0 while blocks are ready. */
  long nextDeadlineNanos() {
    if (!ready.isEmpty()) {
      return 0;
    }
    Iterator<Orphan> oldestFirst = orphans.values().iterator();
    return oldestFirst.hasNext()
        ? oldestFirst.next().sinceNanos + limits.holdNanos()
        : Component.NEVER;
  }

  void checkInvariants() {
    BlockSync.check(orphans.size() <= limits.totalMax(), "too many orphans");
    BlockSync.check(bytes <= limits.bytesMax(), "too many bytes of orphans");
    long sum = 0;
    int linked = ready.size();
    for (Orphan orphan : orphans.values()) {
      sum += orphan.block.sizeBytes();
      BlockSync.check(count(orphan.from) <= limits.perPeerMax(), "too many orphans of a peer");
    }
    for (Set<Hash256> children : childrenOf.values()) {
      linked += children.size();
      BlockSync.check(orphans.keySet().containsAll(children), "an orphan that is gone");
    }
    BlockSync.check(sum == bytes, "bytes of orphans are miscounted");
    BlockSync.check(linked == orphans.size(), "an orphan is neither ready nor waiting");
  }
}
