package grapevine.node.protocol.fetch;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One peer's word that it has one item; the states and their transitions stand at {@link
 * FetchScheduler}, which alone changes them. A peer may make thousands of these, so it carries the
 * links of the two lists that it is in instead of a list's nodes.
 */
final class Announcement {
  /** What has become of an announcement, and what that means for its item and its peer. */
  enum State {
    /** An inbound peer's, while outbound peers have the first word. */
    DELAYED(true, false, false, true),
    /** May be asked. */
    READY(true, false, false, false),
    /** Asked, not answered, not expired. */
    REQUESTED(true, true, true, true),
    /** Asked, not answered, expired: a body is still welcome, but another may be asked. */
    OVERDUE(false, false, true, false),
    /** As overdue, as all others that were asked are: may be asked again, when nobody else can. */
    RETRY(true, false, true, false),
    /** Its body came and is being judged. */
    VERIFYING(true, true, true, false),
    /** Answered with nothing of use; kept so that this peer is not asked again. */
    FAILED(false, false, false, false),
    /** Not in the scheduler: the state before the first and after the last. */
    FORGOTTEN(false, false, false, false);

    private final boolean live;
    private final boolean busy;
    private final boolean holdsSlot;
    private final boolean timed;

    State(boolean live, boolean busy, boolean holdsSlot, boolean timed) {
      this.live = live;
      this.busy = busy;
      this.holdsSlot = holdsSlot;
      this.timed = timed;
    }

    /** The item may still come through it without being announced again. */
    boolean isLive() {
      return live;
    }

    /** Nobody else is asked meanwhile. */
    boolean isBusy() {
      return busy;
    }

    /** Counts against what its peer may have in flight, unless it is pushed. */
    boolean holdsSlot() {
      return holdsSlot;
    }

    /** Ends by itself, at {@link Announcement#dueNanos}. */
    boolean isTimed() {
      return timed;
    }
  }

  /** Earliest deadline first; no two announcements are equal in this order. */
  static final Comparator<Announcement> BY_DUE =
      Comparator.<Announcement>comparingLong(a -> a.dueNanos)
          .thenComparingLong(a -> a.item.sequence)
          .thenComparing(a -> a.announcer.id);

  /** In the order in which their items became known; for announcements of one peer. */
  static final Comparator<Announcement> BY_ITEM = Comparator.comparingLong(a -> a.item.sequence);

  final Announcer announcer;
  final WantedItem item;

  /** The size that the peer claims; nobody has checked it. */
  final int announcedBytes;

  State state = State.FORGOTTEN;

  /** End of a timed state; of VERIFYING: when the body came. */
  long dueNanos;

  /** When the peer was asked; only where the state says that it was. */
  long requestedNanos;

  /** Whether the end of the request has been told; it is told once. */
  boolean ended;

  /** What comes of it, or came, was within a standing request; so until it is announced again. */
  boolean pushed;

  /** It has FAILED, and the peer has said since that it has the item. */
  boolean again;

  @Nullable Announcement previousOfPeer;
  @Nullable Announcement nextOfPeer;
  @Nullable Announcement nextOfItem;

  Announcement(Announcer announcer, WantedItem item, int announcedBytes) {
    this.announcer = announcer;
    this.item = item;
    this.announcedBytes = announcedBytes;
  }

  ItemKind kind() {
    return item.id.kind();
  }

  /**
   * What it counts for while in flight: the claimed size, but a claim that no item of the kind can
   * meet does not count for more or less than the kind allows.
   */
  int chargedBytes() {
    return switch (kind()) {
      case TRANSACTION -> Math.clamp(announcedBytes, Transaction.BYTES_MIN, Transaction.BYTES_MAX);
      case BLOCK -> Math.max(announcedBytes, BlockHeader.BYTES);
    };
  }

  /** Whether its peer was asked, or pushes, and a body would be welcome. */
  boolean isUnanswered() {
    return switch (state) {
      case REQUESTED, OVERDUE, RETRY -> true;
      case DELAYED, READY, VERIFYING, FAILED, FORGOTTEN -> false;
    };
  }

  /** Whether it counts against what its peer may have in flight. */
  boolean holdsSlot() {
    return state.holdsSlot() && !pushed;
  }

  Announcer.Window window() {
    return announcer.window(kind());
  }
}
