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
 * of the last span comes) → <em>done</em>. The newest spans come first: they live longest.
 */
final class Exchange {
  /** Elements of {@code span} greater than {@code after}. */
  record Page(long span, Hash256 after) {}

  private record Asked(Page page, long askedNanos) {}

  private final long spanFirst;
  private final long spanLast;
  private final long startedNanos;
  private boolean hasDigests;
  private final Deque<Page> wanted = new ArrayDeque<>(0);
  private final Map<Long, Asked> asked = new TreeMap<>();
  private int elements;

  /** Starts with the question for digests from first to last, asked now. */
  Exchange(long spanFirst, long spanLast, long nowNanos) {
    this.spanFirst = spanFirst;
    this.spanLast = spanLast;
    startedNanos = nowNanos;
  }

  boolean awaitsDigests() {
    return !hasDigests;
  }

  boolean covers(long span) {
    return spanFirst <= span && span <= spanLast;
  }

  /** Whether all that is told lies outside of what was asked for. */
  boolean isBeside(Message.Digests digests) {
    return !digests.spans().isEmpty()
        && digests.spans().stream().noneMatch(told -> covers(told.span()));
  }

  boolean isOfSlices() {
    return Span.isSlice(spanFirst);
  }

  void onDigests() {
    hasDigests = true;
  }

  /** The span differs: its elements are wanted, before those of spans wanted earlier. */
  void want(long span) {
    wanted.addFirst(new Page(span, Hash256.ZERO));
  }

  /** The page to ask for next; null when none is wanted. */
  @Nullable Page wanted() {
    return wanted.peekFirst();
  }

  /** The page that {@link #wanted} told has been asked for. */
  void onAsked(long nowNanos) {
    Page page = wanted.removeFirst();
    asked.put(page.span, new Asked(page, nowNanos));
  }

  int askedPages() {
    return asked.size();
  }

  boolean isAsked(long span) {
    return asked.containsKey(span);
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
    Asked answered = asked.get(ids.span());
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
    Asked answered = asked.remove(ids.span());
    if (answered == null) {
      throw new IllegalArgumentException("no page of span " + ids.span() + " was asked for");
    }
    elements += ids.elements().size();
    if (!ids.last()) {
      wanted.addFirst(new Page(ids.span(), ids.elements().getLast().hash()));
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
    if (wanted.size() + asked.size() > spanLast - spanFirst + 1) {
      throw new IllegalStateException("exchange: more pages than spans");
    }
  }
}
