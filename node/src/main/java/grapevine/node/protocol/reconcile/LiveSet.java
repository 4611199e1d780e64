package grapevine.node.protocol.reconcile;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.wire.Message;
import grapevine.node.wire.Message.Ids.Element;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node holds as a set that can be compared: elements by the minute of their transactions'
 * time. Confined to the core's thread.
 *
 * <p>A transaction is an element under its id. Two of one slot are one element together, the slot's
 * conflict element, which is the same whichever two a node holds: so nodes with different pairs of
 * the same conflict hold equal sets. Both lie in one minute, because the nonce fixes it. When one
 * of a pair leaves, the other is an element by itself again: what is digested depends on the
 * transactions held and on nothing of their history, or two nodes with equal pools could differ for
 * ever.
 */
final class LiveSet {
  private static final String MINUTE_TAG = "grapevine-minute-1";
  private static final String SET_TAG = "grapevine-set-1";

  /** Age of what repair found: nobody knows, and the field saturates here. */
  private static final int AGE_MILLIS = 65_535;

  private static final class Minute {
    final TreeMap<Hash256, Element> elements = new TreeMap<>();

    /** Conflict element by the id of each transaction of a pair. */
    final Map<Hash256, Hash256> pairOf = new LinkedHashMap<>();

    long digest;
    boolean isDigested;
  }

  private final NavigableMap<Long, Minute> minutes = new TreeMap<>();
  private int size;
  private @Nullable Hash256 digest;

  /** The minute without elements that was asked for last, and its digest: each ping asks. */
  private long emptyMinute = -1;

  private long emptyDigest;

  /** Adds a transaction that is not here. */
  void add(Transaction tx) {
    Minute minute = minutes.computeIfAbsent(tx.minute(), key -> new Minute());
    put(minute, new Element.Single(tx.hash(), tx.sizeBytes()));
  }

  /** Makes one element of two transactions of one slot that are both here. */
  void pair(Transaction first, Transaction second) {
    Minute minute = minutes.get(first.minute());
    if (minute == null || first.minute() != second.minute()) {
      throw new IllegalStateException(first + " and " + second + " are not here");
    }
    take(minute, first.hash());
    take(minute, second.hash());
    Hash256 hash = first.slot().conflictElement();
    put(
        minute,
        new Element.Pair(hash, first.hash(), first.sizeBytes(), second.hash(), second.sizeBytes()));
    minute.pairOf.put(first.hash(), hash);
    minute.pairOf.put(second.hash(), hash);
  }

  /** Removes a transaction that is here, by itself or as one of a pair. */
  void remove(Transaction tx) {
    Minute minute = minutes.get(tx.minute());
    if (minute == null) {
      throw new IllegalStateException(tx + " is not here");
    }
    Hash256 pairHash = minute.pairOf.get(tx.hash());
    Element removed = take(minute, pairHash == null ? tx.hash() : pairHash);
    if (removed instanceof Element.Pair pair) {
      minute.pairOf.remove(pair.first());
      minute.pairOf.remove(pair.second());
      boolean isFirst = tx.hash().equals(pair.first());
      put(
          minute,
          isFirst
              ? new Element.Single(pair.second(), pair.secondBytes())
              : new Element.Single(pair.first(), pair.firstBytes()));
    }
    if (minute.elements.isEmpty()) {
      minutes.remove(tx.minute());
    }
  }

  private void put(Minute minute, Element element) {
    if (minute.elements.putIfAbsent(element.hash(), element) != null) {
      throw new IllegalStateException(element + " is here already");
    }
    size++;
    changed(minute);
  }

  private Element take(Minute minute, Hash256 hash) {
    Element element = minute.elements.remove(hash);
    if (element == null) {
      throw new IllegalStateException("element " + hash + " is not here");
    }
    size--;
    changed(minute);
    return element;
  }

  private void changed(Minute minute) {
    minute.isDigested = false;
    digest = null;
  }

  /** Number of elements; a pair is one. */
  int size() {
    return size;
  }

  /** Whether the element, or the transaction as one of a pair, is here. */
  boolean contains(long minute, Hash256 hash) {
    Minute held = minutes.get(minute);
    return held != null && (held.elements.containsKey(hash) || held.pairOf.containsKey(hash));
  }

  /** Digest of one minute, empty or not; see {@link Message.MinuteDigest}. */
  long digest(long minute) {
    Minute held = minutes.get(minute);
    return held == null ? emptyDigest(minute) : digest(minute, held);
  }

  private long emptyDigest(long minute) {
    if (minute != emptyMinute) {
      emptyDigest = digestOf(minute, List.of());
      emptyMinute = minute;
    }
    return emptyDigest;
  }

  private static long digest(long number, Minute minute) {
    if (!minute.isDigested) {
      minute.digest = digestOf(number, minute.elements.keySet());
      minute.isDigested = true;
    }
    return minute.digest;
  }

  private static long digestOf(long minute, Collection<Hash256> ascending) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + ascending.size() * Hash256.BYTES);
    bytes.putInt((int) minute);
    ascending.forEach(hash -> hash.write(bytes));
    return Sha256.hash(MINUTE_TAG, bytes.flip()).prefix64();
  }

  /** Digests of the minutes from min to max, both included, that are not empty; ascending. */
  List<Message.MinuteDigest> digests(long minuteMin, long minuteMax) {
    List<Message.MinuteDigest> digests = new ArrayList<>();
    minutes
        .subMap(minuteMin, true, minuteMax, true)
        .forEach(
            (number, minute) ->
                digests.add(
                    new Message.MinuteDigest(
                        number, minute.elements.size(), digest(number, minute))));
    return digests;
  }

  /** Elements of one minute greater than {@code after}, ascending, at most {@code countMax}. */
  Message.Ids ids(long minute, Hash256 after, int countMax) {
    Minute held = minutes.get(minute);
    List<Element> page = new ArrayList<>();
    if (held != null) {
      for (Element element : held.elements.tailMap(after, false).values()) {
        if (page.size() == countMax) {
          return new Message.Ids(minute, false, page);
        }
        page.add(element);
      }
    }
    return new Message.Ids(minute, true, page);
  }

  /**
   * The transactions of a neighbour's page that are not here, as announcements; of an unknown pair
   * what is missing of the two.
   */
  List<Message.Inv.Entry> missing(Message.Ids ids) {
    List<Message.Inv.Entry> missing = new ArrayList<>();
    for (Element element : ids.elements()) {
      if (!contains(ids.minute(), element.hash())) {
        switch (element) {
          case Element.Single single ->
              addMissing(missing, ids.minute(), single.hash(), single.sizeBytes());
          case Element.Pair pair -> {
            addMissing(missing, ids.minute(), pair.first(), pair.firstBytes());
            addMissing(missing, ids.minute(), pair.second(), pair.secondBytes());
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
      minutes.values().forEach(minute -> hashes.addAll(minute.elements.keySet()));
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
    for (Map.Entry<Long, Minute> entry : minutes.entrySet()) {
      Minute minute = entry.getValue();
      require(!minute.elements.isEmpty(), "minute " + entry.getKey() + " is not empty");
      count += minute.elements.size();
      int paired = 0;
      for (Element element : minute.elements.values()) {
        if (element instanceof Element.Pair pair) {
          require(pair.hash().equals(minute.pairOf.get(pair.first())), "first of " + pair);
          require(pair.hash().equals(minute.pairOf.get(pair.second())), "second of " + pair);
          paired += 2;
        }
      }
      require(paired == minute.pairOf.size(), "pairs of minute " + entry.getKey());
      require(
          !minute.isDigested || minute.digest == digestOf(entry.getKey(), minute.elements.keySet()),
          "digest of minute " + entry.getKey());
    }
    require(count == size, "number of elements");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("live set: " + what);
    }
  }
}
