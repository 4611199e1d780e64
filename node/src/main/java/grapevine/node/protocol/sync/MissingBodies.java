package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Headers whose body is to be fetched, and who is known to have it. Bodies are handed out in
 * ascending height within a window, so that what is asked for is bounded in bytes however long the
 * branch; from then on the fetch scheduler cares for them. One that has not come by the time that
 * the scheduler has asked each of its sources in vain leaves the window, so that withheld bodies
 * hold up nobody for long, and is handed out again after a pause that lets the scheduler forget who
 * failed. The pause doubles with each try, a few times, and each try asks one more peer, known to
 * have it or not: no peer can keep a body from us by being the only one that ever showed its
 * header.
 *
 * <p>A block is accepted without its parent's body, so who showed a header may lack bodies below:
 * one that says so is a source no more, and when it was the last one asked, the next is asked at
 * once.
 */
final class MissingBodies {
  /** The pause doubles so often at most. */
  private static final int DOUBLINGS_MAX = 3;

  private final BlockSync.Window limits;
  private final NodeTime time;

  /** In ascending height. */
  private final TreeMap<BlockHeader, Missing> missing =
      new TreeMap<>(Comparator.comparingLong(BlockHeader::height).thenComparing(BlockHeader::hash));

  /** Those handed out; a subset. */
  private final Map<BlockHeader, Missing> window = new LinkedHashMap<>();

  private final List<PeerId> ready = new ArrayList<>();
  private long windowBytes;

  /** Whose turn it is to be asked for what its known sources do not give. */
  private int turn;

  /** Something changed since the window was last filled. */
  private boolean stale;

  private long nextNanos = Component.NEVER;

  private static final class Missing {
    final List<PeerId> sources = new ArrayList<>(2);

    /** So many of the sources, from the first on, were handed out. */
    int told;

    /** In the window: when to leave it. Outside: when to enter it, at the earliest. */
    long dueNanos;

    /** As many as there were, up to the number of doublings. */
    int pauses;
  }

  MissingBodies(BlockSync.Window limits, NodeTime time) {
    this.limits = limits;
    this.time = time;
  }

  void onPeerReady(PeerId peer) {
    ready.add(peer);
    stale |= !missing.isEmpty();
  }

  /** The body is not here. */
  void add(BlockHeader header) {
    missing.computeIfAbsent(header, h -> new Missing());
    stale = true;
  }

  /**
   * The body is not here, and the peer has it; one that has left in the meantime does not count.
   *
   * @return whether that is news
   */
  boolean add(BlockHeader header, PeerId source) {
    if (!ready.contains(source)) {
      boolean news = !missing.containsKey(header);
      add(header);
      return news;
    }
    Missing body = missing.computeIfAbsent(header, h -> new Missing());
    if (body.sources.contains(source) || body.sources.size() >= limits.sourcesMax()) {
      return false;
    }
    body.sources.add(source);
    stale = true;
    return true;
  }

  void onAccepted(BlockHeader header) {
    missing.remove(header);
    leaveWindow(header);
    stale |= !missing.isEmpty();
    nextNanos = missing.isEmpty() ? Component.NEVER : nextNanos;
  }

  void onPeerGone(PeerId peer) {
    ready.remove(peer);
    missing.forEach(
        (header, body) -> {
          int index = body.sources.indexOf(peer);
          if (index < 0) {
            return;
          }
          stale = true;
          body.sources.remove(index);
          if (index < body.told && --body.told == 0) {
            leaveWindow(header);
            body.dueNanos = 0;
          }
        });
  }

  /** The peer was asked for the body, and says that it does not have it. */
  void onNotFound(BlockHeader header, PeerId peer, long nowNanos) {
    Missing body = missing.get(header);
    int index = body == null ? -1 : body.sources.indexOf(peer);
    if (body == null || index < 0) {
      return;
    }
    stale = true;
    boolean last = index < body.told && --body.told == 0;
    if (last) {
      leaveWindow(header);
      askOneMore(body);
    }
    body.sources.remove(peer);
    if (last) {
      boolean more = !body.sources.isEmpty();
      body.dueNanos = more ? nowNanos : nowNanos + pauseNanos(body);
    }
  }

  void onTimer(long nowNanos) {
    stale |= nextNanos <= nowNanos;
  }

  /** 0 while something may be handed out. */
  long nextDeadlineNanos() {
    return stale ? 0 : nextNanos;
  }

  /**
   * Fills the window; costs nothing while nothing has changed.
   *
   * @param gone whether the tree has dropped a header
   * @param wants whether the body of a header should be fetched now
   */
  List<BlockSync.Wanted> take(Predicate<Hash256> gone, Predicate<Hash256> wants, long nowNanos) {
    if (!stale) {
      return List.of();
    }
    stale = false;
    nextNanos = Component.NEVER;
    List<BlockSync.Wanted> wanted = new ArrayList<>();
    for (BlockHeader header : List.copyOf(window.keySet())) {
      Missing body = window.get(header);
      if (body != null && (body.dueNanos <= nowNanos || gone.test(header.hash()))) {
        leaveWindow(header);
        body.told = 0;
        body.dueNanos = nowNanos + pauseNanos(body);
        askOneMore(body);
      } else if (body != null) {
        tell(header, body, wanted, nowNanos);
      }
    }
    Iterator<Map.Entry<BlockHeader, Missing>> ascending = missing.entrySet().iterator();
    while (ascending.hasNext()) {
      Map.Entry<BlockHeader, Missing> entry = ascending.next();
      BlockHeader header = entry.getKey();
      Missing body = entry.getValue();
      if (gone.test(header.hash())) {
        ascending.remove();
      } else if (body.told == 0 && body.dueNanos > nowNanos) {
        nextNanos = Math.min(nextNanos, body.dueNanos);
      } else if (body.told == 0 && !wants.test(header.hash())) {
        nextNanos = Math.min(nextNanos, nowNanos + limits.pauseNanosMin());
      } else if (body.told == 0) {
        if (!hasRoom(header)) {
          break;
        }
        if (body.sources.isEmpty()) {
          askOneMore(body);
        }
        if (!body.sources.isEmpty()) {
          window.put(header, body);
          windowBytes += header.blockBytes();
          body.dueNanos = nowNanos + patienceNanos(header, body);
          tell(header, body, wanted, nowNanos);
        }
      }
    }
    return wanted;
  }

  /** The next ready peer becomes a source, in place of the oldest one when there are too many. */
  private void askOneMore(Missing body) {
    for (int i = 0; i < ready.size(); i++) {
      turn = (turn + 1) % ready.size();
      PeerId peer = ready.get(turn);
      if (!body.sources.contains(peer)) {
        if (body.sources.size() >= limits.sourcesMax()) {
          body.sources.removeFirst();
        }
        body.sources.add(peer);
        return;
      }
    }
  }

  private boolean hasRoom(BlockHeader header) {
    return window.isEmpty()
        || (window.size() < limits.blocksMax()
            && windowBytes + header.blockBytes() <= limits.bytesMax());
  }

  private void leaveWindow(BlockHeader header) {
    if (window.remove(header) != null) {
      windowBytes -= header.blockBytes();
    }
  }

  /** As long as it takes to ask all sources one after the other. */
  private long patienceNanos(BlockHeader header, Missing body) {
    long transferNanos = header.blockBytes() * 1_000_000_000L / limits.bytesPerSecond();
    return body.sources.size() * (limits.patienceNanos() + transferNanos);
  }

  private long pauseNanos(Missing body) {
    long nanos = limits.pauseNanosMin() << body.pauses;
    body.pauses = Math.min(body.pauses + 1, DOUBLINGS_MAX);
    return nanos;
  }

  private void tell(
      BlockHeader header, Missing body, List<BlockSync.Wanted> wanted, long nowNanos) {
    nextNanos = Math.min(nextNanos, body.dueNanos);
    long ageMillis = Math.clamp(time.millis(nowNanos) - header.timeMillis(), 0, 0xFFFF);
    Message.Inv.Entry entry =
        new Message.Inv.Entry(
            ItemId.block(header.hash()), (int) header.blockBytes(), (int) ageMillis);
    for (; body.told < body.sources.size(); body.told++) {
      wanted.add(new BlockSync.Wanted(body.sources.get(body.told), entry));
    }
  }

  void checkInvariants() {
    BlockSync.check(window.size() <= limits.blocksMax(), "too many bodies in the window");
    BlockSync.check(
        windowBytes <= limits.bytesMax() || window.size() == 1, "too many bytes in the window");
    long sum = window.keySet().stream().mapToLong(BlockHeader::blockBytes).sum();
    BlockSync.check(sum == windowBytes, "bytes in the window are miscounted");
    missing.forEach(
        (header, body) -> {
          BlockSync.check(
              (body.told > 0) == window.containsKey(header), "a body is not where told");
          BlockSync.check(body.told <= body.sources.size(), "more told than there are sources");
          BlockSync.check(body.sources.size() <= limits.sourcesMax(), "too many sources");
        });
    BlockSync.check(missing.keySet().containsAll(window.keySet()), "a body came unnoticed");
  }
}
