package grapevine.node.protocol.pool;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The pool's rules by lists and full scans; takes wall time where the pool takes the node's. */
final class NaivePool {
  private record Line(Transaction tx, Optional<PublicKey> deliverer, boolean own) {
    PublicKey sender() {
      return tx.sender();
    }
  }

  private static final Comparator<Line> WORST_FIRST =
      Comparator.<Line, BigInteger>comparing(line -> feeTimes(line, 65_536 * 65_536L))
          .thenComparing(line -> line.tx.hash(), Comparator.reverseOrder());

  private final Pool.Limits limits;
  private List<Line> lines = new ArrayList<>();
  private List<Transaction> dropped = new ArrayList<>();

  NaivePool(Pool.Limits limits) {
    this.limits = limits;
  }

  /** Fee per byte as an integer: two different fractions differ by more than 2^-32. */
  private static BigInteger feeTimes(Line line, long factor) {
    return BigInteger.valueOf(line.tx.fee())
        .multiply(BigInteger.valueOf(factor))
        .divide(BigInteger.valueOf(line.tx.sizeBytes()));
  }

  Optional<Rejection> refusal(Transaction tx, boolean own, long wallMillis) {
    if (tx.timeMillis() > wallMillis + limits.futureMillis()) {
      return Optional.of(Rejection.FUTURE);
    }
    if (wallMillis >= tx.expiryMillis()) {
      return Optional.of(Rejection.EXPIRED);
    }
    if (contains(tx.hash())) {
      return Optional.empty();
    }
    if (slot(tx).size() == 2) {
      return Optional.of(Rejection.CONFLICT);
    }
    Line offered = new Line(tx, Optional.empty(), own);
    List<Line> with = plus(lines, offered);
    Optional<Line> victim = victim(with, tx.sender());
    if (own || victim.isEmpty()) {
      return Optional.empty();
    }
    boolean sameSender = victim.get().sender().equals(tx.sender());
    boolean contested = sameSender || mostOver(foreign(with)).isEmpty();
    boolean leaves = victim.get().equals(offered);
    boolean worse = contested && WORST_FIRST.compare(offered, victim.get()) < 0;
    return leaves || worse ? Optional.of(Rejection.FEE_FLOOR) : Optional.empty();
  }

  Pool.Added add(Transaction tx, PublicKey deliverer, boolean own, long wallMillis) {
    if (contains(tx.hash())) {
      lines.replaceAll(
          line -> line.tx.equals(tx) ? new Line(tx, line.deliverer, line.own || own) : line);
      return new Pool.Added(null, List.of(), null);
    }
    Optional<Rejection> refusal = refusal(tx, own, wallMillis);
    if (refusal.isPresent()) {
      return refused(tx, refusal.get());
    }
    Transaction conflictsWith = slot(tx).isEmpty() ? null : slot(tx).getFirst();
    List<Line> after = plus(lines, new Line(tx, Optional.ofNullable(deliverer), own));
    List<Transaction> evicted = new ArrayList<>();
    for (Optional<Line> victim = victim(after, tx.sender());
        victim.isPresent();
        victim = victim(after, tx.sender())) {
      if (victim.get().tx.equals(tx)) {
        return refused(tx, Rejection.POOL_FULL);
      }
      after.remove(victim.get());
      evicted.add(victim.get().tx);
    }
    lines = after;
    dropped.addAll(evicted);
    return new Pool.Added(null, evicted, conflictsWith);
  }

  private Pool.Added refused(Transaction tx, Rejection reason) {
    if (reason == Rejection.FEE_FLOOR || reason == Rejection.POOL_FULL) {
      dropped.add(tx);
    }
    return new Pool.Added(reason, List.of(), null);
  }

  private Optional<Line> victim(List<Line> all, PublicKey sender) {
    List<Line> ofSender = all.stream().filter(line -> line.sender().equals(sender)).toList();
    if (ofSender.size() > limits.perSenderMax()) {
      return Optional.of(worst(all, foreign(ofSender).isEmpty() ? ofSender : foreign(ofSender)));
    }
    if (bytes(all) <= limits.bytesMax() && all.size() <= limits.transactionsMax()) {
      return Optional.empty();
    }
    List<Line> candidates = foreign(all).isEmpty() ? all : foreign(all);
    Optional<PublicKey> over = mostOver(candidates);
    return Optional.of(
        worst(
            all,
            candidates.stream()
                .filter(line -> over.isEmpty() || line.sender().equals(over.get()))
                .toList()));
  }

  /** Of the candidates, by deliverer, then fee, then id; deliverers are ranked within a class. */
  private Line worst(List<Line> all, List<Line> candidates) {
    boolean own = candidates.getFirst().own;
    Map<PublicKey, Long> delivered = new TreeMap<>();
    all.stream()
        .filter(line -> line.own == own && line.deliverer.isPresent())
        .forEach(l -> delivered.merge(l.deliverer.get(), (long) l.tx.sizeBytes(), Long::sum));
    Function<Line, Long> rank = line -> line.deliverer.map(delivered::get).orElse(0L);
    Function<Line, PublicKey> key = line -> line.deliverer.orElse(Held.NOBODY);
    return candidates.stream()
        .min(
            Comparator.comparing(rank, Comparator.reverseOrder())
                .thenComparing(key, Comparator.reverseOrder())
                .thenComparing(WORST_FIRST))
        .orElseThrow();
  }

  private Optional<PublicKey> mostOver(List<Line> candidates) {
    long averageBytes = limits.bytesMax() / limits.transactionsMax();
    Map<PublicKey, Long> shares = new TreeMap<>();
    candidates.forEach(
        line ->
            shares.merge(line.sender(), Math.max(line.tx.sizeBytes(), averageBytes), Long::sum));
    return shares.entrySet().stream()
        .filter(share -> share.getValue() > limits.shareBytesMin())
        .filter(share -> share.getValue() > limits.bytesMax() / shares.size())
        .max(Map.Entry.<PublicKey, Long>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey);
  }

  List<Transaction> expire(long wallMillis) {
    List<Transaction> expired =
        lines.stream()
            .map(Line::tx)
            .filter(tx -> tx.expiryMillis() <= wallMillis)
            .sorted(
                Comparator.comparingLong(Transaction::expiryMillis)
                    .thenComparing(Transaction::hash))
            .toList();
    lines.removeIf(line -> expired.contains(line.tx));
    return expired;
  }

  long nextExpiryMillis() {
    return lines.stream().mapToLong(line -> line.tx.expiryMillis()).min().orElse(Long.MAX_VALUE);
  }

  long feeFloor() {
    boolean room =
        bytes() <= limits.bytesMax() - Transaction.BYTES_MAX
            && lines.size() < limits.transactionsMax();
    List<Line> foreign = foreign(lines);
    if (room || foreign.isEmpty() || mostOver(foreign).isPresent()) {
      return 0;
    }
    Transaction tx = worst(lines, foreign).tx;
    return Math.ceilDiv(tx.fee() * 1000, tx.sizeBytes());
  }

  long retentionFloorMinute(long wallMillis) {
    if (dropped.stream().allMatch(tx -> tx.expiryMillis() <= wallMillis)) {
      dropped.clear();
    }
    return dropped.stream().mapToLong(tx -> tx.minute() + 1).max().orElse(0);
  }

  boolean contains(Hash256 hash) {
    return lines.stream().anyMatch(line -> line.tx.hash().equals(hash));
  }

  List<Transaction> slot(Transaction tx) {
    return transactions().stream().filter(other -> other.slot().equals(tx.slot())).toList();
  }

  List<Transaction> transactions() {
    return lines.stream().map(Line::tx).toList();
  }

  long bytes() {
    return bytes(lines);
  }

  private static long bytes(List<Line> lines) {
    return lines.stream().mapToLong(line -> line.tx.sizeBytes()).sum();
  }

  private static List<Line> foreign(List<Line> lines) {
    return lines.stream().filter(line -> !line.own).toList();
  }

  private static List<Line> plus(List<Line> lines, Line line) {
    List<Line> with = new ArrayList<>(lines);
    with.add(line);
    return with;
  }
}
