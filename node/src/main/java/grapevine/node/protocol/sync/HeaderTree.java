package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.model.Validity;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every header above the horizon, all branches alike, rooted in genesis (id = network id, height 0,
 * slot 0). Confined to the core's thread. Headers come in only after their signature was checked; a
 * block is <em>accepted</em> when its header is here and its body is complete and valid, whether or
 * not its parent's body has come yet.
 *
 * <p>What always holds, whatever the order of arrival:
 *
 * <ul>
 *   <li>The <em>best tip</em> is the accepted block that {@link ForkChoice} puts first.
 *   <li>A <em>tip</em> is an accepted block, alone in its slot, without an accepted descendant that
 *       is alone in its slot. So childless equivocations are never listed, and neither is a branch
 *       made of nothing else: nodes that hold different ones of them list the same tips, since each
 *       lists the block below. The best tip need not be among the tips.
 *   <li>A header is <em>vouched for</em> by a descendant of another producer. Of one slot at most
 *       two headers that are not vouched for are taken: they are the evidence, a third proves
 *       nothing more. A producer that signs twice can thus cost little, and an honest block built
 *       on any of its blocks brings that one in ({@link #addAll}).
 * </ul>
 *
 * <p>Two bounds besides the horizon: leaves, and headers off the highest branch. When one is
 * exceeded, {@link #prune} drops the leaf branch with the fewest headers of its own, never the best
 * tip's nor the highest header's: a long branch is what a healed partition looks like, a short one
 * is a stale fork. Bounds are policy; nobody is punished for exceeding ours.
 */
public final class HeaderTree implements Component {
  /** Longest locator: 10 single steps and then doubling ones reach back a million blocks. */
  private static final int LOCATOR_MAX = 32;

  private static final int LOCATOR_SINGLE_STEPS = 10;

  /** Evidence is two headers of one slot. */
  private static final int UNVOUCHED_PER_SLOT_MAX = 2;

  private static final String DIGEST_TAG = "grapevine-blocks-1";

  private final Limits limits;
  private final Validity validity;
  private final NodeEvents events;
  private final TreeNodes nodes;
  private @Nullable BlockSet blockSet;

  /**
   * @param leavesMax branches told apart; also bounds {@link #tips}, which fit one digests message
   * @param sideHeadersMax headers off the highest branch: about 8 MiB at 500 bytes each, and longer
   *     than any fork after a partition of hours
   * @param archive whether blocks below the horizon are kept
   */
  public record Limits(int leavesMax, int sideHeadersMax, boolean archive) {
    public static Limits defaults() {
      return new Limits(64, 16_384, false);
    }

    /** The same, of a node that keeps all blocks. */
    public Limits keepingAll() {
      return new Limits(leavesMax, sideHeadersMax, true);
    }
  }

  /** What the tree says to a header. */
  public sealed interface Admission {
    record Added() implements Admission {}

    record Known() implements Admission {}

    /** Its parent is not in the tree. */
    record Orphan() implements Admission {}

    /**
     * @param reason invalid: a rule of headers is broken; EQUIVOCATION or BELOW_HORIZON: policy
     */
    record Refused(Rejection reason) implements Admission {}
  }

  /**
   * All accepted blocks above the horizon.
   *
   * @param digest SHA-256("grapevine-blocks-1" ‖ 0 ‖ ids ascending)
   */
  public record BlockSet(int count, Hash256 digest) {}

  public HeaderTree(Limits limits, Validity validity, NodeEvents events) {
    this.limits = limits;
    this.validity = validity;
    this.events = events;
    nodes = new TreeNodes(validity.networkId());
  }

  /** What {@link #add} would say; changes nothing. */
  public Admission judge(BlockHeader header) {
    if (nodes.find(header.hash()) != null) {
      return new Admission.Known();
    }
    Optional<Rejection> fault = fault(List.of(header));
    if (fault.isPresent()) {
      return new Admission.Refused(fault.get());
    }
    if (header.height() <= horizonHeight()) {
      return new Admission.Refused(Rejection.BELOW_HORIZON);
    }
    if (nodes.find(header.parent()) == null) {
      return new Admission.Orphan();
    }
    return isSlotFull(header.slot())
        ? new Admission.Refused(Rejection.EQUIVOCATION)
        : new Admission.Added();
  }

  /** Takes one header whose signature has been verified. */
  public Admission add(BlockHeader header, long nowNanos) {
    Admission admission = judge(header);
    if (admission instanceof Admission.Added) {
      link(header, nowNanos);
    } else if (admission instanceof Admission.Refused refused
        && refused.reason() == Rejection.EQUIVOCATION) {
      events.onLimited("equivocation", 1, nowNanos);
    }
    return admission;
  }

  /**
   * The first rule of validity that a chain of headers breaks, each meant as the child of the one
   * before it. The first one's parent may be unknown: then that rule waits.
   */
  public Optional<Rejection> fault(List<BlockHeader> chain) {
    BlockHeader previous = null;
    for (BlockHeader header : chain) {
      Optional<Rejection> fault = validity.header(header);
      if (fault.isEmpty() && previous != null) {
        fault =
            header.parent().equals(previous.hash())
                ? validity.child(header, previous.height(), previous.slot())
                : Optional.of(Rejection.BAD_HEADER);
      } else if (fault.isEmpty()) {
        TreeNode parent = nodes.find(header.parent());
        fault =
            parent == null ? Optional.empty() : validity.child(header, parent.height, parent.slot);
      }
      if (fault.isPresent()) {
        return fault;
      }
      previous = header;
    }
    return Optional.empty();
  }

  /**
   * How many headers from the beginning of a valid chain the tree holds or would take now. A header
   * that its slot has no room for is taken when a later one that is taken vouches for it.
   */
  public int welcome(List<BlockHeader> chain) {
    int known = 0;
    while (known < chain.size() && nodes.find(chain.get(known).hash()) != null) {
      known++;
    }
    if (known == chain.size()) {
      return known;
    }
    BlockHeader first = chain.get(known);
    if (first.height() <= horizonHeight() || nodes.find(first.parent()) == null) {
      return known;
    }
    // From the end, since only what is taken can vouch; refusing one refuses all behind it.
    int end = chain.size();
    boolean nextIsVouched = false;
    for (int i = chain.size() - 1; i >= known; i--) {
      BlockHeader header = chain.get(i);
      boolean vouched =
          i + 1 < end && (nextIsVouched || chain.get(i + 1).producer() != header.producer());
      if (!vouched && isSlotFull(header.slot())) {
        end = i;
      }
      nextIsVouched = vouched;
    }
    return end;
  }

  /**
   * Takes what is {@link #welcome} of a valid chain whose signatures have been verified.
   *
   * @return how many from its beginning are in the tree now
   */
  public int addAll(List<BlockHeader> chain, long nowNanos) {
    int count = welcome(chain);
    for (BlockHeader header : chain.subList(0, count)) {
      if (nodes.find(header.hash()) == null) {
        link(header, nowNanos);
      }
    }
    return count;
  }

  /**
   * Takes a header from the own store, which vouches for it; to be called in ascending height. One
   * without its parent stands at the horizon.
   */
  public void restore(BlockHeader header) {
    if (nodes.find(header.hash()) == null) {
      nodes.insert(header);
    }
  }

  private void link(BlockHeader header, long nowNanos) {
    TreeNode first = nodes.inSlot(header.slot());
    TreeNode node = nodes.insert(header);
    if (first != null) {
      events.onEquivocation(ItemId.block(first.id), ItemId.block(node.id), nowNanos);
    }
  }

  private boolean isSlotFull(long slot) {
    int unvouched = 0;
    for (TreeNode node = nodes.inSlot(slot); node != null; node = node.nextInSlot) {
      unvouched += node.vouched ? 0 : 1;
    }
    return unvouched >= UNVOUCHED_PER_SLOT_MAX;
  }

  /**
   * The body of this header is complete and valid: the block is accepted. Nothing happens when the
   * header is not here (any more).
   */
  public void onBody(Hash256 id, long nowNanos) {
    TreeNode node = nodes.find(id);
    if (node == null || node.accepted) {
      return;
    }
    blockSet = null;
    if (nodes.accept(node)) {
      events.onBestTip(ItemId.block(node.id), node.height, nodes.tips().size(), nowNanos);
    }
  }

  /** Whether the header is here; true for genesis. */
  public boolean contains(Hash256 id) {
    return nodes.find(id) != null;
  }

  /** Empty when it is not here, and for genesis. */
  public Optional<BlockHeader> header(Hash256 id) {
    TreeNode node = nodes.find(id);
    return node == null ? Optional.empty() : Optional.ofNullable(node.header);
  }

  /** Whether the block is accepted; true for genesis. */
  public boolean hasBody(Hash256 id) {
    TreeNode node = nodes.find(id);
    return node != null && node.accepted;
  }

  /**
   * Whether to fetch the body of this header at once. Of a slot's headers that nobody vouches for
   * only one body is fetched: the one that is here, else that of the first header.
   */
  public boolean wantsBody(Hash256 id) {
    TreeNode wanted = nodes.find(id);
    if (wanted == null || wanted.accepted) {
      return false;
    }
    boolean before = true;
    TreeNode node = wanted.vouched ? null : nodes.inSlot(wanted.slot);
    for (; node != null; node = node.nextInSlot) {
      if (node == wanted) {
        before = false;
      } else if (!node.vouched && (before || node.accepted)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a header of this slot is here: its producer makes no second one. */
  public boolean holdsSlot(long slot) {
    return nodes.inSlot(slot) != null;
  }

  /** Slots with more than one header: the evidence of equivocation. */
  public int contestedSlots() {
    return nodes.contestedSlots();
  }

  /** See the class; greatest height first, then by id. */
  public List<Hash256> tips() {
    List<Hash256> ids = new ArrayList<>(nodes.tips().size());
    nodes.tips().forEach(node -> ids.add(node.id));
    return ids;
  }

  /** Id of the best tip; the network id while no block is accepted. */
  public Hash256 bestId() {
    return nodes.best().id;
  }

  public long bestHeight() {
    return nodes.best().height;
  }

  /** Slot of the best tip, 0 for genesis. */
  public long bestSlot() {
    return nodes.best().slot;
  }

  /** Id of the highest header, whether its body is here or not. */
  public Hash256 highestId() {
    return nodes.highest().id;
  }

  public long highestHeight() {
    return nodes.highest().height;
  }

  /** Height at and below which no new header is taken. */
  public long horizonHeight() {
    return Math.max(0, nodes.best().height - validity.network().horizonBlocks());
  }

  public BlockSet blockSet() {
    if (blockSet == null) {
      List<Hash256> ids = new ArrayList<>();
      for (TreeNode node : nodes.all()) {
        if (node.accepted && node.height >= horizonHeight()) {
          ids.add(node.id);
        }
      }
      Collections.sort(ids);
      ByteBuffer bytes = ByteBuffer.allocate(ids.size() * Hash256.BYTES);
      ids.forEach(id -> id.write(bytes));
      blockSet = new BlockSet(ids.size(), Sha256.hash(DIGEST_TAG, bytes.flip()));
    }
    return blockSet;
  }

  /** Ids from the highest header back to genesis, at most 32. */
  public List<Hash256> locator() {
    return locator(nodes.highest().id);
  }

  /** Ids from this header back: 10 single steps, then doubling ones, ending in genesis. */
  public List<Hash256> locator(Hash256 from) {
    List<Hash256> locator = new ArrayList<>();
    TreeNode node = nodes.find(from);
    long step = 1;
    while (node != null && !node.isGenesis() && locator.size() < LOCATOR_MAX - 1) {
      locator.add(node.id);
      step = locator.size() < LOCATOR_SINGLE_STEPS ? 1 : 2 * step;
      node = node.ancestor(node.height - step);
    }
    locator.add(nodes.genesis().id);
    return locator;
  }

  /**
   * The answer to getheaders: what follows the first locator id known here, on the branch that ends
   * in {@code stop} if that is here, else on the best tip's; where that id lies on another branch,
   * from the fork on. Ends with an accepted block, because who learns a header here will ask for
   * its body. Empty when the branch has nothing more, or no longer reaches back far enough.
   */
  public List<BlockHeader> after(List<Hash256> locator, Hash256 stop, int max) {
    TreeNode end = nodes.find(stop);
    end = end == null || end.isGenesis() ? nodes.best() : end;
    while (end != null && !end.accepted) {
      end = end.parent;
    }
    TreeNode fork = end == null ? null : fork(locator, end);
    if (end == null || fork == null) {
      return List.of();
    }
    List<BlockHeader> headers = new ArrayList<>();
    TreeNode node = end.ancestor(Math.min(end.height, fork.height + max));
    while (node != null && node != fork && node.header != null) {
      headers.add(node.header);
      node = node.parent;
    }
    Collections.reverse(headers);
    return headers;
  }

  private @Nullable TreeNode fork(List<Hash256> locator, TreeNode branch) {
    for (Hash256 id : locator) {
      TreeNode known = nodes.find(id);
      if (known != null) {
        return TreeNode.fork(known, branch);
      }
    }
    return TreeNode.fork(nodes.genesis(), branch);
  }

  /** Whether {@code id} is {@code descendant} or lies on the way back from it. */
  public boolean isOnBranch(Hash256 id, Hash256 descendant) {
    TreeNode node = nodes.find(id);
    TreeNode from = nodes.find(descendant);
    return node != null && from != null && from.ancestor(node.height) == node;
  }

  /** The ids from {@code tip} back, itself first, genesis left out. */
  public List<Hash256> branch(Hash256 tip, int max) {
    List<Hash256> ids = new ArrayList<>();
    TreeNode node = nodes.find(tip);
    while (node != null && !node.isGenesis() && ids.size() < max) {
      ids.add(node.id);
      node = node.parent;
    }
    return ids;
  }

  /**
   * Drops what lies below the horizon (not on an archive node) and what exceeds a bound; to be
   * called after headers or bodies came.
   *
   * @return ids of blocks that the store need no longer keep
   */
  public List<Hash256> prune() {
    List<Hash256> dropped = new ArrayList<>();
    if (!limits.archive) {
      dropBelow(horizonHeight(), dropped);
    }
    while (nodes.leaves().size() > limits.leavesMax
        || nodes.sideHeaders() > limits.sideHeadersMax) {
      TreeNode node = shortestBranch();
      if (node == null) {
        break;
      }
      for (int own = nodes.ownHeaders(node); own > 0 && node != null; own--) {
        TreeNode parent = node.parent;
        drop(node, dropped);
        node = parent;
      }
    }
    return dropped;
  }

  private void dropBelow(long height, List<Hash256> dropped) {
    boolean more = true;
    while (more) {
      more = false;
      for (TreeNode root : nodes.roots()) {
        if (root.height < height) {
          more = true;
          drop(root, dropped);
        }
      }
    }
  }

  private void drop(TreeNode node, List<Hash256> dropped) {
    nodes.drop(node);
    blockSet = null;
    if (!node.isGenesis()) {
      dropped.add(node.id);
    }
  }

  /** The leaf that goes first: fewest headers of its own, then lowest, then of the higher id. */
  private @Nullable TreeNode shortestBranch() {
    TreeNode shortest = null;
    int least = Integer.MAX_VALUE;
    for (TreeNode leaf : nodes.leaves()) {
      if (leaf == nodes.best() || leaf == nodes.highest() || leaf.isGenesis()) {
        continue;
      }
      int own = nodes.ownHeaders(leaf);
      if (shortest == null
          || own < least
          || (own == least && TreeNode.byForkChoice(leaf, shortest) > 0)) {
        shortest = leaf;
        least = own;
      }
    }
    return shortest;
  }

  @Override
  public void checkInvariants() {
    nodes.checkInvariants();
  }
}
