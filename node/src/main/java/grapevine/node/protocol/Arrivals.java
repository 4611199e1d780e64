package grapevine.node.protocol;

import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import grapevine.node.protocol.fetch.BlockAssembly;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeEvents.AnnounceResult;
import grapevine.node.protocol.port.NodeEvents.ReceiveResult;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What peers announce and give, until it is a whole body that was asked for or may be pushed: then
 * it is {@link Intake}'s. Names to fetch what is missing, matches bodies to requests and to what
 * this node has opened its links for, and puts chunks together. Confined to the core's thread.
 *
 * <p>A body within a standing request is from its first byte on as if it had been asked for. One
 * that is held, or is being checked, is a duplicate and not checked again, whoever gives it.
 */
final class Arrivals {
  private final Parts parts;
  private final Intake intake;
  private final Outbox outbox;
  private final NodeEvents events;

  Arrivals(Parts parts, Intake intake, Environment environment) {
    this.parts = parts;
    this.intake = intake;
    outbox = environment.outbox();
    events = environment.events();
  }

  void onInv(PeerId from, Message.Inv inv, long nowNanos) {
    parts.relay().onPeerHas(from, inv.entries().stream().map(Message.Inv.Entry::id).toList());
    announced(from, inv.entries(), nowNanos);
  }

  /** The peer has these, by its inv or by repair. */
  void announced(PeerId from, List<Message.Inv.Entry> entries, long nowNanos) {
    parts.fetch().onAnnounced(from, missing(from, entries, nowNanos), nowNanos);
  }

  /** The peer may have this. */
  void suspected(PeerId peer, Message.Inv.Entry entry, long nowNanos) {
    parts.fetch().onSuspected(peer, missing(peer, List.of(entry), nowNanos), nowNanos);
  }

  private List<Message.Inv.Entry> missing(
      PeerId from, List<Message.Inv.Entry> entries, long nowNanos) {
    List<Message.Inv.Entry> missing = new ArrayList<>(entries.size());
    for (Message.Inv.Entry entry : entries) {
      if (entry.sizeBytes() > intake.sizeBytesMax(entry.id().kind())) {
        events.onLimited("announced-size", 1, nowNanos);
      } else if (intake.lacks(entry.id())) {
        missing.add(entry);
      } else {
        if (intake.waitsInStore(entry.id())) {
          parts.sync().onTips(from, List.of(entry.id().hash()), nowNanos);
        } else if (entry.id().kind() == ItemKind.BLOCK) {
          parts.sync().onShown(from, entry.id().hash(), nowNanos);
        }
        events.onAnnounced(from, entry, AnnounceResult.KNOWN, nowNanos);
      }
    }
    return missing;
  }

  void onTx(PeerId from, Message.Tx m, long nowNanos) {
    ItemId id = m.transaction().id();
    int bytes = m.transaction().sizeBytes();
    parts.relay().onPeerHas(from, List.of(id));
    if (parts.fetch().isRequested(from, id) || isPushed(from, id, bytes, nowNanos)) {
      onTransaction(from, m, nowNanos);
    }
    endPush(from, id);
  }

  /**
   * A body has come whole, or what of it still comes is let pass: unless it is judged, that ends
   * it.
   */
  private void endPush(PeerId from, ItemId id) {
    if (!from.equals(intake.judgedFrom(id))) {
      parts.grants.onJudged(from, id);
    }
  }

  private void onTransaction(PeerId from, Message.Tx m, long nowNanos) {
    ItemId id = m.transaction().id();
    int bytes = m.transaction().sizeBytes();
    int announcedBytes = parts.fetch().announcedBytes(from, id);
    parts.fetch().onBody(from, id, nowNanos);
    if (bytes > announcedBytes) {
      // What is in flight is bounded in announced bytes, so who understates them is not kept.
      parts.fetch().onFailed(from, id, nowNanos);
      outbox.disconnect(
          from, DisconnectReason.MALFORMED, bytes + " bytes, announced as " + announcedBytes);
    } else if (isFirst(from, id, bytes, nowNanos)) {
      parts.births.onBody(id, m.ageMillis(), parts.keepalive().roundTripNanos(from), nowNanos);
      intake.onTransaction(from, m.transaction(), nowNanos);
    }
  }

  /** Whether no other copy of a body that was waited for is being checked. */
  private boolean isFirst(PeerId from, ItemId id, int bytes, long nowNanos) {
    boolean first = !intake.isJudging(id);
    events.onReceived(
        from, id, bytes, first ? ReceiveResult.NEW : ReceiveResult.DUPLICATE, nowNanos);
    return first;
  }

  /** Whether a body that answers no open request is within a standing one, or late; and of use. */
  private boolean isPushed(PeerId from, ItemId id, int bytes, long nowNanos) {
    boolean late = parts.fetch().onLateBody(from, id);
    boolean open = !late && parts.grants.take(from, id, bytes);
    if (!intake.lacks(id) || intake.isJudging(id)) {
      events.onReceived(from, id, bytes, ReceiveResult.DUPLICATE, nowNanos);
      return false;
    }
    if (late || open) {
      return parts.fetch().onPushed(from, id, bytes, nowNanos);
    }
    events.onReceived(from, id, bytes, ReceiveResult.UNREQUESTED, nowNanos);
    if (parts.misconduct.onUnsolicited(from, nowNanos)) {
      outbox.disconnect(from, DisconnectReason.UNSOLICITED_FLOOD, "bodies that nobody asked for");
    }
    return false;
  }

  void onBlockChunk(PeerId from, Message.BlockChunk m, long nowNanos) {
    ItemId id = ItemId.block(m.hash());
    if (m.offset() == 0) {
      parts.relay().onPeerHas(from, List.of(id));
    }
    if (parts.fetch().isRequested(from, id)
        || (m.offset() == 0 && isPushed(from, id, bytes(m), nowNanos))) {
      onChunk(from, id, m, nowNanos);
      return;
    }
    // If the block is asked for again while the rest still comes, the gap is of our making.
    parts.assembly.forget(from, m.hash());
    if (m.offset() + (long) m.bytes().remaining() >= m.sizeBytes()) {
      endPush(from, id);
    }
  }

  /** What a block counts for that begins to come: its claimed size, if that is possible. */
  private int bytes(Message.BlockChunk m) {
    int claimedBytes = Math.min(m.sizeBytes(), intake.sizeBytesMax(ItemKind.BLOCK));
    return Math.max(claimedBytes, m.bytes().remaining());
  }

  private void onChunk(PeerId from, ItemId id, Message.BlockChunk m, long nowNanos) {
    switch (parts.assembly.onChunk(from, m)) {
      case BlockAssembly.Result.Incomplete incomplete ->
          parts.fetch().onChunk(from, id, m.bytes().remaining(), nowNanos);
      case BlockAssembly.Result.Bad bad -> onBadBlock(from, id, bad.detail(), nowNanos);
      case BlockAssembly.Result.Full full -> {
        events.onLimited("assembly", 1, nowNanos);
        parts.fetch().onFailed(from, id, nowNanos);
      }
      case BlockAssembly.Result.Complete complete -> onBody(from, id, complete, nowNanos);
    }
  }

  private void onBody(
      PeerId from, ItemId id, BlockAssembly.Result.Complete complete, long nowNanos) {
    int bytes = complete.bytes().remaining();
    try {
      Block block = (Block) Item.read(ItemKind.BLOCK, complete.bytes());
      parts.fetch().onBody(from, id, nowNanos);
      if (isFirst(from, id, bytes, nowNanos)) {
        long roundTripNanos = parts.keepalive().roundTripNanos(from);
        parts.births.onBody(id, complete.ageMillis(), roundTripNanos, nowNanos);
        intake.onBlock(from, block, nowNanos);
      }
      endPush(from, id);
    } catch (MalformedException e) {
      onBadBlock(from, id, e.detail(), nowNanos);
    }
  }

  private void onBadBlock(PeerId from, ItemId id, String detail, long nowNanos) {
    events.onReceived(from, id, 0, ReceiveResult.INVALID, nowNanos);
    parts.assembly.forget(from, id.hash());
    parts.fetch().onFailed(from, id, nowNanos);
    outbox.disconnect(from, DisconnectReason.BAD_CHUNK, detail);
  }
}
