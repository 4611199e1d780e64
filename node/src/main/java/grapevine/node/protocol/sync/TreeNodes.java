package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The structure below {@link HeaderTree}: nodes by id and by slot, leaves, roots and tips, each
 * kept up to date as nodes come and go at a cost that does not grow with the tree. It judges
 * nothing.
 */
final class TreeNodes {
  private final TreeNode genesis;
  private final Map<Hash256, TreeNode> nodes = new LinkedHashMap<>();

  /** First node of each slot; the others follow by {@link TreeNode#nextInSlot} as they came. */
  private final Map<Long, TreeNode> slots = new HashMap<>(); // never iterated

  /** Nodes without a parent here: genesis, or what stands at the horizon. */
  private final Map<Hash256, TreeNode> roots = new LinkedHashMap<>();

  private final Map<Hash256, TreeNode> leaves = new LinkedHashMap<>();
  private final TreeSet<TreeNode> tips = new TreeSet<>(TreeNode::byForkChoice);
  private TreeNode best;
  private TreeNode highest;
  private int contestedSlots;

  TreeNodes(Hash256 networkId) {
    genesis = TreeNode.genesis(networkId);
    best = genesis;
    highest = genesis;
    roots.put(genesis.id, genesis);
    leaves.put(genesis.id, genesis);
  }

  /** Genesis is found even after it fell below the horizon: its id is known to everyone. */
  @Nullable TreeNode find(Hash256 id) {
    return id.equals(genesis.id) ? genesis : nodes.get(id);
  }

  /** All but genesis, in order of arrival. */
  Collection<TreeNode> all() {
    return nodes.values();
  }

  List<TreeNode> roots() {
    return List.copyOf(roots.values());
  }

  Collection<TreeNode> leaves() {
    return leaves.values();
  }

  /** Best first. */
  SortedSet<TreeNode> tips() {
    return tips;
  }

  TreeNode genesis() {
    return genesis;
  }

  TreeNode best() {
    return best;
  }

  TreeNode highest() {
    return highest;
  }

  int contestedSlots() {
    return contestedSlots;
  }

  /** The first node of the slot, others linked behind it. */
  @Nullable TreeNode inSlot(long slot) {
    return slots.get(slot);
  }

  TreeNode insert(BlockHeader header) {
    TreeNode node = TreeNode.of(header);
    nodes.put(node.id, node);
    leaves.put(node.id, node);
    TreeNode parent = find(header.parent());
    if (parent == null) {
      roots.put(node.id, node);
    } else {
      parent.addChild(node);
      leaves.remove(parent.id);
      vouch(node, parent);
    }
    enterSlot(node);
    if (TreeNode.byForkChoice(node, highest) < 0) {
      highest = node;
    }
    return node;
  }

  /**
   * Nodes above a vouched one are vouched for as well: by it, or by what vouches for it. And where
   * the parent is of the same producer, the child tells the ones above nothing new.
   */
  private static void vouch(TreeNode child, TreeNode parent) {
    if (parent.isBySameProducer(child)) {
      return;
    }
    for (TreeNode node = parent; node != null && !node.vouched; node = node.parent) {
      node.vouched = true;
    }
  }

  private void enterSlot(TreeNode node) {
    TreeNode last = slots.putIfAbsent(node.slot, node);
    if (last != null) {
      while (last.nextInSlot != null) {
        last = last.nextInSlot;
      }
      last.nextInSlot = node;
      settleSlot(node.slot);
    }
  }

  private void leaveSlot(TreeNode node) {
    TreeNode before = slots.get(node.slot);
    if (before == node) {
      if (node.nextInSlot == null) {
        slots.remove(node.slot);
      } else {
        slots.put(node.slot, node.nextInSlot);
      }
    } else {
      while (before != null && before.nextInSlot != node) {
        before = before.nextInSlot;
      }
      if (before != null) {
        before.nextInSlot = node.nextInSlot;
      }
    }
    settleSlot(node.slot);
  }

  private void settleSlot(long slot) {
    TreeNode first = slots.get(slot);
    boolean contested = first != null && first.nextInSlot != null;
    for (TreeNode node = first; node != null; node = node.nextInSlot) {
      if (node.contested != contested) {
        contestedSlots += node != first ? 0 : contested ? 1 : -1;
        change(node, node.accepted, contested);
      }
    }
  }

  /** Whether this made it the best tip. */
  boolean accept(TreeNode node) {
    change(node, true, node.contested);
    if (TreeNode.byForkChoice(node, best) < 0) {
      best = node;
      return true;
    }
    return false;
  }

  /** Changes what {@link TreeNode#isListable} depends on, and carries it up the branch. */
  private void change(TreeNode changed, boolean accepted, boolean contested) {
    boolean wasLive = changed.isLive();
    changed.accepted = accepted;
    changed.contested = contested;
    list(changed);
    TreeNode node = changed;
    while (node.isLive() != wasLive && node.parent != null) {
      TreeNode parent = node.parent;
      wasLive = parent.isLive();
      parent.liveChildren += node.isLive() ? 1 : -1;
      list(parent);
      node = parent;
    }
  }

  private void list(TreeNode node) {
    if (node.isTip()) {
      tips.add(node);
    } else {
      tips.remove(node);
    }
  }

  /** Drops a root, whose children become roots, or a leaf; neither best nor highest. */
  void drop(TreeNode node) {
    if (!node.isGenesis()) {
      change(node, false, node.contested);
      nodes.remove(node.id);
      leaveSlot(node);
    }
    roots.remove(node.id);
    leaves.remove(node.id);
    TreeNode parent = node.parent;
    if (parent != null) {
      parent.removeChild(node);
      if (parent.children == 0) {
        leaves.put(parent.id, parent);
      }
    }
    while (node.firstChild != null) {
      TreeNode child = node.firstChild;
      node.removeChild(child);
      roots.put(child.id, child);
    }
    tips.remove(node);
    node.liveChildren = 0;
  }

  /** Headers off the highest branch. */
  long sideHeaders() {
    long lowest = highest.height;
    for (TreeNode root : roots.values()) {
      lowest = Math.min(lowest, root.height);
    }
    return nodes.size() - (highest.height - Math.max(lowest, 1) + 1);
  }

  /** Headers that only this leaf holds up, itself included; the best tip is held up by itself. */
  int ownHeaders(TreeNode leaf) {
    int own = 1;
    TreeNode node = leaf.parent;
    while (node != null && node.children == 1 && node != best && !node.isGenesis()) {
      own++;
      node = node.parent;
    }
    return own;
  }

  void checkInvariants() {
    TreeNode bestAgain = genesis;
    TreeNode highestAgain = genesis;
    Map<Long, Integer> countBySlot = new LinkedHashMap<>();
    for (TreeNode node : nodes.values()) {
      countBySlot.merge(node.slot, 1, Integer::sum);
      bestAgain = node.accepted && TreeNode.byForkChoice(node, bestAgain) < 0 ? node : bestAgain;
      highestAgain = TreeNode.byForkChoice(node, highestAgain) < 0 ? node : highestAgain;
      checkLinks(node);
    }
    check(bestAgain == best, "best tip is " + best.id + ", expected " + bestAgain.id);
    check(highestAgain == highest, "highest is " + highest.id + ", expected " + highestAgain.id);
    check(tips.size() <= leaves.size(), "more tips than leaves");
    check(slots.size() == countBySlot.size(), "slots are miscounted");
    int contested = 0;
    for (Map.Entry<Long, Integer> expected : countBySlot.entrySet()) {
      int count = 0;
      TreeNode node = slots.get(expected.getKey());
      for (; node != null; node = node.nextInSlot) {
        count++;
        check(node.contested == expected.getValue() > 1, "a slot is contested or not");
      }
      check(count == expected.getValue(), "a slot has lost a header");
      contested += count > 1 ? 1 : 0;
    }
    check(contested == contestedSlots, "contested slots are miscounted");
  }

  private void checkLinks(TreeNode node) {
    check((node.parent == null) == roots.containsKey(node.id), "roots are not the roots");
    check((node.children == 0) == leaves.containsKey(node.id), "leaves are not the leaves");
    check(node.isTip() == tips.contains(node), "tips are not the tips");
    int live = 0;
    int children = 0;
    for (TreeNode child = node.firstChild; child != null; child = child.nextSibling) {
      live += child.isLive() ? 1 : 0;
      children++;
      check(child.parent == node && nodes.containsKey(child.id), "a child is not in the tree");
      check(node.vouched || node.isBySameProducer(child), "a vouched node is not marked");
      check(node.vouched || !child.vouched, "a node above a vouched one is not marked");
    }
    check(children == node.children && live == node.liveChildren, "children are miscounted");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException("header tree: " + message);
    }
  }
}
