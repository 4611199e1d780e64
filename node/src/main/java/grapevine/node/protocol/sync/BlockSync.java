package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a node learns branches that it missed, headers first. Confined to the core's thread.
 *
 * <ol>
 *   <li>A peer's hello, its list of tips or a block without its parent names a block whose header
 *       the tree lacks: the peer is asked for the headers that lead to it ({@link HeaderGoals}).
 *   <li>Headers must be a chain that breaks no rule, or the peer is disconnected. Those that the
 *       tree would take are returned; their signatures are checked elsewhere, and {@link
 *       #onVerifiedHeaders} puts them into the tree. Nothing unverified is ever stored.
 *   <li>Their bodies are wanted from whoever showed them, lowest first, within a window ({@link
 *       #wanted}).
 * </ol>
 *
 * <p>Blocks that cannot be judged yet are held: those without a parent until its header comes,
 * those of the future until their time. What is held and can be tried now is handed out in slices
 * ({@link #due}), so that a long chain of them never holds up a turn. Slow, missing or unexpected
 * answers are never punished.
 */
public final class BlockSync implements Component {
  /** Accepted blocks passed on the way back from a peer's tip in search of missing bodies. */
  private static final int ACCEPTED_STEPS_MAX = 64;

  private final Limits limits;
  private final HeaderTree tree;
  private final Outbox outbox;
  private final NodeEvents events;
  private final HeaderGoals goals;
  private final HeaderServer server;
  private final MissingBodies bodies;
  private final OrphanBlocks orphans;
  private final FutureBlocks futures;
  private final Map<PeerId, Deque<Batch>> checking = new LinkedHashMap<>();

  public record Limits(
      Requests requests, Window window, Orphans orphans, Futures futures, Serving serving) {
    public static Limits defaults() {
      return new Limits(
          new Requests(4, 64, 8192, 2_000_000_000L, 64_000_000_000L),
          new Window(16 << 20, 1024, 4, 2_000_000_000L, 64 << 10, 10_000_000_000L),
          new Orphans(16, 64, 8 << 20, 600_000_000_000L, 8),
          new Futures(16, 16 << 20, 2000, 86_400_000),
          new Serving(100_000_000L, 20, 8, 1 << 20));
    }
  }

  /**
   * Asking for headers.
   *
   * @param requestsPerPeerMax open requests of one peer
   * @param claimsPerPeerMax unknown blocks that a peer may name: as many as it may list tips
   * @param headersAheadMax headers that the tree may be ahead of the bodies, about 4 MiB
   * @param patienceNanosMin wait for an answer, doubled each time until it reaches the next
   */
  public record Requests(
      int requestsPerPeerMax,
      int claimsPerPeerMax,
      int headersAheadMax,
      long patienceNanosMin,
      long patienceNanosMax) {}

  /**
   * Bodies wanted at a time.
   *
   * @param bytesMax two of the largest blocks, sixteen of the usual largest
   * @param blocksMax as Bitcoin Core's window, for small blocks
   * @param sourcesMax peers remembered for one body
   * @param patienceNanos what a peer is given for a body of no size, as when it is fetched
   * @param bytesPerSecond slowest transfer of a body that is waited for, as when it is fetched
   * @param pauseNanosMin first pause before the same peers are asked again; as long as fetching
   *     keeps in mind who failed, since until then to name them again has no effect
   */
  public record Window(
      int bytesMax,
      int blocksMax,
      int sourcesMax,
      long patienceNanos,
      long bytesPerSecond,
      long pauseNanosMin) {}

  /**
   * Blocks held without their parent.
   *
   * @param sliceMax blocks handed out at once
   */
  public record Orphans(int perPeerMax, int totalMax, int bytesMax, long holdNanos, int sliceMax) {}

  /**
   * Blocks held for later.
   *
   * @param toleranceMillis a block this far ahead is of the present
   * @param aheadMillisMax one further ahead is not held at all
   */
  public record Futures(int countMax, int bytesMax, long toleranceMillis, long aheadMillisMax) {}

  /**
   * Answering getheaders: 10 a second, 20 at once.
   *
   * @param waitingMax requests of one peer that wait for their turn: the open ones and late ones
   * @param queuedBytesMax a peer with more than this unread waits
   */
  public record Serving(long intervalNanos, int burst, int waitingMax, long queuedBytesMax) {}

  /** A body to fetch, and a peer that has it. */
  public record Wanted(PeerId from, Message.Inv.Entry entry) {}

  /** A block that cannot be judged yet, and who gave it; null for an own one. */
  public record Held(@Nullable PeerId from, Block block) {}

  /** Headers of one answer on their way through the signature check. */
  private record Batch(Optional<Hash256> goal, List<BlockHeader> headers, Hash256 firstNew) {}

  public BlockSync(
      Limits limits, HeaderTree tree, NodeTime time, Outbox outbox, NodeEvents events) {
    this.limits = limits;
    this.tree = tree;
    this.outbox = outbox;
    this.events = events;
    goals = new HeaderGoals(limits.requests, tree, outbox, events);
    server = new HeaderServer(limits.serving, tree, outbox, events);
    bodies = new MissingBodies(limits.window, time);
    orphans = new OrphanBlocks(limits.orphans);
    futures = new FutureBlocks(limits.futures, time);
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    goals.onPeerReady(peer.id());
    server.onPeerReady(peer.id());
    bodies.onPeerReady(peer.id());
    if (peer.hello().bestHeight() > tree.horizonHeight()) {
      onTips(peer.id(), List.of(peer.hello().bestId()), nowNanos);
    }
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    checking.remove(peer);
    server.onPeerGone(peer);
    bodies.onPeerGone(peer);
    orphans.onPeerGone(peer);
    goals.onPeerGone(peer, nowNanos);
  }

  /** The peer has these blocks, and what they descend from. */
  public void onTips(PeerId from, List<Hash256> tips, long nowNanos) {
    for (Hash256 tip : tips) {
      if (tree.contains(tip)) {
        findBodies(from, tip);
      } else {
        goals.claim(from, tip, nowNanos);
      }
    }
  }

  /**
   * Headers came.
   *
   * @return those that are new and welcome, ascending; to be given to {@link #onVerifiedHeaders}
   *     when all their signatures hold, and to be forgotten otherwise
   */
  public List<BlockHeader> onHeaders(PeerId from, Message.Headers message, long nowNanos) {
    List<BlockHeader> headers = message.headers();
    if (!goals.expects(from)) {
      events.onLimited("unsolicited-headers", 1, nowNanos);
      return List.of();
    }
    Optional<Rejection> fault = tree.fault(headers);
    if (fault.isPresent()) {
      outbox.disconnect(
          from,
          DisconnectReason.BAD_HEADERS,
          "headers: " + fault.get().key() + ", expected a valid chain");
      return List.of();
    }
    Optional<Hash256> goal = goals.onAnswer(from, nowNanos);
    int count = 0;
    while (count < headers.size() && !futures.isFuture(headers.get(count).timeMillis(), nowNanos)) {
      count++;
    }
    count = tree.welcome(headers.subList(0, count));
    int known = known(headers);
    if (known >= count) {
      onChecked(from, goal, headers, nowNanos);
      return List.of();
    }
    checking
        .computeIfAbsent(from, peer -> new ArrayDeque<>(1))
        .add(new Batch(goal, headers, headers.get(known).hash()));
    return List.copyOf(headers.subList(known, count));
  }

  /** The signatures of what {@link #onHeaders} returned hold: it goes into the tree. */
  public void onVerifiedHeaders(PeerId from, List<BlockHeader> headers, long nowNanos) {
    if (headers.isEmpty()) {
      return;
    }
    int count = tree.addAll(headers, nowNanos);
    for (BlockHeader header : headers.subList(0, count)) {
      goals.onHeader(header.hash());
      orphans.onHeader(header.hash());
      if (!tree.hasBody(header.hash())) {
        bodies.add(header);
      }
    }
    Deque<Batch> batches = checking.getOrDefault(from, new ArrayDeque<>(0));
    Batch batch = batches.poll();
    while (batch != null && !batch.firstNew.equals(headers.getFirst().hash())) {
      batch = batches.poll();
    }
    if (batches.isEmpty()) {
      checking.remove(from);
    }
    if (batch != null) {
      onChecked(from, batch.goal, batch.headers, nowNanos);
    }
  }

  /** What was welcome of an answer is in the tree. */
  private void onChecked(
      PeerId from, Optional<Hash256> goal, List<BlockHeader> headers, long nowNanos) {
    int known = known(headers);
    BlockHeader last = known == 0 ? null : headers.get(known - 1);
    if (last != null) {
      findBodies(from, last.hash());
    }
    boolean more = known == Message.Headers.HEADERS_MAX;
    goal.ifPresent(id -> goals.onChecked(from, id, last, more, nowNanos));
  }

  /** How many of these from the first on are in the tree. */
  private int known(List<BlockHeader> headers) {
    int known = 0;
    while (known < headers.size() && tree.contains(headers.get(known).hash())) {
      known++;
    }
    return known;
  }

  /** Marks what is missing on the way back from a known block that the peer has. */
  private void findBodies(PeerId from, Hash256 tip) {
    BlockHeader header = tree.header(tip).orElse(null);
    int accepted = 0;
    while (header != null && accepted <= ACCEPTED_STEPS_MAX) {
      if (tree.hasBody(header.hash())) {
        accepted++;
      } else if (!bodies.add(header, from)) {
        return; // from here on it has been followed before
      }
      header = tree.header(header.parent()).orElse(null);
    }
  }

  /**
   * A block is accepted: its header is in the tree and its body is valid.
   *
   * @param from who delivered it, so has its ancestors too; null for an own block
   */
  public void onBlockAccepted(@Nullable PeerId from, Hash256 id, long nowNanos) {
    goals.onHeader(id);
    orphans.onHeader(id);
    tree.header(id).ifPresent(header -> onAccepted(from, header));
    goals.ask(nowNanos);
  }

  private void onAccepted(@Nullable PeerId from, BlockHeader header) {
    bodies.onAccepted(header);
    if (!tree.hasBody(header.parent())) {
      tree.header(header.parent()).ifPresent(bodies::add);
      if (from != null) {
        findBodies(from, header.hash());
      }
    }
  }

  /** The peer was asked for these, and does not have them. */
  public void onNotFound(PeerId from, List<ItemId> ids, long nowNanos) {
    for (ItemId id : ids) {
      if (id.kind() == ItemKind.BLOCK) {
        tree.header(id.hash()).ifPresent(header -> bodies.onNotFound(header, from, nowNanos));
      }
    }
  }

  /** Bodies to fetch from now on; to be drained after every input. */
  public List<Wanted> wanted(long nowNanos) {
    return bodies.take(id -> !tree.contains(id), id -> tree.wantsBody(id) && !isHeld(id), nowNanos);
  }

  /** Answers now or when the peer's rate and its reading allow it. */
  public void onGetHeaders(PeerId from, Message.GetHeaders message, long nowNanos) {
    server.onGetHeaders(from, message, nowNanos);
  }

  /**
   * Keeps a complete block, its header verified, until its parent comes, and asks its giver for
   * what lies between.
   *
   * @return whether it is held now; if not, its body will be wanted again when its header has come
   */
  public boolean hold(PeerId from, Block block, long nowNanos) {
    boolean held = orphans.hold(from, block, !goals.isReady(from), nowNanos);
    if (!held) {
      events.onLimited("orphan-blocks", 1, nowNanos);
    }
    if (tree.contains(block.header().parent())) {
      orphans.onHeader(block.header().parent());
    }
    goals.claim(from, block.header().hash(), nowNanos);
    return held;
  }

  /** Takes out blocks that waited for this header, as many as one turn allows; see {@link #due}. */
  public List<Held> takeChildren(Hash256 parent) {
    orphans.onHeader(parent);
    return orphans.take(limits.orphans.sliceMax);
  }

  /** Whether a block is held here, as an orphan or for later: there is no need to fetch it. */
  public boolean isHeld(Hash256 id) {
    return orphans.holds(id) || futures.holds(id);
  }

  /**
   * Whether a block that has to be held, as an orphan or for later, would find room: if not, there
   * is no need to check its signatures.
   */
  public boolean hasRoom(PeerId from, Block block, long nowNanos) {
    return isFuture(block.header(), nowNanos)
        ? futures.hasRoom(new Held(from, block), nowNanos)
        : orphans.holds(block.header().hash()) || orphans.hasRoom(from, block);
  }

  /** The peer has a block too that may be held here as an orphan: it can be asked for the way. */
  public void onShown(PeerId from, Hash256 id, long nowNanos) {
    if (orphans.holds(id)) {
      goals.claim(from, id, nowNanos);
    }
  }

  /** Whether a header is of the future: to be held, and not judged further yet. */
  public boolean isFuture(BlockHeader header, long nowNanos) {
    return futures.isFuture(header.timeMillis(), nowNanos);
  }

  /** Keeps a block of the future until its time; whether it is held now. */
  public boolean holdFuture(@Nullable PeerId from, Block block, long nowNanos) {
    boolean held = futures.hold(new Held(from, block), nowNanos);
    if (!held) {
      events.onLimited("future-blocks", 1, nowNanos);
    }
    return held;
  }

  /** Takes out held blocks that can be tried now, a slice of them; to be drained by the timer. */
  public List<Held> due(long nowNanos) {
    List<Held> due = new ArrayList<>(orphans.take(limits.orphans.sliceMax));
    due.addAll(futures.take(limits.orphans.sliceMax - due.size(), nowNanos));
    return due;
  }

  @Override
  public void onTimer(long nowNanos) {
    goals.onTimer(nowNanos);
    server.onTimer(nowNanos);
    bodies.onTimer(nowNanos);
    orphans.onTimer(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(
        Math.min(goals.nextDeadlineNanos(), server.nextDeadlineNanos()),
        Math.min(
            bodies.nextDeadlineNanos(),
            Math.min(orphans.nextDeadlineNanos(), futures.nextDeadlineNanos())));
  }

  @Override
  public void checkInvariants() {
    goals.checkInvariants();
    server.checkInvariants();
    bodies.checkInvariants();
    orphans.checkInvariants();
    futures.checkInvariants();
  }

  static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException("block sync: " + message);
    }
  }
}
