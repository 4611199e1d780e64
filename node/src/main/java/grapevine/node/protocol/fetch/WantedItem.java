package grapevine.node.protocol.fetch;

import grapevine.node.model.ItemId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One item that somebody announced and this node lacks, with its announcements: at most one per
 * peer, so the list is walked and not indexed.
 */
final class WantedItem {
  final ItemId id;

  /** Numbers items in the order of their first announcements. */
  final long sequence;

  final long firstAnnouncedNanos;

  /** When its announcers are asked again, or forgotten; only while it is spent. */
  long spentUntilNanos;

  /** How many times all who had not answered have been made askable again. */
  int retries;

  /** Announcements through which it may still come. */
  int live;

  /** Announcements on whose account nobody else is asked. */
  int busy;

  @Nullable Announcement first;

  WantedItem(ItemId id, long sequence, long firstAnnouncedNanos) {
    this.id = id;
    this.sequence = sequence;
    this.firstAnnouncedNanos = firstAnnouncedNanos;
  }

  @Nullable Announcement by(Announcer announcer) {
    Announcement a = first;
    while (a != null && a.announcer != announcer) {
      a = a.nextOfItem;
    }
    return a;
  }

  /** The one that was asked; what is pushed beside it is not meant. */
  @Nullable Announcement requested() {
    Announcement a = first;
    while (a != null && (a.state != Announcement.State.REQUESTED || a.pushed)) {
      a = a.nextOfItem;
    }
    return a;
  }

  void add(Announcement announcement) {
    announcement.nextOfItem = first;
    first = announcement;
  }

  void remove(Announcement announcement) {
    if (first == announcement) {
      first = announcement.nextOfItem;
      return;
    }
    Announcement before = first;
    while (before != null && before.nextOfItem != announcement) {
      before = before.nextOfItem;
    }
    if (before != null) {
      before.nextOfItem = announcement.nextOfItem;
    }
  }

  /** The action may remove the announcement that it is given. */
  void forEach(Consumer<Announcement> action) {
    Announcement a = first;
    while (a != null) {
      Announcement next = a.nextOfItem;
      action.accept(a);
      a = next;
    }
  }
}
