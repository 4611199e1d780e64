package grapevine.node.protocol.fetch;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One ready peer as the scheduler sees it: its announcements, oldest first, and how much of each
 * kind it may have in flight. What is empty is not there, since a simulated node is mostly at rest.
 */
final class Announcer {
  /** Answers that a peer may owe; it is seldom behind by more than two full windows. */
  private static final int OWED_MAX = 256;

  final PeerId id;

  /** Outbound: chosen by this node, so less likely to be an attacker's. */
  final boolean preferred;

  /** Latest round trip; 0 until one is known. */
  long roundTripNanos;

  int announcements;
  @Nullable Announcement first;

  /** Asked in this flush, not yet sent; empty between flushes. */
  final List<Announcement> asking = new ArrayList<>(0);

  /** Items of which this peer owed an answer when they were forgotten; the latest, null if none. */
  private @Nullable LinkedHashSet<ItemId> owed;

  private final Window transactions;
  private final Window blocks;
  private @Nullable Announcement last;

  Announcer(PeerId id, boolean preferred, FetchScheduler.Limits limits) {
    this.id = id;
    this.preferred = preferred;
    transactions =
        new Window(
            limits.transactionsInFlightMax(),
            limits.transactionBytesInFlightMax() - Transaction.BYTES_MAX);
    blocks = new Window(limits.blocksInFlightMax(), Long.MAX_VALUE);
  }

  Window window(ItemKind kind) {
    return switch (kind) {
      case TRANSACTION -> transactions;
      case BLOCK -> blocks;
    };
  }

  void add(Announcement announcement) {
    announcement.previousOfPeer = last;
    if (last == null) {
      first = announcement;
    } else {
      last.nextOfPeer = announcement;
    }
    last = announcement;
    announcements++;
  }

  void remove(Announcement announcement) {
    Announcement before = announcement.previousOfPeer;
    Announcement after = announcement.nextOfPeer;
    if (before == null) {
      first = after;
    } else {
      before.nextOfPeer = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previousOfPeer = before;
    }
    announcements--;
  }

  /** Asks it for all that is to be asked in this flush, in messages within a getdata's bounds. */
  void sendRequests(int getDataBytesMax, Outbox outbox) {
    List<ItemId> ids = new ArrayList<>();
    int bytes = 0;
    for (Announcement a : asking) {
      int more = a.kind() == ItemKind.TRANSACTION ? a.chargedBytes() : 0;
      boolean full = ids.size() == Message.GetData.IDS_MAX || bytes + more > getDataBytesMax;
      if (full && !ids.isEmpty()) {
        outbox.send(id, new Message.GetData(ids));
        ids = new ArrayList<>();
        bytes = 0;
      }
      ids.add(a.item.id);
      bytes += more;
    }
    outbox.send(id, new Message.GetData(ids));
    asking.clear();
  }

  /** Items of both kinds that it was asked for and has not settled. */
  int inFlight() {
    return transactions.items + blocks.items;
  }

  /** The peer was asked for an item that is looked for no more, and has not answered. */
  void owes(ItemId id) {
    if (owed == null) {
      owed = new LinkedHashSet<>();
    }
    owed.add(id);
    if (owed.size() > OWED_MAX) {
      owed.removeFirst();
    }
  }

  /** Whether the peer had owed this answer. */
  boolean answered(ItemId id) {
    if (owed == null || !owed.remove(id)) {
      return false;
    }
    if (owed.isEmpty()) {
      owed = null;
    }
    return true;
  }

  /** What a peer has in flight of one kind, and which of its announcements wait for room there. */
  static final class Window {
    private final int itemsMax;
    private final long bytesBeforeMax;
    private @Nullable TreeSet<Announcement> waiting;
    int items;
    long bytes;

    /**
     * @param bytesBeforeMax most that may be in flight already when one more is asked for
     */
    Window(int itemsMax, long bytesBeforeMax) {
      this.itemsMax = itemsMax;
      this.bytesBeforeMax = bytesBeforeMax;
    }

    /**
     * Whether any item of the kind may be asked for: the largest must fit, so that the answer is
     * the same for all and a large one cannot be passed by small ones for ever.
     */
    boolean hasRoom() {
      return items < itemsMax && bytes <= bytesBeforeMax;
    }

    void await(Announcement announcement) {
      if (waiting == null) {
        waiting = new TreeSet<>(Announcement.BY_ITEM);
      }
      waiting.add(announcement);
    }

    /** Whether it had been waiting. */
    boolean stopWaiting(Announcement announcement) {
      if (waiting == null || !waiting.remove(announcement)) {
        return false;
      }
      if (waiting.isEmpty()) {
        waiting = null;
      }
      return true;
    }

    boolean isWaiting(Announcement announcement) {
      return waiting != null && waiting.contains(announcement);
    }

    int waitingCount() {
      return waiting == null ? 0 : waiting.size();
    }

    /** The first that waits, if there is room for it. */
    @Nullable Announcement next() {
      return waiting != null && hasRoom() ? waiting.first() : null;
    }
  }
}
