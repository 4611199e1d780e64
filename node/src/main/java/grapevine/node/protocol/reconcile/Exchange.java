package grapevine.node.protocol.reconcile;

import grapevine.crypto.Hash256;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node is asking one neighbour, from the first question to the last page. Confined to the
 * core's thread.
 *
 * <p>States: <em>digests asked</em> → (digests come) → <em>pages wanted or asked</em> → (last page
 * of the last minute comes) → <em>done</em>. The newest minutes come first: they live longest.
 */
final class Exchange {
  /** Elements of {@code minute} greater than {@code after}. */
  record Page(long minute, Hash256 after) {}

  private record Asked(Page page, long askedNanos) {}

  private final long minuteMin;
  private final long minuteMax;
  private final long startedNanos;
  private boolean hasDigests;
  private final Deque<Page> wanted = new ArrayDeque<>(0);
  private final Map<Long, Asked> asked = new TreeMap<>();
  private int elements;

  /** Starts with the question for digests from min to max, asked now. */
  Exchange(long minuteMin, long minuteMax, long nowNanos) {
    this.minuteMin = minuteMin;
    this.minuteMax = minuteMax;
    startedNanos = nowNanos;
  }

  boolean awaitsDigests() {
    return !hasDigests;
  }

  boolean covers(long minute) {
    return minuteMin <= minute && minute <= minuteMax;
  }

  void onDigests() {
    hasDigests = true;
  }

  /** The minute differs: its elements are wanted, before those of minutes wanted earlier. */
  void want(long minute) {
    wanted.addFirst(new Page(minute, Hash256.ZERO));
  }

  /** The page to ask for next; null when none is wanted. */
  @Nullable Page wanted() {
    return wanted.peekFirst();
  }

  /** The page that {@link #wanted} told has been asked for. */
  void onAsked(long nowNanos) {
    Page page = wanted.removeFirst();
    asked.put(page.minute, new Asked(page, nowNanos));
  }

  int askedPages() {
    return asked.size();
  }

  boolean isAsked(long minute) {
    return asked.containsKey(minute);
  }

  /** Elements ascend, and only the last page may be empty: else pages need never end. */
  static boolean isWellFormed(Message.Ids ids) {
    Hash256 previous = null;
    for (Message.Ids.Element element : ids.elements()) {
      if (previous != null && previous.compareTo(element.hash()) >= 0) {
        return false;
      }
      previous = element.hash();
    }
    return ids.last() || previous != null;
  }

  /** Whether these elements follow the one that the page asked for comes after. */
  boolean isAnswer(Message.Ids ids) {
    Asked answered = asked.get(ids.minute());
    return answered != null
        && (ids.elements().isEmpty()
            || ids.elements().getFirst().hash().compareTo(answered.page.after) > 0);
  }

  /**
   * An answer to a page asked for has come; unless it is the last, the next page is wanted.
   *
   * @return when the page was asked for
   */
  long onIds(Message.Ids ids) {
    Asked answered = asked.remove(ids.minute());
    if (answered == null) {
      throw new IllegalArgumentException("no page of minute " + ids.minute() + " was asked for");
    }
    elements += ids.elements().size();
    if (!ids.last()) {
      wanted.addFirst(new Page(ids.minute(), ids.elements().getLast().hash()));
    }
    return answered.askedNanos;
  }

  /** Elements that the neighbour has listed so far. */
  int elements() {
    return elements;
  }

  boolean isDone() {
    return hasDigests && wanted.isEmpty() && asked.isEmpty();
  }

  /** When the oldest question that is not answered was asked; {@link Long#MAX_VALUE} for none. */
  long waitingSinceNanos() {
    if (!hasDigests) {
      return startedNanos;
    }
    long since = Long.MAX_VALUE;
    for (Asked page : asked.values()) {
      since = StrictMath.min(since, page.askedNanos);
    }
    return since;
  }

  void checkInvariants(int pagesMax) {
    if (asked.size() > pagesMax || (!hasDigests && !(wanted.isEmpty() && asked.isEmpty()))) {
      throw new IllegalStateException("exchange: pages asked for");
    }
    if (wanted.size() + asked.size() > minuteMax - minuteMin + 1) {
      throw new IllegalStateException("exchange: more pages than minutes");
    }
  }
}
