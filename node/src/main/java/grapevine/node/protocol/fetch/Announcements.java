package grapevine.node.protocol.fetch;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.fetch.Announcement.State;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All announcements with every index and count over them. {@link #move} is the one place where a
 * state changes, and {@link #settle} the one where an item goes from one queue to another, so that
 * {@link FetchScheduler} can speak of rules only. Confined to the core's thread.
 *
 * <p>An item is in exactly one of four places: <em>spent</em> when nobody can be asked for it;
 * resting when somebody is busy with it; <em>unplanned</em> when somebody may have become askable;
 * otherwise each READY announcement of it waits in its peer's window. Where something waits in a
 * window with room, the first of it is unplanned as well.
 */
final class Announcements {
  private final FetchScheduler.Limits limits;

  /** By id; never iterated. */
  private final Map<ItemId, WantedItem> items = new HashMap<>(); // never iterated

  /** Every announcement in a timed state. */
  private final TreeSet<Announcement> timers = new TreeSet<>(Announcement.BY_DUE);

  /** In the order in which their time is over, since all have the same. */
  private final Set<WantedItem> spent = new LinkedHashSet<>();

  private final TreeSet<WantedItem> unplanned =
      new TreeSet<>(Comparator.comparingLong((WantedItem item) -> item.sequence));

  private final Map<ItemKind, Integer> inFlight = new EnumMap<>(ItemKind.class);
  private long itemsSeen;

  Announcements(FetchScheduler.Limits limits) {
    this.limits = limits;
  }

  @Nullable WantedItem item(ItemId id) {
    return items.get(id);
  }

  int items() {
    return items.size();
  }

  int inFlight(ItemKind kind) {
    return inFlight.getOrDefault(kind, 0);
  }

  /** The announcement whose state ends next by itself. */
  @Nullable Announcement firstDue() {
    return timers.isEmpty() ? null : timers.first();
  }

  /** The item that is spent for the longest time. */
  @Nullable WantedItem firstSpent() {
    return spent.isEmpty() ? null : spent.iterator().next();
  }

  /** Takes the oldest item that has to be planned. */
  @Nullable WantedItem pollUnplanned() {
    return unplanned.pollFirst();
  }

  /** A new announcement, still in no state; its peer has none of this item yet. */
  Announcement add(Announcer announcer, ItemId id, int announcedBytes, long nowNanos) {
    WantedItem item = items.get(id);
    if (item == null) {
      item = new WantedItem(id, itemsSeen++, nowNanos);
      items.put(id, item);
    }
    Announcement announcement = new Announcement(announcer, item, announcedBytes);
    announcer.add(announcement);
    item.add(announcement);
    return announcement;
  }

  void move(Announcement announcement, State to, long dueNanos) {
    State from = announcement.state;
    int slotsBefore = one(announcement.holdsSlot());
    if (from.isTimed()) {
      timers.remove(announcement);
    }
    stopWaiting(announcement);
    announcement.state = to;
    announcement.dueNanos = dueNanos;
    announcement.again = false;
    if (to.isTimed()) {
      timers.add(announcement);
    }
    announcement.item.live += one(to.isLive()) - one(from.isLive());
    announcement.item.busy += one(to.isBusy()) - one(from.isBusy());
    int slots = one(announcement.holdsSlot()) - slotsBefore;
    Announcer.Window window = announcement.window();
    window.items += slots;
    window.bytes += (long) slots * announcement.chargedBytes();
    if (slots != 0) {
      inFlight.merge(announcement.kind(), slots, Integer::sum);
    }
    if (slots < 0) {
      offer(window);
    }
  }

  private static int one(boolean holds) {
    return holds ? 1 : 0;
  }

  void forget(Announcement announcement) {
    move(announcement, State.FORGOTTEN, 0);
    announcement.announcer.remove(announcement);
    announcement.item.remove(announcement);
  }

  /** To be called when the states of an item's announcements have changed. */
  void settle(WantedItem item, long nowNanos) {
    if (item.first == null) {
      items.remove(item.id);
    }
    if (item.live == 0) {
      item.forEach(this::renew);
    }
    if (item.first != null && item.live == 0) {
      if (spent.add(item)) {
        item.spentUntilNanos = nowNanos + limits.retryNanos();
      }
    } else {
      spent.remove(item);
    }
    if (item.live > 0 && item.busy == 0) {
      unplanned.add(item);
    } else {
      unplanned.remove(item);
      item.forEach(this::stopWaiting);
    }
  }

  /** Who has announced again what it had failed to give is asked as if it never had been. */
  private void renew(Announcement announcement) {
    if (announcement.again) {
      announcement.pushed = false;
      announcement.ended = false;
      move(announcement, State.READY, 0);
    }
  }

  /** Lets those be asked again who did not answer; whether any may be. */
  boolean retry(WantedItem item) {
    if (item.retries == limits.retriesMax()) {
      return false;
    }
    item.retries++;
    item.forEach(
        a -> {
          if (a.state == State.OVERDUE && !a.pushed) {
            move(a, State.RETRY, 0);
          }
        });
    return item.live > 0;
  }

  private void stopWaiting(Announcement announcement) {
    if (announcement.window().stopWaiting(announcement)) {
      offer(announcement.window());
    }
  }

  private void offer(Announcer.Window window) {
    Announcement next = window.next();
    if (next != null) {
      unplanned.add(next.item);
    }
  }

  /** Recomputes every index and count from the lists of the peers. */
  void check(Collection<Announcer> announcers) {
    Set<WantedItem> found = new LinkedHashSet<>();
    Map<ItemKind, Integer> held = new EnumMap<>(ItemKind.class);
    int timed = 0;
    for (Announcer announcer : announcers) {
      checkPeer(announcer);
      for (Announcement a = announcer.first; a != null; a = a.nextOfPeer) {
        found.add(a.item);
        held.merge(a.kind(), one(a.holdsSlot()), Integer::sum);
        timed += one(a.state.isTimed());
        require(timers.contains(a) == a.state.isTimed(), "timer", a);
      }
    }
    require(timers.size() == timed, "timers of nobody", timers);
    require(items.size() == found.size(), "items of nobody", items.size());
    for (ItemKind kind : ItemKind.values()) {
      require(inFlight(kind) == held.getOrDefault(kind, 0), "in flight", kind);
    }
    found.forEach(this::checkItem);
    require(found.containsAll(spent), "spent items of nobody", spent.size());
    require(found.containsAll(unplanned), "unplanned items of nobody", unplanned.size());
    long spentUntilNanos = 0;
    for (WantedItem item : spent) {
      require(item.spentUntilNanos >= spentUntilNanos, "order of spent items", item.id);
      spentUntilNanos = item.spentUntilNanos;
    }
  }

  private void checkPeer(Announcer announcer) {
    int count = 0;
    Announcement before = null;
    for (Announcement a = announcer.first; a != null; a = a.nextOfPeer) {
      count++;
      require(a.announcer == announcer, "owner", a);
      require(a.previousOfPeer == before, "links of a peer", a);
      require(a.item.by(announcer) == a, "two announcements of one peer", a);
      require(items.get(a.item.id) == a.item, "item not indexed", a);
      before = a;
    }
    require(announcer.announcements == count, "announcements", announcer.id);
    require(count <= limits.announcementsMax(), "too many announcements", announcer.id);
    require(announcer.asking.isEmpty(), "asked and not sent", announcer.id);
    for (ItemKind kind : ItemKind.values()) {
      checkWindow(announcer, kind);
    }
  }

  private void checkWindow(Announcer announcer, ItemKind kind) {
    int held = 0;
    long bytes = 0;
    int waiting = 0;
    Announcer.Window window = announcer.window(kind);
    for (Announcement a = announcer.first; a != null; a = a.nextOfPeer) {
      if (a.kind() == kind) {
        held += one(a.holdsSlot());
        bytes += a.holdsSlot() ? a.chargedBytes() : 0;
        waiting += one(window.isWaiting(a));
      }
    }
    require(window.items == held, "items in flight", announcer.id);
    require(window.bytes == bytes, "bytes in flight", announcer.id);
    require(window.waitingCount() == waiting, "waiting", announcer.id);
    int itemsMax =
        switch (kind) {
          case TRANSACTION -> limits.transactionsInFlightMax();
          case BLOCK -> limits.blocksInFlightMax();
        };
    require(held <= itemsMax, "too many items in flight", announcer.id);
    require(
        kind == ItemKind.BLOCK || bytes <= limits.transactionBytesInFlightMax(),
        "too many bytes in flight",
        announcer.id);
    Announcement next = window.next();
    require(next == null || unplanned.contains(next.item), "room and no plan", announcer.id);
  }

  private void checkItem(WantedItem item) {
    int live = 0;
    int busy = 0;
    int requested = 0;
    boolean planned = item.busy == 0 && !unplanned.contains(item);
    for (Announcement a = item.first; a != null; a = a.nextOfItem) {
      live += one(a.state.isLive());
      busy += one(a.state.isBusy());
      requested += one(a.state == State.REQUESTED && !a.pushed);
      boolean waits = a.window().isWaiting(a);
      require(a.state != State.FORGOTTEN, "forgotten", a);
      require(!a.again || (a.state == State.FAILED && item.live > 0), "announced again", a);
      require(!waits || (a.state == State.READY && item.busy == 0), "waits in vain", a);
      require(!planned || waits == (a.state == State.READY), "waits nowhere", a);
    }
    require(item.live == live, "live", item.id);
    require(item.busy == busy, "busy", item.id);
    require(requested <= 1, "two requests", item.id);
    require(item.retries <= limits.retriesMax(), "too many retries", item.id);
    require(spent.contains(item) == (live == 0), "spent", item.id);
    require(!unplanned.contains(item) || (live > 0 && busy == 0), "unplanned", item.id);
  }

  private static void require(boolean holds, String what, Object where) {
    if (!holds) {
      throw new IllegalStateException("fetch: " + what + " at " + where);
    }
  }
}
