package grapevine.node.protocol.relay;

import grapevine.crypto.SipHash;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Announces every accepted item by hash to every peer that is not known to have it; who lacks it
 * asks. The base line of all strategies. Confined to the core's thread.
 *
 * <p>A transaction is announced at once to a peer that has been told nothing for a batch interval,
 * so a lone one is never delayed; otherwise it waits for the end of the interval, and one message
 * tells of all that came meanwhile. A block is announced at once, before the transactions that
 * wait, which go along. Nothing is announced to a peer whose send queue is long; what waits for it
 * meanwhile is bounded, oldest dropped first.
 *
 * <p>Whether a peer knows an item is asked when the item is queued and again when it is sent, since
 * the peer may announce it in between. Peers are told in the order in which they became ready.
 */
final class AnnounceRelay implements RelayStrategy {
  private static final int AGE_MILLIS_MAX = 65_535;

  private final Limits limits;
  private final Outbox outbox;
  private final NodeEvents events;
  private final SipHash key;

  private final Map<PeerId, Link> links = new LinkedHashMap<>();

  /** What waits for at least one peer; never iterated. */
  private final Map<ItemId, News> waiting = new HashMap<>(); // never iterated

  /** Links that have something to send at their {@link Link#dueNanos}. */
  private final TreeSet<Link> due =
      new TreeSet<>(
          Comparator.comparingLong((Link link) -> link.dueNanos).thenComparing(link -> link.peer));

  AnnounceRelay(Limits limits, Outbox outbox, NodeEvents events, RandomGenerator random) {
    this.limits = limits;
    this.outbox = outbox;
    this.events = events;
    key = new SipHash(random.nextLong(), random.nextLong());
  }

  /** One item to be told of; shared by all the peers that it waits for. */
  private static final class News {
    final ItemId id;
    final long hash;
    final int sizeBytes;
    final int ageMillis;

    /** When it was that old: accepted, or handed in for a new peer. */
    final long sinceNanos;

    /** Links in whose queues it is. */
    int queues;

    /** No longer served; stays in the queues until its turn. */
    boolean forgotten;

    News(ItemId id, long hash, int sizeBytes, int ageMillis, long sinceNanos) {
      this.id = id;
      this.hash = hash;
      this.sizeBytes = sizeBytes;
      this.ageMillis = ageMillis;
      this.sinceNanos = sinceNanos;
    }

    Message.Inv.Entry entry(long nowNanos) {
      long ageMillisNow = ageMillis + (nowNanos - sinceNanos) / 1_000_000;
      return new Message.Inv.Entry(id, sizeBytes, (int) Math.min(ageMillisNow, AGE_MILLIS_MAX));
    }
  }

  /** One ready peer: what it knows, and what waits for it. */
  private static final class Link {
    final PeerId peer;
    final KnownItems known;

    /** Empty ones are small: a peer at rest costs little. */
    final ArrayDeque<News> blocks = new ArrayDeque<>(1);

    final ArrayDeque<News> transactions = new ArrayDeque<>(1);

    /** No transaction is announced before. */
    long quietNanos;

    /** When it is to be looked at; {@link #NEVER} when nothing waits. */
    long dueNanos = NEVER;

    Link(PeerId peer, int knownMax) {
      this.peer = peer;
      known = new KnownItems(knownMax);
    }

    int queued() {
      return blocks.size() + transactions.size();
    }

    ArrayDeque<News> queue(ItemKind kind) {
      return switch (kind) {
        case BLOCK -> blocks;
        case TRANSACTION -> transactions;
      };
    }

    @Nullable News poll() {
      return blocks.isEmpty() ? transactions.poll() : blocks.poll();
    }
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    links.putIfAbsent(peer.id(), new Link(peer.id(), limits.knownMax()));
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    Link link = links.remove(peer);
    if (link != null) {
      schedule(link, NEVER);
      for (News news = link.poll(); news != null; news = link.poll()) {
        leave(news);
      }
    }
  }

  @Override
  public void onAccepted(
      ItemId id, int sizeBytes, int ageMillis, @Nullable PeerId from, long nowNanos) {
    News news = news(new Message.Inv.Entry(id, sizeBytes, ageMillis), nowNanos);
    for (Link link : links.values()) {
      if (link.peer.equals(from)) {
        link.known.add(news.hash);
      }
      queue(link, news, nowNanos);
      if (link.dueNanos <= nowNanos) {
        tell(link, nowNanos);
      }
    }
  }

  @Override
  public void onPeerHas(PeerId peer, List<ItemId> ids) {
    Link link = links.get(peer);
    if (link != null) {
      ids.forEach(id -> link.known.add(key.hash(id.hash())));
    }
  }

  @Override
  public void announceTo(PeerId peer, List<Message.Inv.Entry> entries, long nowNanos) {
    Link link = links.get(peer);
    if (link != null) {
      entries.forEach(entry -> queue(link, news(entry, nowNanos), nowNanos));
      tell(link, nowNanos);
    }
  }

  @Override
  public void onWritable(PeerId peer, long nowNanos) {
    Link link = links.get(peer);
    if (link != null) {
      tell(link, nowNanos);
    }
  }

  @Override
  public void forget(ItemId id) {
    News news = waiting.remove(id);
    if (news != null) {
      news.forgotten = true;
    }
  }

  @Override
  public void onTimer(long nowNanos) {
    while (!due.isEmpty() && due.first().dueNanos <= nowNanos) {
      tell(due.first(), nowNanos);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return due.isEmpty() ? NEVER : due.first().dueNanos;
  }

  private News news(Message.Inv.Entry entry, long nowNanos) {
    News news = waiting.get(entry.id());
    return news != null
        ? news
        : new News(
            entry.id(),
            key.hash(entry.id().hash()),
            entry.sizeBytes(),
            entry.ageMillis(),
            nowNanos);
  }

  /** Lets the news wait for a peer that does not know it; when, depends on what it is. */
  private void queue(Link link, News news, long nowNanos) {
    if (link.known.contains(news.hash)) {
      return;
    }
    link.queue(news.id.kind()).add(news);
    if (news.queues++ == 0) {
      waiting.put(news.id, news);
    }
    if (link.queued() > limits.queuedMax()) {
      News dropped =
          link.transactions.isEmpty() ? link.blocks.remove() : link.transactions.remove();
      leave(dropped);
      events.onLimited("announce-queue", 1, nowNanos);
    }
    boolean urgent = news.id.kind() == ItemKind.BLOCK;
    schedule(link, Math.min(link.dueNanos, urgent ? nowNanos : link.quietNanos));
  }

  /** Tells the peer all that waits for it, as far as its send queue allows. */
  private void tell(Link link, long nowNanos) {
    while (link.queued() > 0) {
      if (outbox.queuedBytes(link.peer) > limits.pauseBytes()) {
        link.quietNanos = nowNanos + limits.pauseNanos();
        schedule(link, link.quietNanos);
        return;
      }
      send(link, nowNanos);
    }
    schedule(link, NEVER);
  }

  /** One message with what comes first of all that waits. */
  private void send(Link link, long nowNanos) {
    List<Message.Inv.Entry> entries = new ArrayList<>();
    while (link.queued() > 0 && entries.size() < Message.Inv.ENTRIES_MAX) {
      News news = link.poll();
      if (news != null) {
        leave(news);
        if (!news.forgotten && link.known.add(news.hash)) {
          entries.add(news.entry(nowNanos));
          events.onRelayed(link.peer, news.id, nowNanos - news.sinceNanos, nowNanos);
        }
      }
    }
    if (!entries.isEmpty()) {
      outbox.send(link.peer, new Message.Inv(entries));
      link.quietNanos = nowNanos + limits.batchNanos();
    }
  }

  private void leave(News news) {
    if (--news.queues == 0) {
      waiting.remove(news.id, news);
    }
  }

  private void schedule(Link link, long dueNanos) {
    if (dueNanos != link.dueNanos) {
      due.remove(link);
      link.dueNanos = dueNanos;
      if (dueNanos != NEVER) {
        due.add(link);
      }
    }
  }

  @Override
  public void checkInvariants() {
    Map<News, Integer> queues = new LinkedHashMap<>();
    int scheduled = 0;
    for (Link link : links.values()) {
      link.known.checkInvariants();
      link.blocks.forEach(news -> queues.merge(news, 1, Integer::sum));
      link.transactions.forEach(news -> queues.merge(news, 1, Integer::sum));
      require(link.queued() <= limits.queuedMax(), "too much waits for " + link.peer);
      require((link.queued() > 0) == (link.dueNanos != NEVER), "no time set for " + link.peer);
      require((link.dueNanos != NEVER) == due.contains(link), "timer of " + link.peer);
      scheduled += link.dueNanos != NEVER ? 1 : 0;
    }
    require(due.size() == scheduled, "timers of nobody");
    int served = 0;
    for (Map.Entry<News, Integer> entry : queues.entrySet()) {
      News news = entry.getKey();
      require(news.queues == entry.getValue(), "queues of " + news.id);
      require(news.forgotten == (waiting.get(news.id) != news), "index of " + news.id);
      served += news.forgotten ? 0 : 1;
    }
    require(waiting.size() == served, "news of nobody");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("announce: " + what);
    }
  }
}
