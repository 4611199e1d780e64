package grapevine.node.protocol;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.protocol.port.ItemStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The blocks that a node finds in its store when it starts. Confined to the core's thread. Hashes
 * were checked by the store, signatures when the block was put.
 *
 * <p>A block is accepted without its parent's body, so a node that is killed while it catches up
 * leaves gaps. What stands above a gap would be a tree of its own, whose way down nobody ever asks
 * for: so it waits here until the header below it comes from a peer. Only the lowest blocks, as far
 * below the highest as the network lets one forget, have no parent for good. Bounded by what the
 * store holds.
 */
final class StoreLoad {
  private final Parts parts;
  private final ItemStore store;
  private final long horizonBlocks;

  /** By the id of the parent, which is not in the tree. */
  private final Map<Hash256, List<BlockHeader>> waiting = new HashMap<>(); // never iterated

  private final Set<Hash256> waitingIds = new HashSet<>(); // never iterated

  StoreLoad(Parts parts, ItemStore store, long horizonBlocks) {
    this.parts = parts;
    this.store = store;
    this.horizonBlocks = horizonBlocks;
  }

  /** Fills the tree. */
  void blocks(long nowNanos) {
    List<BlockHeader> headers = new ArrayList<>();
    store.headers(headers::add);
    if (headers.isEmpty()) {
      return;
    }
    // A crash amid pruning leaves children of what is gone, one above the lowest.
    long rootHeightMax =
        StrictMath.min(headers.getFirst().height() + 1, headers.getLast().height() - horizonBlocks);
    for (BlockHeader header : headers) {
      if (parts.tree().contains(header.parent()) || header.height() <= rootHeightMax) {
        restore(header, nowNanos);
      } else {
        waiting.computeIfAbsent(header.parent(), parent -> new ArrayList<>(1)).add(header);
        waitingIds.add(header.hash());
      }
    }
  }

  private void restore(BlockHeader header, long nowNanos) {
    parts.tree().restore(header);
    parts.tree().onBody(header.hash(), nowNanos);
  }

  /** Whether a block waits here: there is no need to fetch it, but for what lies below it. */
  boolean holds(Hash256 id) {
    return waitingIds.contains(id);
  }

  /** A header is in the tree: what the store holds above it goes there too. */
  void onHeader(Hash256 id, long nowNanos) {
    if (waiting.isEmpty()) {
      return;
    }
    Queue<Hash256> parents = new ArrayDeque<>(List.of(id));
    for (Hash256 parent = parents.poll(); parent != null; parent = parents.poll()) {
      List<BlockHeader> children = waiting.remove(parent);
      for (BlockHeader child : children == null ? List.<BlockHeader>of() : children) {
        waitingIds.remove(child.hash());
        restore(child, nowNanos);
        parts.fetch().onResolved(child.id(), nowNanos);
        parts.sync().onBlockAccepted(null, child.hash(), nowNanos);
        parents.add(child.hash());
      }
    }
  }
}
