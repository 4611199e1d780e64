package grapevine.node.protocol.relay;

import grapevine.crypto.SipHash;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Announces every accepted item by hash to every peer that is not known to have it; who lacks it
 * asks. The base line of all strategies: at what {@link Pace} transactions are announced is all in
 * which {@code announce} and {@code trickle} differ, and {@code flood} announces what it does not
 * push. Confined to the core's thread.
 *
 * <p>A block is announced at once, before the transactions that wait. Nothing is announced to a
 * peer whose send queue is long; what waits for it meanwhile is bounded, oldest dropped first.
 *
 * <p>Whether a peer knows an item is asked when the item is queued and again when it is sent, since
 * the peer may announce it in between. Peers are told in the order in which they became ready, and
 * those that can be told at once share one message.
 *
 * <p>A link at rest is one object of 48 bytes and its entry in a map; what it knows, and the
 * queues, are made when they are first needed.
 */
final class AnnounceRelay implements RelayStrategy {
  private static final int AGE_MILLIS_MAX = 65_535;

  private static final Comparator<Link> BY_DUE =
      Comparator.comparingLong((Link link) -> link.dueNanos).thenComparing(link -> link.peer);

  private final Limits limits;
  private final Pace pace;
  private final Outbox outbox;
  private final NodeEvents events;
  private final SipHash key;

  private final PeerMap<Link> links = new PeerMap<>();

  /** What waits for at least one peer; never iterated. */
  private final Map<ItemId, News> waiting = new HashMap<>(); // never iterated

  /** Links that have something to send at their {@link Link#dueNanos}. */
  private final TreeSet<Link> due = new TreeSet<>(BY_DUE);

  /** When the first of them is due: every input of a core ends with this question. */
  private long nextNanos = NEVER;

  AnnounceRelay(
      Limits limits, Pace pace, Outbox outbox, NodeEvents events, RandomGenerator random) {
    this.limits = limits;
    this.pace = pace;
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

    boolean isUrgent() {
      return id.kind() == ItemKind.BLOCK;
    }

    Message.Inv.Entry entry(long nowNanos) {
      long ageMillisNow = ageMillis + (nowNanos - sinceNanos) / 1_000_000;
      return new Message.Inv.Entry(id, sizeBytes, (int) Math.min(ageMillisNow, AGE_MILLIS_MAX));
    }
  }

  /** One ready peer: what it knows, and what waits for it. */
  private static final class Link {
    final PeerId peer;
    final boolean outbound;
    @Nullable KnownItems known;
    @Nullable ArrayDeque<News> blocks;
    @Nullable ArrayDeque<News> transactions;

    /** No transaction is announced before. */
    long opensNanos;

    /** When it is to be looked at; {@link #NEVER} when nothing waits. */
    long dueNanos = NEVER;

    Link(PeerId peer, boolean outbound) {
      this.peer = peer;
      this.outbound = outbound;
    }

    boolean knows(long hash) {
      return known != null && known.contains(hash);
    }

    /** False if it knew. */
    boolean learn(long hash, int knownMax) {
      if (known == null) {
        known = new KnownItems(knownMax);
      }
      return known.add(hash);
    }

    int blocksQueued() {
      return blocks == null ? 0 : blocks.size();
    }

    int transactionsQueued() {
      return transactions == null ? 0 : transactions.size();
    }

    int queued() {
      return blocksQueued() + transactionsQueued();
    }

    void add(News news) {
      if (news.isUrgent()) {
        blocks = blocks == null ? new ArrayDeque<>(1) : blocks;
        blocks.add(news);
      } else {
        transactions = transactions == null ? new ArrayDeque<>(1) : transactions;
        transactions.add(news);
      }
    }

    /** What comes first of all that waits. */
    @Nullable News poll() {
      News block = blocks == null ? null : blocks.poll();
      return block != null || transactions == null ? block : transactions.poll();
    }

    void forEach(Consumer<News> action) {
      if (blocks != null) {
        blocks.forEach(action);
      }
      if (transactions != null) {
        transactions.forEach(action);
      }
    }

    /** What is given up first of all that waits. */
    @Nullable News pollLeastWanted() {
      News transaction = transactions == null ? null : transactions.poll();
      return transaction != null || blocks == null ? transaction : blocks.poll();
    }
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    links.putIfAbsent(peer.id(), new Link(peer.id(), peer.isOutbound()));
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
    Message.Inv lone = null;
    for (Link link : links.values()) {
      if (link.peer.equals(from)) {
        link.learn(news.hash, limits.knownMax());
      }
      if (!link.knows(news.hash)) {
        open(link, news, nowNanos);
        if (isTellable(link, news, nowNanos)) {
          lone = lone == null ? new Message.Inv(List.of(news.entry(nowNanos))) : lone;
          tell(link, news, nowNanos);
          send(link, lone, nowNanos);
        } else {
          queue(link, news, nowNanos);
        }
      }
    }
  }

  /** Whether it may be told by itself: now, and nothing waits before it. */
  private boolean isTellable(Link link, News news, long nowNanos) {
    return link.queued() == 0
        && (news.isUrgent() || link.opensNanos <= nowNanos)
        && outbox.queuedBytes(link.peer) <= limits.pauseBytes();
  }

  @Override
  public void onPeerHas(PeerId peer, List<ItemId> ids) {
    ids.forEach(id -> onPeerHas(peer, hash(id)));
  }

  void onPeerHas(PeerId peer, long hash) {
    Link link = links.get(peer);
    if (link != null) {
      link.learn(hash, limits.knownMax());
    }
  }

  /** What stands for an item where it is asked about for many peers. */
  long hash(ItemId id) {
    return key.hash(id.hash());
  }

  /** Whether the peer is ready and not known to have the item of this hash. */
  boolean isNewsTo(PeerId peer, long hash) {
    Link link = links.get(peer);
    return link != null && !link.knows(hash);
  }

  boolean isReady(PeerId peer) {
    return links.containsKey(peer);
  }

  @Override
  public void onPush(PeerId peer, Message.Push push, long nowNanos) {
    events.onLimited("push", 1, nowNanos);
  }

  @Override
  public void announceTo(PeerId peer, List<Message.Inv.Entry> entries, long nowNanos) {
    Link link = links.get(peer);
    if (link == null) {
      return;
    }
    for (Message.Inv.Entry entry : entries) {
      News news = news(entry, nowNanos);
      if (!link.knows(news.hash)) {
        open(link, news, nowNanos);
        enqueue(link, news, nowNanos);
      }
    }
    tell(link, nowNanos);
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
    while (nextNanos <= nowNanos) {
      tell(due.first(), nowNanos);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return nextNanos;
  }

  private News news(Message.Inv.Entry entry, long nowNanos) {
    News news = waiting.get(entry.id());
    return news != null
        ? news
        : new News(entry.id(), hash(entry.id()), entry.sizeBytes(), entry.ageMillis(), nowNanos);
  }

  /** Asks the pace when a first transaction for this peer may go. */
  private void open(Link link, News news, long nowNanos) {
    if (!news.isUrgent() && link.transactionsQueued() == 0) {
      link.opensNanos = pace.opensNanos(link.outbound, link.opensNanos, nowNanos);
    }
  }

  private void queue(Link link, News news, long nowNanos) {
    enqueue(link, news, nowNanos);
    if (link.dueNanos <= nowNanos) {
      tell(link, nowNanos);
    }
  }

  /** Lets the news wait for a peer that does not know it; when, depends on what it is. */
  private void enqueue(Link link, News news, long nowNanos) {
    link.add(news);
    if (news.queues++ == 0) {
      waiting.put(news.id, news);
    }
    if (link.queued() > limits.queuedMax()) {
      News dropped = link.pollLeastWanted();
      if (dropped != null) {
        leave(dropped);
      }
      events.onLimited("announce-queue", 1, nowNanos);
    }
    schedule(link, Math.min(link.dueNanos, news.isUrgent() ? nowNanos : link.opensNanos));
  }

  /** Tells the peer all that waits for it and may go, as far as its send queue allows. */
  private void tell(Link link, long nowNanos) {
    boolean all = pace.goesAlong() || link.opensNanos <= nowNanos;
    while (link.blocksQueued() > 0 || (all && link.transactionsQueued() > 0)) {
      if (outbox.queuedBytes(link.peer) > limits.pauseBytes()) {
        long againNanos = nowNanos + limits.pauseNanos();
        link.opensNanos = Math.max(link.opensNanos, againNanos);
        schedule(link, againNanos);
        return;
      }
      sendFirst(link, all, nowNanos);
    }
    schedule(link, link.transactionsQueued() > 0 ? link.opensNanos : NEVER);
  }

  /** One message with what comes first of all that waits. */
  private void sendFirst(Link link, boolean all, long nowNanos) {
    List<Message.Inv.Entry> entries = new ArrayList<>();
    while ((all ? link.queued() : link.blocksQueued()) > 0
        && entries.size() < Message.Inv.ENTRIES_MAX) {
      News news = link.poll();
      if (news != null) {
        leave(news);
        if (!news.forgotten && !link.knows(news.hash)) {
          tell(link, news, nowNanos);
          entries.add(news.entry(nowNanos));
        }
      }
    }
    if (!entries.isEmpty()) {
      send(link, new Message.Inv(entries), nowNanos);
    }
  }

  private void tell(Link link, News news, long nowNanos) {
    link.learn(news.hash, limits.knownMax());
    events.onRelayed(link.peer, news.id, nowNanos - news.sinceNanos, nowNanos);
  }

  private void send(Link link, Message.Inv inv, long nowNanos) {
    outbox.send(link.peer, inv);
    if (link.transactionsQueued() == 0) {
      link.opensNanos = nowNanos + limits.batchNanos();
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
      nextNanos = due.isEmpty() ? NEVER : due.first().dueNanos;
    }
  }

  @Override
  public void checkInvariants() {
    Map<News, Integer> queues = new LinkedHashMap<>();
    int scheduled = 0;
    long firstNanos = NEVER;
    for (Link link : links.values()) {
      if (link.known != null) {
        link.known.checkInvariants();
      }
      link.forEach(news -> queues.merge(news, 1, Integer::sum));
      require(link.queued() <= limits.queuedMax(), "too much waits for " + link.peer);
      require((link.queued() > 0) == (link.dueNanos != NEVER), "no time set for " + link.peer);
      require((link.dueNanos != NEVER) == due.contains(link), "timer of " + link.peer);
      scheduled += link.dueNanos != NEVER ? 1 : 0;
      firstNanos = Math.min(firstNanos, link.dueNanos);
    }
    require(due.size() == scheduled, "timers of nobody");
    require(nextNanos == firstNanos, "next deadline");
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
