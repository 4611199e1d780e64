package grapevine.node.protocol.fetch;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents.AnnounceResult;
import grapevine.node.protocol.port.NodeEvents.FetchResult;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The rules of {@link FetchScheduler} once more, with one list and a loop for every question. Its
 * outputs are lines of text.
 */
final class NaiveFetch {
  private enum State {
    DELAYED,
    READY,
    REQUESTED,
    OVERDUE,
    RETRY,
    VERIFYING,
    FAILED
  }

  private static final class Claim {
    PeerInfo peer;
    ItemId id;
    int bytes;
    State state;
    long itemSequence;
    long firstAnnouncedNanos;
    long dueNanos;
    long requestedNanos;
    long cameNanos = -1;
    boolean ended;
    boolean pushed;
    boolean again;

    boolean is(State... states) {
      return List.of(states).contains(state);
    }
  }

  private final FetchScheduler.Limits limits;
  private final ToLongBiFunction<PeerId, ItemId> priority;
  private final List<PeerInfo> peers = new ArrayList<>();
  private final Map<PeerId, Long> roundTripNanos = new LinkedHashMap<>();
  private final Map<ItemId, List<Claim>> items = new LinkedHashMap<>();
  private final Map<PeerId, Set<ItemId>> owed = new LinkedHashMap<>();
  private final Map<ItemId, Long> spentUntilNanos = new LinkedHashMap<>();
  private final Map<ItemId, Integer> retries = new LinkedHashMap<>();
  private long itemsSeen;

  final List<String> output = new ArrayList<>();

  NaiveFetch(FetchScheduler.Limits limits, ToLongBiFunction<PeerId, ItemId> priority) {
    this.limits = limits;
    this.priority = priority;
  }

  void ready(PeerInfo peer) {
    peers.add(peer);
    roundTripNanos.put(peer.id(), 0L);
  }

  void gone(PeerId peer, long now) {
    peers.removeIf(p -> p.id().equals(peer));
    owed.remove(peer);
    claims()
        .filter(c -> c.peer.id().equals(peer) && c.is(State.REQUESTED, State.VERIFYING))
        .forEach(c -> end(c, FetchResult.CANCELLED, now - c.requestedNanos));
    items.values().forEach(claims -> claims.removeIf(c -> c.peer.id().equals(peer)));
    settle(now);
  }

  void roundTrip(PeerId peer, long nanos) {
    roundTripNanos.computeIfPresent(peer, (p, old) -> nanos);
  }

  void announced(PeerId from, List<Message.Inv.Entry> entries, boolean isItsWord, long now) {
    for (PeerInfo peer : List.copyOf(peers)) {
      if (peer.id().equals(from)) {
        entries.forEach(entry -> announced(peer, entry, isItsWord, now));
      }
    }
  }

  private void announced(PeerInfo peer, Message.Inv.Entry entry, boolean isItsWord, long now) {
    AnnounceResult result;
    Claim before = of(peer.id(), entry.id());
    if (before != null) {
      before.again |= isItsWord && before.is(State.FAILED);
      result = AnnounceResult.KNOWN;
    } else if (claims().filter(c -> c.peer.equals(peer)).count() >= limits.announcementsMax()) {
      result = AnnounceResult.LIMITED;
    } else {
      Claim c = claim(peer, entry.id(), entry.sizeBytes(), now);
      boolean mayBeBeaten = !peer.isOutbound() && peers.stream().anyMatch(PeerInfo::isOutbound);
      c.state = mayBeBeaten ? State.DELAYED : State.READY;
      c.dueNanos = now + limits.inboundDelayNanos();
      of(c.id)
          .filter(o -> o.is(State.REQUESTED) && o.id.kind() == ItemKind.TRANSACTION && !o.pushed)
          .forEach(
              o -> o.dueNanos = Math.min(o.dueNanos, Math.max(now, o.requestedNanos + expiry(o))));
      boolean busy = of(c.id).anyMatch(o -> o.is(State.REQUESTED, State.VERIFYING));
      result = busy ? AnnounceResult.INFLIGHT : AnnounceResult.NEW;
    }
    settle(now);
    output.add("announced " + peer.id() + " " + entry.id() + " " + result);
  }

  private Claim claim(PeerInfo peer, ItemId id, int bytes, long now) {
    Claim first = of(id).findFirst().orElse(null);
    Claim c = new Claim();
    c.peer = peer;
    c.id = id;
    c.bytes = bytes;
    c.itemSequence = first == null ? itemsSeen++ : first.itemSequence;
    c.firstAnnouncedNanos = first == null ? now : first.firstAnnouncedNanos;
    items.computeIfAbsent(id, i -> new ArrayList<>()).add(c);
    return c;
  }

  boolean pushed(PeerId from, ItemId id, int bytes, long now) {
    PeerInfo peer = peers.stream().filter(p -> p.id().equals(from)).findFirst().orElse(null);
    Claim c = of(from, id);
    if (peer == null
        || (c != null && c.is(State.REQUESTED, State.OVERDUE, State.RETRY, State.VERIFYING))) {
      return false;
    }
    if (c == null && announcements(from) >= limits.announcementsMax()) {
      return false;
    }
    c = c == null ? claim(peer, id, bytes, now) : c;
    c.pushed = true;
    c.again = false;
    c.ended = true;
    c.requestedNanos = now;
    c.dueNanos = now + (id.kind() == ItemKind.BLOCK ? expiry(c) : limits.expirySoleNanos());
    c.state = State.REQUESTED;
    settle(now);
    return true;
  }

  boolean late(PeerId from, ItemId id) {
    return owed.containsKey(from) && owed.get(from).remove(id);
  }

  boolean body(PeerId from, ItemId id, long now) {
    Claim c = of(from, id);
    if (c == null || !c.is(State.REQUESTED, State.OVERDUE, State.RETRY)) {
      return false;
    }
    c.state = State.VERIFYING;
    c.cameNanos = now;
    settle(now);
    return true;
  }

  boolean requested(PeerId from, ItemId id) {
    Claim c = of(from, id);
    return c != null && c.is(State.REQUESTED, State.OVERDUE, State.RETRY);
  }

  void chunk(PeerId from, ItemId id, int bytes) {
    Claim c = of(from, id);
    if (c != null && c.is(State.REQUESTED) && id.kind() == ItemKind.BLOCK) {
      long longest = c.requestedNanos + limits.blockExpiryMaxNanos();
      c.dueNanos = Math.min(longest, c.dueNanos + transfer(bytes));
    }
  }

  void notFound(PeerId from, List<ItemId> ids, long now) {
    for (ItemId id : ids) {
      Claim c = of(from, id);
      if (c == null) {
        late(from, id);
      } else if (c.is(State.REQUESTED, State.OVERDUE, State.RETRY) && !c.pushed) {
        end(c, FetchResult.NOTFOUND, now - c.requestedNanos);
        c.state = State.FAILED;
      }
    }
    settle(now);
  }

  void resolved(ItemId id, long now) {
    for (Claim c : of(id).toList()) {
      if (c.is(State.VERIFYING)) {
        end(c, FetchResult.OK, c.cameNanos - c.requestedNanos);
      } else if (c.is(State.REQUESTED)) {
        end(c, FetchResult.CANCELLED, now - c.requestedNanos);
      }
    }
    forget(id);
    settle(now);
  }

  private void forget(ItemId id) {
    of(id)
        .filter(c -> c.is(State.REQUESTED, State.OVERDUE, State.RETRY) && !c.pushed)
        .forEach(c -> owed.computeIfAbsent(c.peer.id(), p -> new LinkedHashSet<>()).add(id));
    items.remove(id);
  }

  void failed(PeerId from, ItemId id, long now) {
    Claim c = of(from, id);
    if (c != null) {
      if (c.is(State.REQUESTED, State.VERIFYING)) {
        long ended = c.is(State.VERIFYING) ? c.cameNanos : now;
        end(c, FetchResult.INVALID, ended - c.requestedNanos);
      }
      c.state = State.FAILED;
      c.again = false;
    }
    settle(now);
  }

  void timer(long now) {
    for (Claim c : claims().toList()) {
      if (c.is(State.DELAYED) && c.dueNanos <= now) {
        c.state = State.READY;
      } else if (c.is(State.REQUESTED) && c.dueNanos <= now) {
        end(c, FetchResult.TIMEOUT, now - c.requestedNanos);
        c.state = State.OVERDUE;
      }
    }
    settle(now);
    for (ItemId id : List.copyOf(spentUntilNanos.keySet())) {
      if (spentUntilNanos.get(id) <= now) {
        List<Claim> silent = of(id).filter(c -> c.is(State.OVERDUE) && !c.pushed).toList();
        if (silent.isEmpty() || retries.merge(id, 1, Integer::sum) > limits.retriesMax()) {
          forget(id);
        }
        silent.forEach(c -> c.state = State.RETRY);
      }
    }
    settle(now);
  }

  long nextDeadline() {
    LongStream timed =
        claims().filter(c -> c.is(State.DELAYED, State.REQUESTED)).mapToLong(c -> c.dueNanos);
    LongStream forgotten = spentUntilNanos.values().stream().mapToLong(nanos -> nanos);
    return LongStream.concat(timed, forgotten).min().orElse(Component.NEVER);
  }

  void flush(long now) {
    Map<PeerId, List<Claim>> asked = new LinkedHashMap<>();
    List<ItemId> oldestFirst =
        claims()
            .sorted(Comparator.comparingLong(c -> c.itemSequence))
            .map(c -> c.id)
            .distinct()
            .toList();
    for (ItemId id : oldestFirst) {
      if (of(id).anyMatch(c -> c.is(State.REQUESTED, State.VERIFYING))) {
        continue;
      }
      Comparator<Claim> better =
          Comparator.<Claim, Boolean>comparing(c -> c.is(State.READY))
              .thenComparing(c -> c.peer.isOutbound())
              .thenComparing(
                  c -> priority.applyAsLong(c.peer.id(), id), (a, b) -> Long.compareUnsigned(a, b));
      of(id)
          .filter(c -> c.is(State.RETRY) || (c.is(State.READY) && hasRoom(c)))
          .max(better)
          .ifPresent(
              c -> {
                c.dueNanos = now + expiry(c);
                c.requestedNanos = now;
                c.ended = false;
                c.state = State.REQUESTED;
                asked.computeIfAbsent(c.peer.id(), p -> new ArrayList<>()).add(c);
                output.add(
                    "requested " + c.peer.id() + " " + id + " " + (now - c.firstAnnouncedNanos));
              });
    }
    asked.forEach(this::send);
  }

  private void send(PeerId peer, List<Claim> asked) {
    List<ItemId> ids = new ArrayList<>();
    int bytes = 0;
    for (Claim c : asked) {
      int more = c.id.kind() == ItemKind.TRANSACTION ? c.bytes : 0;
      if (!ids.isEmpty() && bytes + more > limits.getDataBytesMax()) {
        output.add("sent " + peer + " " + ids);
        ids = new ArrayList<>();
        bytes = 0;
      }
      ids.add(c.id);
      bytes += more;
    }
    output.add("sent " + peer + " " + ids);
  }

  private boolean hasRoom(Claim wanted) {
    ItemKind kind = wanted.id.kind();
    int items = 0;
    long bytes = 0;
    for (Claim c : claims().toList()) {
      if (c.peer.equals(wanted.peer) && c.id.kind() == kind && holdsSlot(c)) {
        items++;
        bytes += c.bytes;
      }
    }
    return kind == ItemKind.BLOCK
        ? items < limits.blocksInFlightMax()
        : items < limits.transactionsInFlightMax()
            && bytes + Transaction.BYTES_MAX <= limits.transactionBytesInFlightMax();
  }

  private static boolean holdsSlot(Claim c) {
    return c.is(State.REQUESTED, State.OVERDUE, State.RETRY, State.VERIFYING) && !c.pushed;
  }

  int inFlight(PeerId peer) {
    return (int) claims().filter(c -> c.peer.id().equals(peer) && holdsSlot(c)).count();
  }

  int inFlight(ItemKind kind) {
    return (int) claims().filter(c -> c.id.kind() == kind && holdsSlot(c)).count();
  }

  int announcements(PeerId peer) {
    return (int) claims().filter(c -> c.peer.id().equals(peer)).count();
  }

  int wanted() {
    return (int) claims().map(c -> c.id).distinct().count();
  }

  private long expiry(Claim c) {
    if (c.id.kind() == ItemKind.BLOCK) {
      long nanos = limits.blockExpiryNanos() + transfer(Math.max(c.bytes, BlockHeader.BYTES));
      return Math.min(nanos, limits.blockExpiryMaxNanos());
    }
    boolean others = of(c.id).anyMatch(o -> o != c && isLive(o));
    long trips = 4 * roundTripNanos.get(c.peer.id());
    return others
        ? Math.min(limits.expirySoleNanos(), Math.max(limits.expiryMinNanos(), trips))
        : limits.expirySoleNanos();
  }

  private long transfer(int bytes) {
    return bytes * 1_000_000_000L / limits.blockBytesPerSecond();
  }

  private static boolean isLive(Claim c) {
    return !c.is(State.OVERDUE, State.FAILED);
  }

  /** Starts and stops the time after which an item that nobody can give is forgotten. */
  private void settle(long now) {
    items.values().removeIf(List::isEmpty);
    for (List<Claim> claims : items.values()) {
      if (claims.stream().noneMatch(NaiveFetch::isLive)) {
        claims.stream().filter(c -> c.again).forEach(NaiveFetch::renew);
      }
    }
    retries.keySet().retainAll(items.keySet());
    spentUntilNanos
        .keySet()
        .removeIf(id -> !items.containsKey(id) || of(id).anyMatch(c -> isLive(c)));
    for (ItemId id : items.keySet()) {
      if (of(id).noneMatch(c -> isLive(c))) {
        spentUntilNanos.putIfAbsent(id, now + limits.retryNanos());
      }
    }
  }

  private static void renew(Claim c) {
    c.again = false;
    c.pushed = false;
    c.ended = false;
    c.state = State.READY;
  }

  private void end(Claim c, FetchResult result, long took) {
    if (!c.ended) {
      c.ended = true;
      output.add("ended " + c.peer.id() + " " + c.id + " " + result + " " + took);
    }
  }

  private Stream<Claim> claims() {
    return items.values().stream().flatMap(List::stream);
  }

  private Stream<Claim> of(ItemId id) {
    return items.getOrDefault(id, List.of()).stream();
  }

  private Claim of(PeerId peer, ItemId id) {
    return of(id).filter(c -> c.peer.id().equals(peer)).findFirst().orElse(null);
  }
}
