package grapevine.node.protocol.reconcile;

import grapevine.crypto.KeyPair;
import grapevine.node.model.Transaction;

/** Signed transactions of one sender for tests. */
final class Signed {
  static final long MINUTE = 29_000_000;
  static final long WALL_MILLIS = MINUTE * Transaction.MINUTE_MILLIS;
  static final long SECOND_NANOS = 1_000_000_000;

  private static final KeyPair SENDER = KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]);

  private Signed() {}

  /** The k-th of a minute; transactions that differ in {@code variant} only are in conflict. */
  static Transaction tx(long minute, int k, int variant) {
    long timeMillis = minute * Transaction.MINUTE_MILLIS + k % Transaction.MINUTE_MILLIS;
    return Transaction.sign(
        SENDER,
        new Transaction.Draft(1, Transaction.nonce(timeMillis, k), timeMillis, 600, variant, 0),
        new byte[0]);
  }

  static Transaction tx(long minute, int k) {
    return tx(minute, k, 0);
  }
}
