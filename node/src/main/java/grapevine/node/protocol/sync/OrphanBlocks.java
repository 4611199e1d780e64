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
 * push out its own: when everything is full, the newcomer is refused, whoever brings it. A block
 * whose parent has come is <em>ready</em>, and is handed out in slices.
 */
final class OrphanBlocks {
  private final BlockSync.Orphans limits;

  /** In order of arrival. */
  private final Map<Hash256, Orphan> orphans = new LinkedHashMap<>();

  private final Map<Hash256, Set<Hash256>> childrenOf = new LinkedHashMap<>();
  private final Deque<Hash256> ready = new ArrayDeque<>(0);
  private long bytes;

  private record Orphan(PeerId from, Block block, long sinceNanos) {
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

  boolean hold(PeerId from, Block block, long nowNanos) {
    if (holds(block.header().hash())) {
      return true;
    }
    // Room first in the quota; if that does not help, nothing of this peer was pushed out in vain.
    Orphan oldest = count(from) < limits.perPeerMax() ? null : oldest(from);
    int freed = oldest == null ? 0 : oldest.block.sizeBytes();
    if (orphans.size() - (oldest == null ? 0 : 1) >= limits.totalMax()
        || bytes - freed + block.sizeBytes() > limits.bytesMax()) {
      return false;
    }
    if (oldest != null) {
      remove(oldest);
    }
    Orphan orphan = new Orphan(from, block, nowNanos);
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
      count += orphan.from.equals(peer) ? 1 : 0;
    }
    return count;
  }

  private @Nullable Orphan oldest(PeerId peer) {
    for (Orphan orphan : orphans.values()) {
      if (orphan.from.equals(peer)) {
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
  List<Block> take(int max) {
    List<Block> blocks = new ArrayList<>();
    while (blocks.size() < max && !ready.isEmpty()) {
      Orphan orphan = orphans.get(ready.remove());
      if (orphan != null) {
        remove(orphan);
        blocks.add(orphan.block);
      }
    }
    return blocks;
  }

  void onPeerGone(PeerId peer) {
    for (Orphan orphan : List.copyOf(orphans.values())) {
      if (orphan.from.equals(peer)) {
        remove(orphan);
      }
    }
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
