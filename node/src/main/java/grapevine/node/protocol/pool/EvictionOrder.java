package grapevine.node.protocol.pool;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Transaction;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who leaves first when the pool is full (docs/protocol.md, eviction), over transactions of one
 * class: the pool keeps one order for own submissions and one for all others. Confined to the
 * core's thread.
 *
 * <p>The next victim is found level by level:
 *
 * <ol>
 *   <li>The sender furthest over its fair share of the pool's bytes; among equals the higher key.
 *       The share is the same for each sender present, and at least {@code shareBytesMin}, so that
 *       a sender of a few transactions is never over it. While nobody is over, every transaction
 *       stays a candidate.
 *   <li>Among the candidates, those of the peer that first delivered the most bytes of all that is
 *       here; among equals the higher key. An unknown deliverer counts as none, and comes last.
 *   <li>Among these the lowest fee per byte, then the higher id.
 * </ol>
 *
 * <p>The pool is bounded in bytes and in number, and a transaction takes its part of whichever it
 * uses more: for a sender's share it counts with its bytes, but at least {@code bytesMax /
 * transactionsMax}. Otherwise a swarm of tiny transactions would fill the pool without anyone being
 * over a share.
 *
 * <p>Structure: senders are sorted by what they take, deliverers by bytes; each deliverer holds its
 * transactions worst first, and each sender holds the same again per deliverer. Adding and removing
 * cost O(log n); a victim costs O(log n), or O(d) when its sender is over the share and d peers
 * delivered from it. A plain sort by all keys would not do: one arrival changes the rank of all
 * transactions of its sender and of its deliverer.
 */
final class EvictionOrder {
  private static final class Sender {
    final PublicKey key;
    final Map<PublicKey, TreeSet<Held>> byDeliverer = new LinkedHashMap<>();
    long shareBytes;
    int transactions;

    Sender(PublicKey key) {
      this.key = key;
    }
  }

  private static final class Deliverer {
    final PublicKey key;
    final TreeSet<Held> worstFirst = new TreeSet<>(Held.WORST_FIRST);
    long bytes;

    Deliverer(PublicKey key) {
      this.key = key;
    }

    /** Ranks an unknown deliverer below every peer. */
    long rankBytes() {
      return key.equals(Held.NOBODY) ? 0 : bytes;
    }
  }

  private static final Comparator<Sender> BY_SHARE =
      Comparator.<Sender>comparingLong(sender -> sender.shareBytes)
          .thenComparing(sender -> sender.key);
  private static final Comparator<Deliverer> BY_BYTES =
      Comparator.comparingLong(Deliverer::rankBytes).thenComparing(deliverer -> deliverer.key);

  private final Pool.Limits limits;
  private final Map<PublicKey, Sender> senders = new LinkedHashMap<>();
  private final TreeSet<Sender> sendersByShare = new TreeSet<>(BY_SHARE);
  private final Map<PublicKey, Deliverer> deliverers = new LinkedHashMap<>();
  private final TreeSet<Deliverer> deliverersByBytes = new TreeSet<>(BY_BYTES);
  private long bytes;
  private int size;

  EvictionOrder(Pool.Limits limits) {
    this.limits = limits;
  }

  long bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Number of this sender's transactions here. */
  int transactionsOf(PublicKey sender) {
    Sender line = senders.get(sender);
    return line == null ? 0 : line.transactions;
  }

  void add(Held held) {
    Sender sender = senders.computeIfAbsent(held.tx.sender(), Sender::new);
    sendersByShare.remove(sender);
    sender.shareBytes += shareBytes(held.tx);
    sender.transactions++;
    sender
        .byDeliverer
        .computeIfAbsent(held.deliverer, key -> new TreeSet<>(Held.WORST_FIRST))
        .add(held);
    sendersByShare.add(sender);

    Deliverer deliverer = deliverers.computeIfAbsent(held.deliverer, Deliverer::new);
    deliverersByBytes.remove(deliverer);
    deliverer.bytes += held.tx.sizeBytes();
    deliverer.worstFirst.add(held);
    deliverersByBytes.add(deliverer);

    bytes += held.tx.sizeBytes();
    size++;
  }

  void remove(Held held) {
    Sender sender = present(senders.get(held.tx.sender()), held);
    sendersByShare.remove(sender);
    sender.shareBytes -= shareBytes(held.tx);
    sender.transactions--;
    TreeSet<Held> delivered = present(sender.byDeliverer.get(held.deliverer), held);
    delivered.remove(held);
    if (delivered.isEmpty()) {
      sender.byDeliverer.remove(held.deliverer);
    }
    if (sender.transactions == 0) {
      senders.remove(sender.key);
    } else {
      sendersByShare.add(sender);
    }

    Deliverer deliverer = present(deliverers.get(held.deliverer), held);
    deliverersByBytes.remove(deliverer);
    deliverer.bytes -= held.tx.sizeBytes();
    deliverer.worstFirst.remove(held);
    if (deliverer.worstFirst.isEmpty()) {
      deliverers.remove(deliverer.key);
    } else {
      deliverersByBytes.add(deliverer);
    }

    bytes -= held.tx.sizeBytes();
    size--;
  }

  private static <T> T present(@Nullable T line, Held held) {
    if (line == null) {
      throw new IllegalStateException(held + " is not in this order");
    }
    return line;
  }

  /**
   * The next to leave.
   *
   * @throws java.util.NoSuchElementException when empty
   */
  Held victim() {
    return isSomeSenderOver()
        ? victim(sendersByShare.last())
        : deliverersByBytes.last().worstFirst.first();
  }

  /** The next to leave among the transactions of a sender that has some here. */
  Held victimOf(PublicKey sender) {
    Sender line = senders.get(sender);
    if (line == null) {
      throw new IllegalStateException("sender " + sender + " has nothing in this order");
    }
    return victim(line);
  }

  private Held victim(Sender sender) {
    Deliverer most = null;
    for (PublicKey key : sender.byDeliverer.keySet()) {
      Deliverer deliverer = deliverers.get(key);
      if (deliverer != null && (most == null || BY_BYTES.compare(deliverer, most) > 0)) {
        most = deliverer;
      }
    }
    TreeSet<Held> delivered = most == null ? null : sender.byDeliverer.get(most.key);
    if (delivered == null) {
      throw new IllegalStateException("sender " + sender.key + " has no deliverer");
    }
    return delivered.first();
  }

  /** Whether a sender takes more than its fair share; that one makes room before all others. */
  boolean isSomeSenderOver() {
    return size > 0 && sendersByShare.last().shareBytes > fairShareBytes();
  }

  private long fairShareBytes() {
    return StrictMath.max(limits.bytesMax() / senders.size(), limits.shareBytesMin());
  }

  private long shareBytes(Transaction tx) {
    return StrictMath.max(tx.sizeBytes(), limits.bytesMax() / limits.transactionsMax());
  }

  void checkInvariants() {
    long senderBytes = 0;
    int count = 0;
    for (Sender sender : senders.values()) {
      long share = 0;
      int transactions = 0;
      for (TreeSet<Held> delivered : sender.byDeliverer.values()) {
        for (Held held : delivered) {
          share += shareBytes(held.tx);
          senderBytes += held.tx.sizeBytes();
          transactions++;
          require(held.tx.sender().equals(sender.key), "sender of " + held);
        }
      }
      require(share == sender.shareBytes, "bytes of sender " + sender.key);
      require(transactions == sender.transactions && transactions > 0, "lines of " + sender.key);
      require(sendersByShare.contains(sender), "rank of sender " + sender.key);
      count += transactions;
    }
    long delivererBytes = 0;
    for (Deliverer deliverer : deliverers.values()) {
      long sum = 0;
      for (Held held : deliverer.worstFirst) {
        sum += held.tx.sizeBytes();
        require(held.deliverer.equals(deliverer.key), "deliverer of " + held);
      }
      require(sum == deliverer.bytes && sum > 0, "bytes of deliverer " + deliverer.key);
      require(deliverersByBytes.contains(deliverer), "rank of deliverer " + deliverer.key);
      delivererBytes += sum;
    }
    require(sendersByShare.size() == senders.size(), "number of senders");
    require(deliverersByBytes.size() == deliverers.size(), "number of deliverers");
    require(senderBytes == bytes && delivererBytes == bytes && count == size, "sums");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("eviction order: " + what);
    }
  }
}
