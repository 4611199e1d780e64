package grapevine.node.protocol;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Rejection;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import grapevine.node.protocol.pool.Pool;
import grapevine.node.protocol.pool.RecentItems;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.sync.BlockSync;
import grapevine.node.protocol.sync.HeaderTree.Admission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An item's way from a whole body to accepted: judged by its bytes, by policy, by its signatures,
 * then stored, put into the set and handed to relay. Transactions and blocks, from peers and from
 * this node's own API, all end in the same two methods. Confined to the core's thread.
 *
 * <p>What is invalid is held against whoever answers for it; what is merely unwelcome is remembered
 * for as long as that can hold, so that it is not fetched again at once, and is held against
 * nobody.
 */
final class Intake {
  private final Parts parts;
  private final Validity validity;
  private final Outbox outbox;
  private final NodeEvents events;
  private final ItemStore store;
  private final StoreLoad storeLoad;

  /** Items whose signatures are being checked, and whose copy it is; Verifications bounds them. */
  private final Map<ItemId, PeerId> judged = new HashMap<>(); // never iterated

  Intake(Parts parts, Validity validity, Environment environment) {
    this.parts = parts;
    this.validity = validity;
    outbox = environment.outbox();
    events = environment.events();
    store = environment.store();
    storeLoad = new StoreLoad(parts, store, validity.network().horizonBlocks());
  }

  /** Whether an announced item is worth fetching. */
  boolean lacks(ItemId id) {
    if (parts.recent().entry(id).isPresent()) {
      return false;
    }
    return switch (id.kind()) {
      case TRANSACTION -> !parts.pool().contains(id.hash());
      case BLOCK ->
          !parts.tree().hasBody(id.hash())
              && !parts.sync().isHeld(id.hash())
              && !waitsInStore(id)
              && parts.unstored().hasRoom(sizeBytesMax(ItemKind.BLOCK));
    };
  }

  /** Whether the store holds a block that the tree has no place for until a header comes. */
  boolean waitsInStore(ItemId id) {
    return id.kind() == ItemKind.BLOCK && storeLoad.holds(id.hash());
  }

  /**
   * Whether an item with this id is being checked. Its id, with a block the root in its header, has
   * fixed what is checked, so the verdict holds for every copy.
   */
  boolean isJudging(ItemId id) {
    return judged.containsKey(id);
  }

  /** Who gave the copy that is being checked; null if none is. */
  @Nullable PeerId judgedFrom(ItemId id) {
    return judged.get(id);
  }

  /** Longest encoding that an item of this kind can have on this network. */
  int sizeBytesMax(ItemKind kind) {
    return switch (kind) {
      case TRANSACTION -> Transaction.BYTES_MAX;
      case BLOCK -> validity.network().blockBytesMax();
    };
  }

  /** A transaction that was asked for, or pushed. */
  void onTransaction(PeerId from, Transaction tx, long nowNanos) {
    Optional<Rejection> refused =
        validity.transaction(tx).or(() -> parts.pool().refusal(tx, false, nowNanos));
    if (refused.isPresent()) {
      reject(tx, refused.get(), from, nowNanos);
      return;
    }
    List<SignatureCheck> checks = List.of(check(tx));
    start(from, tx, new Pending.OfTransaction(tx), checks, nowNanos);
  }

  /** A whole block that was asked for, or pushed. */
  void onBlock(PeerId from, Block block, long nowNanos) {
    Optional<Rejection> refused = validity.header(block.header()).or(() -> validity.body(block));
    if (refused.isPresent()) {
      if (refused.get() == Rejection.BAD_MERKLE) {
        // Another body may fit this header: only the giver is at fault, the id is not.
        events.onRejected(block.id(), refused.get(), from, nowNanos);
        parts.fetch().onFailed(from, block.id(), nowNanos);
        outbox.disconnect(from, DisconnectReason.BAD_MERKLE, block.id() + " has another root");
      } else {
        reject(block, refused.get(), from, nowNanos);
      }
      return;
    }
    Optional<Rejection> unwelcome = refusal(from, block, nowNanos);
    if (unwelcome.isPresent()) {
      reject(block, unwelcome.get(), from, nowNanos);
      return;
    }
    List<SignatureCheck> checks = new ArrayList<>();
    checks.add(check(block.header()));
    for (Transaction tx : block.transactions()) {
      if (!parts.pool().contains(tx.hash())) {
        checks.add(check(tx));
      }
    }
    start(from, block, new Pending.OfBlock(block), checks, nowNanos);
  }

  /**
   * What can be known before signatures are checked of why a block will not be taken: what is
   * refused now comes again, and must not be checked each time.
   */
  private Optional<Rejection> refusal(PeerId from, Block block, long nowNanos) {
    BlockHeader header = block.header();
    boolean future = parts.sync().isFuture(header, nowNanos);
    Admission admission = parts.tree().judge(header);
    if (!future && admission instanceof Admission.Refused refused) {
      return Optional.of(refused.reason());
    }
    boolean held = future || admission instanceof Admission.Orphan;
    if (!held || parts.sync().hasRoom(from, block, nowNanos)) {
      return Optional.empty();
    }
    events.onLimited(future ? "future-blocks" : "orphan-blocks", 1, nowNanos);
    return Optional.of(future ? Rejection.FUTURE : Rejection.ORPHAN);
  }

  private void start(
      PeerId from, Item item, Pending pending, List<SignatureCheck> checks, long nowNanos) {
    if (parts.verifications.start(from, pending, checks, item.sizeBytes(), nowNanos)) {
      judged.put(item.id(), from);
    } else {
      events.onLimited("verifications", 1, nowNanos);
      parts.fetch().onFailed(from, item.id(), nowNanos);
    }
  }

  SignatureCheck check(BlockHeader header) {
    PublicKey producer = validity.network().producers().get(header.producer());
    return new SignatureCheck(producer, header.signedMessage(), header.signature());
  }

  private static SignatureCheck check(Transaction tx) {
    return new SignatureCheck(tx.sender(), tx.signedMessage(), tx.signature());
  }

  /** The signatures of a fetched transaction have been checked. */
  void onVerified(PeerId from, Transaction tx, boolean valid, long nowNanos) {
    judged.remove(tx.id());
    parts.grants.onJudged(from, tx.id());
    if (parts.pool().contains(tx.hash())) {
      return; // a block or the API brought it while its signature was checked
    }
    Rejection rejection =
        valid ? accept(tx, from, false, nowNanos).orElse(null) : Rejection.BAD_SIGNATURE;
    if (rejection != null) {
      reject(tx, rejection, from, nowNanos);
    }
  }

  /**
   * The signatures of a fetched block have been checked.
   *
   * @param firstInvalid 0 = the header's, more = a transaction's, -1 = all hold
   */
  void onVerified(PeerId from, Block block, int firstInvalid, long nowNanos) {
    judged.remove(block.id());
    parts.grants.onJudged(from, block.id());
    if (firstInvalid >= 0) {
      // A bad transaction under a good header condemns the block, and whoever announced it had
      // claimed to have checked it.
      Rejection rejection = firstInvalid == 0 ? Rejection.BAD_SIGNATURE : Rejection.BAD_BODY;
      reject(block, rejection, from, nowNanos);
      return;
    }
    place(block, from, nowNanos).ifPresent(reason -> reject(block, reason, from, nowNanos));
  }

  /** Own item, its signatures checked by the caller. */
  NodeView.Submission submit(Item item, long nowNanos) {
    boolean known = !lacks(item.id()) && parts.recent().entry(item.id()).isEmpty();
    Rejection rejection =
        switch (item) {
          // It may be in memory alone, if the store had no room for it when it came.
          case Transaction tx when known ->
              store.put(tx) == ItemStore.PutResult.FULL ? Rejection.STORAGE_FULL : null;
          case Transaction tx ->
              validity
                  .transaction(tx)
                  .or(() -> parts.pool().refusal(tx, true, nowNanos))
                  .or(() -> accept(tx, null, true, nowNanos))
                  .orElse(null);
          case Block block when known -> null;
          case Block block ->
              validity
                  .header(block.header())
                  .or(() -> validity.body(block))
                  .or(() -> placeOwn(block, nowNanos))
                  .orElse(null);
        };
    if (rejection == null) {
      store.sync();
    } else {
      events.onRejected(item.id(), rejection, null, nowNanos);
    }
    return new NodeView.Submission(item.id(), rejection, known, store.position());
  }

  /** Puts a valid transaction into the set and hands it on; the reason when it is unwelcome. */
  private Optional<Rejection> accept(
      Transaction tx, @Nullable PeerId from, boolean own, long nowNanos) {
    if (own && store.put(tx) == ItemStore.PutResult.FULL) {
      return Optional.of(Rejection.STORAGE_FULL);
    }
    Optional<Rejection> refused = include(tx, from, own, nowNanos);
    if (refused.isPresent()) {
      if (own) {
        store.remove(tx.id());
      }
      return refused;
    }
    if (!own) {
      keep(tx, nowNanos);
    }
    if (parts.pool().isRelayable(tx, nowNanos)) {
      relay(tx, from, nowNanos);
    }
    return Optional.empty();
  }

  /** Relayed from memory if the store is full: what is late on disk was promised to nobody. */
  private void keep(Item item, long nowNanos) {
    if (!parts.unstored().put(item, nowNanos)) {
      events.onLimited("store-full", 1, nowNanos);
    }
  }

  private void forget(ItemId id) {
    parts.unstored().forget(id);
    store.remove(id);
  }

  /** Pool, set and fetch learn of a transaction that is accepted, alone or inside a block. */
  private Optional<Rejection> include(
      Transaction tx, @Nullable PeerId from, boolean own, long nowNanos) {
    PeerInfo giver = from == null ? null : parts.sessions().peer(from);
    Pool.Added added = parts.pool().add(tx, giver == null ? null : giver.key(), own, nowNanos);
    if (added.rejection() != null) {
      return Optional.of(added.rejection());
    }
    enterSet(tx, added);
    added.evicted().forEach(victim -> onEvicted(victim, nowNanos));
    parts.fetch().onResolved(tx.id(), nowNanos);
    int ageMillis = own ? 0 : parts.births.ageMillis(tx.id(), nowNanos);
    events.onAccepted(tx.id(), tx.sizeBytes(), from, ageMillis, nowNanos);
    if (from != null) {
      onOriginAge(tx.id(), tx.timeMillis(), nowNanos);
    }
    onGiven(from, ItemKind.TRANSACTION, nowNanos);
    return Optional.empty();
  }

  private void onOriginAge(ItemId id, long signedMillis, long nowNanos) {
    events.onOriginAge(id, parts.time.millis(nowNanos) - signedMillis, nowNanos);
  }

  private void enterSet(Transaction tx, Pool.Added added) {
    parts.reconciler().onAdded(tx);
    if (added.conflictsWith() != null) {
      parts.reconciler().onConflict(added.conflictsWith(), tx);
    }
  }

  private void onGiven(@Nullable PeerId from, ItemKind kind, long nowNanos) {
    if (from != null) {
      parts.merits.onGiven(from, kind, nowNanos);
    }
  }

  private void relay(Item item, @Nullable PeerId from, long nowNanos) {
    if (from == null) {
      parts.births.onBody(item.id(), 0, 0, nowNanos);
    }
    if (item instanceof Transaction tx) {
      parts.feeFloors().above(tx).forEach(peer -> parts.relay().onPeerHas(peer, List.of(tx.id())));
    }
    int ageMillis = parts.births.ageMillis(item.id(), nowNanos);
    parts.relay().onAccepted(item.id(), item.sizeBytes(), ageMillis, from, nowNanos);
  }

  /**
   * Places a block that its giver is to be promised: it goes to the store first, since a header in
   * the tree whose body nobody keeps would cost its producer the slot.
   */
  private Optional<Rejection> placeOwn(Block block, long nowNanos) {
    if (store.put(block) == ItemStore.PutResult.FULL) {
      return Optional.of(Rejection.STORAGE_FULL);
    }
    Optional<Rejection> refused = place(block, null, nowNanos);
    if (refused.isPresent()) {
      store.remove(block.id());
    }
    return refused;
  }

  /** Places a valid block in the tree, or holds it; the reason when it is not taken. */
  private Optional<Rejection> place(Block first, @Nullable PeerId from, long nowNanos) {
    BlockHeader header = first.header();
    if (parts.sync().isFuture(header, nowNanos)) {
      parts.fetch().onResolved(first.id(), nowNanos);
      return parts.sync().holdFuture(from, first, nowNanos)
          ? Optional.empty()
          : Optional.of(Rejection.FUTURE);
    }
    if (!parts.unstored().hasRoom(first.sizeBytes())) {
      return Optional.of(Rejection.STORAGE_FULL);
    }
    switch (parts.tree().add(header, nowNanos)) {
      case Admission.Orphan orphan -> {
        boolean held = from != null && parts.sync().hold(from, first, nowNanos);
        parts.fetch().onResolved(first.id(), nowNanos);
        return held ? Optional.empty() : Optional.of(Rejection.ORPHAN);
      }
      case Admission.Refused refused -> {
        return Optional.of(refused.reason());
      }
      case Admission.Added added -> {}
      case Admission.Known known -> {}
    }
    acceptBlock(first, from, nowNanos);
    Queue<BlockSync.Held> children = new ArrayDeque<>(parts.sync().takeChildren(header.hash()));
    for (BlockSync.Held child = children.poll(); child != null; child = children.poll()) {
      if (isTaken(child.block(), nowNanos)) {
        acceptBlock(child.block(), child.from(), nowNanos);
        children.addAll(parts.sync().takeChildren(child.block().header().hash()));
      }
    }
    return Optional.empty();
  }

  private boolean isTaken(Block block, long nowNanos) {
    if (!parts.unstored().hasRoom(block.sizeBytes())) {
      return false;
    }
    Admission admission = parts.tree().add(block.header(), nowNanos);
    return admission instanceof Admission.Added || admission instanceof Admission.Known;
  }

  private void acceptBlock(Block block, @Nullable PeerId from, long nowNanos) {
    if (parts.tree().hasBody(block.header().hash())) {
      return;
    }
    keep(block, nowNanos);
    parts.tree().onBody(block.header().hash(), nowNanos);
    parts.fetch().onResolved(block.id(), nowNanos);
    int ageMillis = from == null ? 0 : parts.births.ageMillis(block.id(), nowNanos);
    events.onAccepted(block.id(), block.sizeBytes(), from, ageMillis, nowNanos);
    if (from != null) {
      onOriginAge(block.id(), block.header().timeMillis(), nowNanos);
    }
    onGiven(from, ItemKind.BLOCK, nowNanos);
    parts.sync().onBlockAccepted(from, block.header().hash(), nowNanos);
    parts.assembly.forget(block.header().hash());
    storeLoad.onHeader(block.header().hash(), nowNanos);
    prune();
    relay(block, from, nowNanos);
    for (Transaction tx : block.transactions()) {
      // Its neighbours get it with the block, so it is not announced by itself.
      if (!parts.pool().contains(tx.hash()) && include(tx, from, false, nowNanos).isEmpty()) {
        keep(tx, nowNanos);
      }
    }
  }

  /** The signatures of headers from a peer hold. */
  void onVerified(PeerId from, List<BlockHeader> headers, long nowNanos) {
    parts.sync().onVerifiedHeaders(from, headers, nowNanos);
    for (BlockHeader header : headers) {
      if (parts.tree().contains(header.hash())) {
        storeLoad.onHeader(header.hash(), nowNanos);
      }
    }
    prune();
  }

  /** Drops what the tree no longer keeps; after it has grown. */
  private void prune() {
    parts.tree().prune().forEach(id -> forget(ItemId.block(id)));
  }

  /** Blocks that were held and may be placed now. */
  void placeDue(long nowNanos) {
    for (BlockSync.Held held : parts.sync().due(nowNanos)) {
      Block block = held.block();
      place(block, held.from(), nowNanos)
          .ifPresent(reason -> events.onRejected(block.id(), reason, held.from(), nowNanos));
    }
  }

  /** Takes what has expired out of the set. */
  void expire(long nowNanos) {
    for (Transaction tx : parts.pool().expire(nowNanos)) {
      leave(tx, RecentItems.State.EXPIRED, nowNanos);
    }
  }

  private void onEvicted(Transaction tx, long nowNanos) {
    leave(tx, RecentItems.State.EVICTED, nowNanos);
    parts.reconciler().onRetentionFloor(parts.pool().retentionFloorMinute(nowNanos));
  }

  private void leave(Transaction tx, RecentItems.State state, long nowNanos) {
    parts.recent().add(tx.id(), state, null, tx.expiryMillis(), nowNanos);
    parts.reconciler().onRemoved(tx);
    parts.relay().forget(tx.id());
    forget(tx.id());
  }

  private void reject(Item item, Rejection reason, PeerId from, long nowNanos) {
    ItemId id = item.id();
    parts.recent().add(id, RecentItems.State.REJECTED, reason, holdsUntil(item, reason), nowNanos);
    if (reason.isInvalid()) {
      parts.fetch().onFailed(from, id, nowNanos);
    }
    parts.fetch().onResolved(id, nowNanos);
    parts.assembly.forget(id.hash());
    events.onRejected(id, reason, from, nowNanos);
    if (reason.isInvalid()) {
      outbox.disconnect(from, DisconnectReason.of(reason), id + " is " + reason.key());
    }
  }

  /** Until when the reason keeps the item from being welcome, in wall time. */
  private static long holdsUntil(Item item, Rejection reason) {
    if (item instanceof Transaction tx && !reason.isInvalid()) {
      return reason == Rejection.FUTURE
          ? tx.timeMillis() - Validity.FUTURE_MILLIS
          : tx.expiryMillis();
    }
    return Long.MAX_VALUE;
  }

  /** Fills pool and tree from the store; hashes were checked there, signatures when it was put. */
  void load(long nowNanos) {
    storeLoad.blocks(nowNanos);
    store.transactions(
        parts.time.millis(nowNanos),
        tx -> {
          Pool.Added added = parts.pool().add(tx, null, false, nowNanos);
          if (added.rejection() == null) {
            enterSet(tx, added);
          }
        });
  }
}
