package grapevine.node.protocol.pool;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Transaction;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A transaction in the pool, and what the pool knows about it. Compared by identity. */
final class Held {
  /**
   * Stands for an unknown deliverer: of own submissions, and of what came from the store or in a
   * block. No peer has this key, because it is a point of small order.
   */
  static final PublicKey NOBODY = PublicKey.of(new byte[PublicKey.BYTES]);

  /** What leaves first among equals: the lowest fee per byte, then the higher id. */
  static final Comparator<Held> WORST_FIRST = Held::compareWorth;

  /** What expires first, then by id. */
  static final Comparator<Held> SOONEST_FIRST =
      Comparator.<Held>comparingLong(held -> held.tx.expiryMillis())
          .thenComparing(held -> held.tx.hash());

  final Transaction tx;
  final PublicKey deliverer;
  boolean own;

  /** The other one of a pair in conflict. */
  @Nullable Held twin;

  Held(Transaction tx, @Nullable PublicKey deliverer, boolean own) {
    this.tx = tx;
    this.deliverer = deliverer == null ? NOBODY : deliverer;
    this.own = own;
  }

  private static int compareWorth(Held a, Held b) {
    int byFee = compareFeePerByte(a.tx, b.tx);
    return byFee != 0 ? byFee : b.tx.hash().compareTo(a.tx.hash());
  }

  /** Compares fee / size exactly: the cross products need up to 79 bits. */
  private static int compareFeePerByte(Transaction a, Transaction b) {
    int byHigh =
        Long.compare(
            StrictMath.multiplyHigh(a.fee(), b.sizeBytes()),
            StrictMath.multiplyHigh(b.fee(), a.sizeBytes()));
    return byHigh != 0
        ? byHigh
        : Long.compareUnsigned(a.fee() * b.sizeBytes(), b.fee() * a.sizeBytes());
  }

  @Override
  public String toString() {
    return tx.toString();
  }
}
