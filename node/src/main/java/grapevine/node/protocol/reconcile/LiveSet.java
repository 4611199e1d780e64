package grapevine.node.protocol.reconcile;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.wire.Message;
import grapevine.node.wire.Message.Ids.Element;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node holds as a set that can be compared: elements by the minute, and the slice, of
 * their transactions' time. Confined to the core's thread.
 *
 * <p>A transaction is an element under its id. Two of one slot are one element together, the slot's
 * conflict element, which is the same whichever two a node holds: so nodes with different pairs of
 * the same conflict hold equal sets. Both lie in one minute, because the nonce fixes it; nothing
 * fixes their slice, so a pair lies in the first. When one of a pair leaves, the other is an
 * element by itself again: what is digested depends on the transactions held and on nothing of
 * their history, or two nodes with equal pools could differ for ever.
 */
final class LiveSet {
  private static final String SET_TAG = "grapevine-set-1";

  /** Age of what repair found: nobody knows, and the field saturates here. */
  private static final int AGE_MILLIS = 65_535;

  private final NavigableMap<Long, LiveMinute> minutes = new TreeMap<>();
  private int size;
  private @Nullable Hash256 digest;

  /** The minute without elements that was asked for last, and its digest: each ping asks. */
  private long emptyMinute = -1;

  private long emptyDigest;

  /** Adds a transaction that is not here. */
  void add(Transaction tx) {
    minutes.computeIfAbsent(tx.minute(), LiveMinute::new).add(tx);
    size++;
    digest = null;
  }

  /** Makes one element of two transactions of one slot that are both here. */
  void pair(Transaction first, Transaction second) {
    LiveMinute minute = minutes.get(first.minute());
    if (minute == null || first.minute() != second.minute()) {
      throw new IllegalStateException(first + " and " + second + " are not here");
    }
    minute.pair(first, second);
    size--;
    digest = null;
  }

  /** Removes a transaction that is here, by itself or as one of a pair. */
  void remove(Transaction tx) {
    LiveMinute minute = minutes.get(tx.minute());
    if (minute == null) {
      throw new IllegalStateException(tx + " is not here");
    }
    int before = minute.size();
    minute.remove(tx);
    size += minute.size() - before;
    digest = null;
    if (minute.size() == 0) {
      minutes.remove(tx.minute());
    }
  }

  /** Number of elements; a pair is one. */
  int size() {
    return size;
  }

  /** Whether the element, or the transaction as one of a pair, is in the minute. */
  boolean contains(long minute, Hash256 hash) {
    LiveMinute held = minutes.get(minute);
    return held != null && held.contains(hash);
  }

  /** Digest of one span, empty or not; see {@link Message.SpanDigest}. */
  long digest(long span) {
    LiveMinute held = minutes.get(Span.minute(span));
    if (Span.isSlice(span)) {
      return held == null ? LiveMinute.digestOf(span, List.of()) : held.digest(Span.place(span));
    }
    return held == null ? emptyDigest(span) : held.digest();
  }

  private long emptyDigest(long minute) {
    if (minute != emptyMinute) {
      emptyDigest = LiveMinute.digestOf(minute, List.of());
      emptyMinute = minute;
    }
    return emptyDigest;
  }

  /**
   * Digests of the spans from first to last, both included, that are not empty; ascending. A range
   * of minutes ends with the last minute, whatever {@code last} is.
   */
  List<Message.SpanDigest> digests(long first, long last) {
    List<Message.SpanDigest> digests = new ArrayList<>();
    if (Span.isSlice(first)) {
      minutes
          .subMap(Span.minute(first), true, Span.minute(last), true)
          .values()
          .forEach(minute -> minute.tellSlices(first, last, digests::add));
    } else {
      minutes
          .subMap(first, true, last, true)
          .values()
          .forEach(minute -> digests.add(minute.told()));
    }
    return digests;
  }

  /** Elements of one span greater than {@code after}, ascending, at most {@code countMax}. */
  Message.Ids ids(long span, Hash256 after, int countMax) {
    LiveMinute held = minutes.get(Span.minute(span));
    return held == null ? new Message.Ids(span, true, List.of()) : held.ids(span, after, countMax);
  }

  /**
   * The transactions of a neighbour's page that are not here, as announcements; of an unknown pair
   * what is missing of the two.
   */
  List<Message.Inv.Entry> missing(Message.Ids ids) {
    List<Message.Inv.Entry> missing = new ArrayList<>();
    long minute = Span.minute(ids.span());
    for (Element element : ids.elements()) {
      if (!contains(minute, element.hash())) {
        switch (element) {
          case Element.Single single ->
              addMissing(missing, minute, single.hash(), single.sizeBytes());
          case Element.Pair pair -> {
            addMissing(missing, minute, pair.first(), pair.firstBytes());
            addMissing(missing, minute, pair.second(), pair.secondBytes());
          }
        }
      }
    }
    return missing;
  }

  private void addMissing(
      List<Message.Inv.Entry> missing, long minute, Hash256 hash, int sizeBytes) {
    if (!contains(minute, hash)) {
      missing.add(new Message.Inv.Entry(ItemId.transaction(hash), sizeBytes, AGE_MILLIS));
    }
  }

  /** SHA-256("grapevine-set-1" ‖ 0 ‖ all elements, ascending over all minutes, 32 bytes each). */
  Hash256 digest() {
    Hash256 known = digest;
    if (known == null) {
      List<Hash256> hashes = new ArrayList<>(size);
      minutes.values().forEach(minute -> hashes.addAll(minute.hashes()));
      hashes.sort(null);
      ByteBuffer bytes = ByteBuffer.allocate(size * Hash256.BYTES);
      hashes.forEach(hash -> hash.write(bytes));
      known = Sha256.hash(SET_TAG, bytes.flip());
      digest = known;
    }
    return known;
  }

  void checkInvariants() {
    int count = 0;
    for (LiveMinute minute : minutes.values()) {
      minute.checkInvariants();
      count += minute.size();
    }
    if (count != size) {
      throw new IllegalStateException("live set: number of elements");
    }
  }
}
