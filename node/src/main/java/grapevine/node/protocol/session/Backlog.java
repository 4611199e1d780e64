package grapevine.node.protocol.session;

import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.port.TokenRate;
import grapevine.node.wire.Message;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives out bodies no faster than each peer takes them. Confined to the core's thread.
 *
 * <p>What a getdata asks for is looked up at once. What is not held is answered in one notfound;
 * what is held is sent while the peer's queue is short, and else waits here by its id, so that a
 * peer that asks and does not read costs ids, not bodies.
 *
 * <ol>
 *   <li>Blocks go before transactions, chunk by chunk, the next one only when less than {@code
 *       blockPauseBytes} is queued: a ping never waits behind more than two chunks.
 *   <li>Transactions go while less than {@code pauseBytes} is queued.
 *   <li>An id beyond {@code waitingMax} is answered with notfound, unseen: the peer can then ask
 *       somebody else at once. Notfounds themselves are not sent into a queue that is paused.
 *   <li>One item goes to one peer at most {@code servesMax} times in {@code servesNanos}; what it
 *       asks beyond is ignored. The memory for that is bounded, so who asks for very many items
 *       escapes it, and pays with his own bandwidth.
 *   <li>A getdata that finds nothing costs look-ups and gains nobody anything: beyond a rate, what
 *       that peer asks waits its turn, unseen.
 *   <li>What is pushed waits for nothing: a peer for which anything else waits is not given it.
 *   <li>A peer for which something waits, or whose queue is paused, must show progress within
 *       {@code stallNanos}: its queue drains, or is shorter than at the last look. Else it is
 *       dropped.
 * </ol>
 *
 * <p>Waiting bodies go on at {@link #onWritable}. A timer looks again after {@code retryNanos} in
 * case the driver's mark lies so high that it has nothing to tell.
 */
public final class Backlog implements Component {
  /**
   * @param pauseBytes queued bytes at which serving pauses; Core: 1 MB
   * @param blockPauseBytes queued bytes at which the next chunk of a block waits; with a chunk of
   *     64 KiB on top at most 128 KiB are queued
   * @param waitingMax ids waiting per peer: four full getdata, at 33 bytes each
   * @param servesMax gossipsub: 3 retransmissions
   * @param servesNanos a fraction of a transaction's life, so that a peer that has lost three
   *     bodies of one still gets it
   * @param servesKept items remembered per peer for the sake of {@code servesMax}
   * @param emptyIntervalNanos one over the rate of getdata that find nothing: 4/s
   * @param sweepNanos how often quiet queues are looked at for a stall
   */
  public record Limits(
      int pauseBytes,
      int blockPauseBytes,
      int waitingMax,
      int servesMax,
      long servesNanos,
      int servesKept,
      long emptyIntervalNanos,
      int emptyBurst,
      long stallNanos,
      long retryNanos,
      long sweepNanos) {
    public static Limits defaults() {
      return new Limits(
          1 << 20,
          64 << 10,
          1_000,
          3,
          60_000_000_000L,
          1_024,
          250_000_000,
          4,
          60_000_000_000L,
          250_000_000,
          15_000_000_000L);
    }
  }

  /** Where bodies come from. */
  public interface Source {
    Optional<Item> item(ItemId id);

    /** Time since the item's birth as far as known, in ms, 0 to 65,535. */
    int ageMillis(ItemId id, long nowNanos);
  }

  /** A block on its way to a peer. */
  private static final class Transfer {
    private final ItemId id;
    private final ByteBuffer bytes;
    private int offset;

    Transfer(ItemId id, ByteBuffer bytes) {
      this.id = id;
      this.bytes = bytes;
    }
  }

  /** How often one item went to one peer. */
  private static final class Serves {
    private final long sinceNanos;
    private int count;

    Serves(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  /** What waits for a peer that has ever asked for something, and what it was given. */
  private static final class Queues {
    /** Requests not yet looked at, while the peer asks too often for what is not held. */
    private final ArrayDeque<List<ItemId>> unseen = new ArrayDeque<>(0);

    private final ArrayDeque<ItemId> blocks = new ArrayDeque<>(0);
    private final ArrayDeque<ItemId> transactions = new ArrayDeque<>(0);
    private final LinkedHashMap<ItemId, Serves> served = LinkedHashMap.newLinkedHashMap(1);
  }

  private static final class Line {
    private final PeerId peer;
    private @Nullable Queues queues;
    private long emptiesPaidNanos;
    private @Nullable Transfer transfer;
    private int unseenIds;
    private long progressNanos;
    private long queuedBytes;

    Line(PeerId peer, long nowNanos) {
      this.peer = peer;
      progressNanos = nowNanos;
    }

    boolean isIdle() {
      return transfer == null
          && (queues == null || (queues.blocks.isEmpty() && queues.transactions.isEmpty()));
    }

    boolean hasUnseen() {
      return queues != null && !queues.unseen.isEmpty();
    }

    Queues queues() {
      if (queues == null) {
        queues = new Queues();
      }
      return queues;
    }

    /** Ids held back, in whatever queue. */
    int waiting() {
      int queued = queues == null ? 0 : queues.blocks.size() + queues.transactions.size();
      return unseenIds + queued + (transfer == null ? 0 : 1);
    }
  }

  private static final List<ItemKind> BLOCKS_FIRST = List.of(ItemKind.BLOCK, ItemKind.TRANSACTION);

  private final Limits limits;
  private final TokenRate empties;
  private final Source source;
  private final Outbox outbox;
  private final NodeEvents events;
  private final PeerMap<Line> lines = new PeerMap<>();
  private long retryNanos = NEVER;
  private long sweepNanos = NEVER;

  public Backlog(Limits limits, Source source, Outbox outbox, NodeEvents events) {
    this.limits = limits;
    empties = new TokenRate(limits.emptyIntervalNanos, limits.emptyBurst);
    this.source = source;
    this.outbox = outbox;
    this.events = events;
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    lines.put(peer.id(), new Line(peer.id(), nowNanos));
    sweepNanos = Math.min(sweepNanos, nowNanos + limits.sweepNanos);
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    if (lines.remove(peer) != null && lines.isEmpty()) {
      sweepNanos = NEVER;
      retryNanos = NEVER;
    }
  }

  /** A peer asks for items. */
  public void onGetData(PeerId from, List<ItemId> ids, long nowNanos) {
    Line line = lines.get(from);
    if (line == null) {
      return;
    }
    if (!line.hasUnseen() && empties.isReady(line.emptiesPaidNanos, nowNanos)) {
      look(line, ids, nowNanos);
    } else if (line.waiting() + ids.size() <= limits.waitingMax) {
      line.queues().unseen.add(ids);
      line.unseenIds += ids.size();
    } else {
      events.onLimited("getdata-waiting", ids.size(), nowNanos);
      sendNotFound(line, ids, nowNanos);
    }
    serve(line, nowNanos);
  }

  /**
   * Gives a peer a body that it has not asked for, under its standing request. Such a body never
   * waits: it leaves at once, or with a block its first chunk does, or it is not given.
   *
   * @return whether it is on its way
   */
  public boolean push(PeerId to, ItemId id, long nowNanos) {
    Line line = lines.get(to);
    int pauseBytes = id.kind() == ItemKind.BLOCK ? limits.blockPauseBytes : limits.pauseBytes;
    if (line == null || line.waiting() > 0 || outbox.queuedBytes(to) >= pauseBytes) {
      return false;
    }
    Optional<Item> item = source.item(id);
    if (item.isEmpty()) {
      return false;
    }
    switch (item.get()) {
      case Transaction transaction -> send(line, transaction, nowNanos);
      case Block block -> {
        line.transfer = new Transfer(id, encoded(block));
        serve(line, nowNanos);
      }
    }
    return true;
  }

  /** Takes up one request: sends or queues what is held, and answers for what is not. */
  private void look(Line line, List<ItemId> ids, long nowNanos) {
    List<ItemId> missing = new ArrayList<>(0);
    boolean found = false;
    for (ItemKind kind : BLOCKS_FIRST) {
      for (ItemId id : ids) {
        if (id.kind() == kind && !isSpent(line, id, nowNanos)) {
          found |= look(line, id, missing, nowNanos);
        }
      }
    }
    if (!found) {
      line.emptiesPaidNanos = empties.take(line.emptiesPaidNanos, nowNanos);
    }
    sendNotFound(line, missing, nowNanos);
  }

  /** Whether the item is held; adds to {@code missing} what is not given. */
  private boolean look(Line line, ItemId id, List<ItemId> missing, long nowNanos) {
    if (line.waiting() >= limits.waitingMax) {
      events.onLimited("getdata-waiting", 1, nowNanos);
      missing.add(id);
      return true;
    }
    Optional<Item> item = source.item(id);
    if (item.isEmpty()) {
      missing.add(id);
      return false;
    }
    count(line, id, nowNanos);
    switch (item.get()) {
      case Block block when line.transfer == null ->
          line.transfer = new Transfer(id, encoded(block));
      case Block block -> line.queues().blocks.add(id);
      case Transaction transaction when line.isIdle() && isOpen(line) ->
          send(line, transaction, nowNanos);
      case Transaction transaction -> line.queues().transactions.add(id);
    }
    return true;
  }

  /** Whether the peer has had the item as often as it may. */
  private boolean isSpent(Line line, ItemId id, long nowNanos) {
    Serves serves = line.queues == null ? null : line.queues.served.get(id);
    boolean spent =
        serves != null && serves.count >= limits.servesMax && isRecent(serves, nowNanos);
    if (spent) {
      events.onLimited("served-often", 1, nowNanos);
    }
    return spent;
  }

  private void count(Line line, ItemId id, long nowNanos) {
    LinkedHashMap<ItemId, Serves> served = line.queues().served;
    while (!served.isEmpty() && !isRecent(served.firstEntry().getValue(), nowNanos)) {
      served.pollFirstEntry();
    }
    Serves serves = served.computeIfAbsent(id, absent -> new Serves(nowNanos));
    serves.count++;
    if (served.size() > limits.servesKept) {
      served.pollFirstEntry();
    }
  }

  private boolean isRecent(Serves serves, long nowNanos) {
    return nowNanos - serves.sinceNanos < limits.servesNanos;
  }

  private boolean isOpen(Line line) {
    return outbox.queuedBytes(line.peer) < limits.pauseBytes;
  }

  private void sendNotFound(Line line, List<ItemId> ids, long nowNanos) {
    if (!ids.isEmpty() && !isOpen(line)) {
      events.onLimited("notfound-paused", ids.size(), nowNanos);
      return;
    }
    for (int i = 0; i < ids.size(); i += Message.GetData.IDS_MAX) {
      int end = Math.min(ids.size(), i + Message.GetData.IDS_MAX);
      outbox.send(line.peer, new Message.NotFound(List.copyOf(ids.subList(i, end))));
    }
  }

  /** The peer's queue has drained. */
  public void onWritable(PeerId peer, long nowNanos) {
    Line line = lines.get(peer);
    if (line != null) {
      line.progressNanos = nowNanos;
      serve(line, nowNanos);
    }
  }

  /** Sends what may go now; blocks first. */
  private void serve(Line line, long nowNanos) {
    if (!line.isIdle()) {
      List<ItemId> gone = new ArrayList<>(0);
      serveBlocks(line, gone, nowNanos);
      if (line.transfer == null && line.queues().blocks.isEmpty()) {
        serveTransactions(line, gone, nowNanos);
      }
      sendNotFound(line, gone, nowNanos);
    }
    line.queuedBytes = outbox.queuedBytes(line.peer);
    if (line.waiting() > 0) {
      retryNanos = Math.min(retryNanos, nowNanos + limits.retryNanos);
    }
  }

  private void serveBlocks(Line line, List<ItemId> gone, long nowNanos) {
    while (outbox.queuedBytes(line.peer) < limits.blockPauseBytes) {
      Transfer transfer = line.transfer == null ? nextTransfer(line, gone) : line.transfer;
      if (transfer == null) {
        break;
      }
      line.transfer = sendChunk(line.peer, transfer, nowNanos) ? null : transfer;
      line.progressNanos = nowNanos;
    }
  }

  private @Nullable Transfer nextTransfer(Line line, List<ItemId> gone) {
    ArrayDeque<ItemId> blocks = line.queues().blocks;
    for (ItemId id = blocks.poll(); id != null; id = blocks.poll()) {
      if (source.item(id).orElse(null) instanceof Block block) {
        return new Transfer(id, encoded(block));
      }
      gone.add(id);
    }
    return null;
  }

  /** The bytes of a block; peers that fetch it at the same time share them. */
  private ByteBuffer encoded(Block block) {
    for (Line other : lines.values()) {
      if (other.transfer != null && other.transfer.id.equals(block.id())) {
        return other.transfer.bytes;
      }
    }
    return ByteBuffer.wrap(block.toBytes()).asReadOnlyBuffer();
  }

  /** Whether it was the last. */
  private boolean sendChunk(PeerId to, Transfer transfer, long nowNanos) {
    int sizeBytes = transfer.bytes.capacity();
    int length = Math.min(Message.BlockChunk.CHUNK_BYTES_MAX, sizeBytes - transfer.offset);
    outbox.send(
        to,
        new Message.BlockChunk(
            transfer.id.hash(),
            source.ageMillis(transfer.id, nowNanos),
            sizeBytes,
            transfer.offset,
            transfer.bytes.slice(transfer.offset, length)));
    transfer.offset += length;
    if (transfer.offset < sizeBytes) {
      return false;
    }
    events.onServed(to, transfer.id, sizeBytes, nowNanos);
    return true;
  }

  private void serveTransactions(Line line, List<ItemId> gone, long nowNanos) {
    ArrayDeque<ItemId> transactions = line.queues().transactions;
    while (!transactions.isEmpty() && isOpen(line)) {
      ItemId id = transactions.remove();
      if (source.item(id).orElse(null) instanceof Transaction transaction) {
        send(line, transaction, nowNanos);
      } else {
        gone.add(id);
      }
    }
  }

  private void send(Line line, Transaction transaction, long nowNanos) {
    ItemId id = transaction.id();
    outbox.send(line.peer, new Message.Tx(source.ageMillis(id, nowNanos), transaction));
    events.onServed(line.peer, id, transaction.sizeBytes(), nowNanos);
    line.progressNanos = nowNanos; // its queue was short
  }

  @Override
  public void onTimer(long nowNanos) {
    long lateNanos = nowNanos - nextDeadlineNanos();
    if (lateNanos < 0) {
      return;
    }
    if (nowNanos >= sweepNanos) {
      sweepNanos = nowNanos + limits.sweepNanos;
    }
    retryNanos = NEVER;
    for (Line line : lines.values().toArray(Line[]::new)) {
      // What this node has slept past its own timer is not the peer's fault.
      line.progressNanos = Math.min(nowNanos, line.progressNanos + lateNanos);
      if (isStalled(line, nowNanos)) {
        onPeerGone(line.peer, nowNanos);
        outbox.disconnect(
            line.peer,
            DisconnectReason.WRITE_STALL,
            "%d bytes queued, none taken for %d s"
                .formatted(line.queuedBytes, limits.stallNanos / 1_000_000_000));
        continue;
      }
      while (line.hasUnseen() && empties.isReady(line.emptiesPaidNanos, nowNanos)) {
        List<ItemId> ids = line.queues().unseen.remove();
        line.unseenIds -= ids.size();
        look(line, ids, nowNanos);
      }
      serve(line, nowNanos);
    }
  }

  private boolean isStalled(Line line, long nowNanos) {
    long queued = outbox.queuedBytes(line.peer);
    boolean isBehind = queued >= limits.pauseBytes || !line.isIdle();
    if (!isBehind || queued < line.queuedBytes) {
      line.progressNanos = nowNanos;
    }
    line.queuedBytes = queued;
    return nowNanos - line.progressNanos >= limits.stallNanos;
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(retryNanos, sweepNanos);
  }

  @Override
  public void checkInvariants() {
    check(lines.isEmpty() == (sweepNanos == NEVER), "a sweep exactly while there are peers");
    for (Line line : lines.values()) {
      Queues queues = line.queues == null ? new Queues() : line.queues;
      int unseenIds = queues.unseen.stream().mapToInt(List::size).sum();
      check(unseenIds == line.unseenIds, "unseen ids of " + line.peer);
      check(line.waiting() <= limits.waitingMax, "ids waiting for " + line.peer);
      check(queues.served.size() <= limits.servesKept, "serves kept of " + line.peer);
      check(line.waiting() == 0 || retryNanos != NEVER, "a retry for " + line.peer);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("backlog: expected " + what);
    }
  }
}
