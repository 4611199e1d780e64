package grapevine.node.protocol.reconcile;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.Transaction;
import grapevine.node.wire.Message;
import grapevine.node.wire.Message.Ids.Element;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The elements of one minute, as a whole and by slices. Confined to the core's thread.
 *
 * <p>Only the newest minutes are compared by slices, so a slice is put together when it is asked
 * for, and again only after it has changed: what a neighbour can make this node search is bounded
 * by what it changes.
 */
final class LiveMinute {
  private static final String TAG = "grapevine-minute-1";

  /** An element with what the wire tells of it. */
  private sealed interface Member {
    Hash256 hash();

    /** Its slice's place in the minute. */
    int place();

    Element element();
  }

  private record One(Transaction tx) implements Member {
    @Override
    public Hash256 hash() {
      return tx.hash();
    }

    @Override
    public int place() {
      return (int) (tx.timeMillis() % Transaction.MINUTE_MILLIS / Span.SLICE_MILLIS);
    }

    @Override
    public Element element() {
      return new Element.Single(tx.hash(), tx.sizeBytes());
    }
  }

  /** Their times may differ, and another node's pair have others: so it lies in the first slice. */
  private record Two(Hash256 hash, Transaction first, Transaction second) implements Member {
    @Override
    public int place() {
      return 0;
    }

    @Override
    public Element element() {
      return new Element.Pair(
          hash, first.hash(), first.sizeBytes(), second.hash(), second.sizeBytes());
    }
  }

  /** Its elements, ascending, and their digest. */
  private record Slice(List<Hash256> hashes, long digest) {}

  private final long number;
  private final TreeMap<Hash256, Member> members = new TreeMap<>();

  /** Conflict element by the id of each transaction of a pair. */
  private final Map<Hash256, Hash256> pairOf = new LinkedHashMap<>();

  private long digest;
  private boolean isDigested;

  /** By place, those that were asked for and have not changed since. */
  private final Map<Integer, Slice> slices = new TreeMap<>();

  LiveMinute(long number) {
    this.number = number;
  }

  void add(Transaction tx) {
    put(new One(tx));
  }

  /** Makes one element of two that are here. */
  void pair(Transaction first, Transaction second) {
    take(first.hash());
    take(second.hash());
    Two pair = new Two(first.slot().conflictElement(), first, second);
    put(pair);
    pairOf.put(first.hash(), pair.hash);
    pairOf.put(second.hash(), pair.hash);
  }

  /** Removes a transaction; what it was paired with becomes an element by itself. */
  void remove(Transaction tx) {
    Hash256 pairHash = pairOf.get(tx.hash());
    if (take(pairHash == null ? tx.hash() : pairHash) instanceof Two pair) {
      pairOf.remove(pair.first.hash());
      pairOf.remove(pair.second.hash());
      put(new One(tx.hash().equals(pair.first.hash()) ? pair.second : pair.first));
    }
  }

  private void put(Member member) {
    if (members.putIfAbsent(member.hash(), member) != null) {
      throw new IllegalStateException(member + " is here already");
    }
    changed(member);
  }

  private Member take(Hash256 hash) {
    Member member = member(hash);
    members.remove(hash);
    changed(member);
    return member;
  }

  private void changed(Member member) {
    isDigested = false;
    slices.remove(member.place());
  }

  int size() {
    return members.size();
  }

  Collection<Hash256> hashes() {
    return members.keySet();
  }

  /** Whether the element, or the transaction as one of a pair, is here. */
  boolean contains(Hash256 hash) {
    return members.containsKey(hash) || pairOf.containsKey(hash);
  }

  /** Digest of the minute. */
  long digest() {
    if (!isDigested) {
      digest = digestOf(number, members.keySet());
      isDigested = true;
    }
    return digest;
  }

  /** Digest of one slice, empty or not. */
  long digest(int place) {
    return slice(place).digest;
  }

  private Slice slice(int place) {
    return slices.computeIfAbsent(place, this::newSlice);
  }

  private Slice newSlice(int place) {
    List<Hash256> hashes = hashes(place);
    return new Slice(hashes, digestOf(Span.slice(number, place), hashes));
  }

  private List<Hash256> hashes(int place) {
    List<Hash256> hashes = new ArrayList<>();
    members.forEach(
        (hash, member) -> {
          if (member.place() == place) {
            hashes.add(hash);
          }
        });
    return hashes;
  }

  static long digestOf(long span, Collection<Hash256> ascending) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + ascending.size() * Hash256.BYTES);
    bytes.putInt((int) span);
    ascending.forEach(hash -> hash.write(bytes));
    return Sha256.hash(TAG, bytes.flip()).prefix64();
  }

  Message.SpanDigest told() {
    return new Message.SpanDigest(number, members.size(), digest());
  }

  /** Tells the digests of the slices from one to another, both included, that are not empty. */
  void tellSlices(long first, long last, Consumer<Message.SpanDigest> told) {
    for (int place = 0; place < Span.SLICES; place++) {
      long span = Span.slice(number, place);
      if (first <= span && span <= last && !slice(place).hashes.isEmpty()) {
        told.accept(new Message.SpanDigest(span, slice(place).hashes.size(), slice(place).digest));
      }
    }
  }

  /** Elements of the span, this minute or one of its slices, that are greater; ascending. */
  Message.Ids ids(long span, Hash256 after, int countMax) {
    Iterable<Hash256> greater = members.tailMap(after, false).keySet();
    if (Span.isSlice(span)) {
      List<Hash256> hashes = slice(Span.place(span)).hashes;
      int found = Collections.binarySearch(hashes, after);
      greater = hashes.subList(found < 0 ? -found - 1 : found + 1, hashes.size());
    }
    List<Element> page = new ArrayList<>();
    for (Hash256 hash : greater) {
      if (page.size() == countMax) {
        return new Message.Ids(span, false, page);
      }
      page.add(member(hash).element());
    }
    return new Message.Ids(span, true, page);
  }

  private Member member(Hash256 hash) {
    Member member = members.get(hash);
    if (member == null) {
      throw new IllegalStateException("element " + hash + " is not here");
    }
    return member;
  }

  void checkInvariants() {
    require(!members.isEmpty(), "is not empty");
    int paired = 0;
    for (Member member : members.values()) {
      if (member instanceof Two pair) {
        require(pair.hash.equals(pairOf.get(pair.first.hash())), "first of " + pair);
        require(pair.hash.equals(pairOf.get(pair.second.hash())), "second of " + pair);
        paired += 2;
      }
    }
    require(paired == pairOf.size(), "pairs");
    require(!isDigested || digest == digestOf(number, members.keySet()), "digest");
    slices.forEach((place, slice) -> require(slice.equals(newSlice(place)), "slice " + place));
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("live set: " + what + " of minute " + number);
    }
  }
}
