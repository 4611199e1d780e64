package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import org.jspecify.annotations.Nullable;

/**
 * One header in the tree, and what the tree has found out about it. Links instead of lists, because
 * a node keeps one for every block within the horizon. Written by {@link HeaderTree} only.
 */
final class TreeNode {
  final Hash256 id;

  /** Null for genesis only. */
  final @Nullable BlockHeader header;

  final long height;
  final long slot;

  @Nullable TreeNode parent;
  @Nullable TreeNode firstChild;
  @Nullable TreeNode nextSibling;
  @Nullable TreeNode nextInSlot;
  int children;

  /** Children that are {@link #isLive}. */
  int liveChildren;

  /** Its body is here and valid. */
  boolean accepted;

  /** Another header of its slot is in the tree. */
  boolean contested;

  /** It has, or once had, a descendant by another producer. */
  boolean vouched;

  private TreeNode(Hash256 id, @Nullable BlockHeader header, long height, long slot) {
    this.id = id;
    this.header = header;
    this.height = height;
    this.slot = slot;
  }

  static TreeNode genesis(Hash256 networkId) {
    TreeNode genesis = new TreeNode(networkId, null, 0, 0);
    genesis.accepted = true;
    return genesis;
  }

  static TreeNode of(BlockHeader header) {
    return new TreeNode(header.hash(), header, header.height(), header.slot());
  }

  boolean isGenesis() {
    return header == null;
  }

  /** Accepted and alone in its slot: fit to be listed as a tip. */
  boolean isListable() {
    return accepted && !contested && !isGenesis();
  }

  /** It or one of its descendants is listable. */
  boolean isLive() {
    return isListable() || liveChildren > 0;
  }

  boolean isTip() {
    return isListable() && liveChildren == 0;
  }

  boolean isBySameProducer(TreeNode other) {
    return header != null && other.header != null && header.producer() == other.header.producer();
  }

  void addChild(TreeNode child) {
    child.parent = this;
    child.nextSibling = firstChild;
    firstChild = child;
    children++;
  }

  void removeChild(TreeNode child) {
    if (firstChild == child) {
      firstChild = child.nextSibling;
    } else {
      TreeNode before = firstChild;
      while (before != null && before.nextSibling != child) {
        before = before.nextSibling;
      }
      if (before == null) {
        throw new IllegalStateException(child.id + " is no child of " + id);
      }
      before.nextSibling = child.nextSibling;
    }
    child.nextSibling = null;
    child.parent = null;
    children--;
  }

  /** Best first. */
  static int byForkChoice(TreeNode a, TreeNode b) {
    return ForkChoice.compare(a.height, a.id, b.height, b.id);
  }

  /** The node of this height on the way back from here, itself included; null when it is gone. */
  @Nullable TreeNode ancestor(long atHeight) {
    TreeNode node = this;
    while (node != null && node.height > atHeight) {
      node = node.parent;
    }
    return node;
  }

  /** The highest node from which both descend; null when it is gone. */
  static @Nullable TreeNode fork(TreeNode first, TreeNode second) {
    TreeNode a = first;
    TreeNode b = second;
    while (a != null && b != null && a != b) {
      if (a.height >= b.height) {
        a = a.parent;
      } else {
        b = b.parent;
      }
    }
    return a == null || b == null ? null : a;
  }
}
