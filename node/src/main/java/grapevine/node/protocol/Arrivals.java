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
 * What peers announce and give, until it is a whole body that was asked for: then it is {@link
 * Intake}'s. Names to fetch what is missing, matches bodies to requests, and puts chunks together.
 * Confined to the core's thread.
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
    parts.relay.onPeerHas(from, inv.entries().stream().map(Message.Inv.Entry::id).toList());
    announced(from, inv.entries(), nowNanos);
  }

  /** The peer has these, by its inv or by repair. */
  void announced(PeerId from, List<Message.Inv.Entry> entries, long nowNanos) {
    List<Message.Inv.Entry> missing = new ArrayList<>(entries.size());
    for (Message.Inv.Entry entry : entries) {
      if (entry.sizeBytes() > intake.sizeBytesMax(entry.id().kind())) {
        events.onLimited("announced-size", 1, nowNanos);
      } else if (intake.lacks(entry.id())) {
        missing.add(entry);
      } else {
        events.onAnnounced(from, entry, AnnounceResult.KNOWN, nowNanos);
      }
    }
    parts.fetch.onAnnounced(from, missing, nowNanos);
  }

  void onTx(PeerId from, Message.Tx m, long nowNanos) {
    ItemId id = m.transaction().id();
    int bytes = m.transaction().sizeBytes();
    int announcedBytes = parts.fetch.announcedBytes(from, id);
    parts.relay.onPeerHas(from, List.of(id));
    if (!parts.fetch.onBody(from, id, nowNanos)) {
      onUnrequested(from, id, bytes, nowNanos);
      return;
    }
    if (bytes > announcedBytes) {
      // What is in flight is bounded in announced bytes, so who understates them is not kept.
      parts.fetch.onFailed(from, id, nowNanos);
      outbox.disconnect(
          from, DisconnectReason.MALFORMED, bytes + " bytes, announced as " + announcedBytes);
      return;
    }
    events.onReceived(from, id, bytes, ReceiveResult.NEW, nowNanos);
    parts.births.onBody(id, m.ageMillis(), parts.keepalive.roundTripNanos(from), nowNanos);
    intake.onTransaction(from, m.transaction(), nowNanos);
  }

  private void onUnrequested(PeerId from, ItemId id, int bytes, long nowNanos) {
    ReceiveResult result = intake.lacks(id) ? ReceiveResult.UNREQUESTED : ReceiveResult.DUPLICATE;
    events.onReceived(from, id, bytes, result, nowNanos);
    if (result == ReceiveResult.UNREQUESTED && parts.misconduct.onUnsolicited(from, nowNanos)) {
      outbox.disconnect(from, DisconnectReason.UNSOLICITED_FLOOD, "bodies that nobody asked for");
    }
  }

  void onBlockChunk(PeerId from, Message.BlockChunk m, long nowNanos) {
    ItemId id = ItemId.block(m.hash());
    if (!parts.fetch.isRequested(from, id)) {
      if (m.offset() == 0) {
        onUnrequested(from, id, m.bytes().remaining(), nowNanos);
      }
      return;
    }
    switch (parts.assembly.onChunk(from, m)) {
      case BlockAssembly.Result.Incomplete incomplete ->
          parts.fetch.onChunk(from, id, m.bytes().remaining(), nowNanos);
      case BlockAssembly.Result.Bad bad -> onBadBlock(from, id, bad.detail(), nowNanos);
      case BlockAssembly.Result.Full full -> {
        events.onLimited("assembly", 1, nowNanos);
        parts.fetch.onFailed(from, id, nowNanos);
      }
      case BlockAssembly.Result.Complete complete -> onBody(from, id, complete, nowNanos);
    }
  }

  private void onBody(
      PeerId from, ItemId id, BlockAssembly.Result.Complete complete, long nowNanos) {
    parts.relay.onPeerHas(from, List.of(id));
    int bytes = complete.bytes().remaining();
    try {
      Block block = (Block) Item.read(ItemKind.BLOCK, complete.bytes());
      parts.fetch.onBody(from, id, nowNanos);
      events.onReceived(from, id, bytes, ReceiveResult.NEW, nowNanos);
      long roundTripNanos = parts.keepalive.roundTripNanos(from);
      parts.births.onBody(id, complete.ageMillis(), roundTripNanos, nowNanos);
      intake.onBlock(from, block, nowNanos);
    } catch (MalformedException e) {
      onBadBlock(from, id, e.detail(), nowNanos);
    }
  }

  private void onBadBlock(PeerId from, ItemId id, String detail, long nowNanos) {
    events.onReceived(from, id, 0, ReceiveResult.INVALID, nowNanos);
    parts.assembly.forget(from, id.hash());
    parts.fetch.onFailed(from, id, nowNanos);
    outbox.disconnect(from, DisconnectReason.BAD_CHUNK, detail);
  }
}
