package grapevine.node.protocol.pool;

import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Transaction;
import java.util.stream.IntStream;

/** Signed transactions for tests: senders and peers are numbered 0 to 15. */
final class Signed {
  static final long WALL_MILLIS = 1_750_000_000_000L;
  static final long MILLI_NANOS = 1_000_000;
  static final long SECOND_NANOS = 1_000 * MILLI_NANOS;

  private static final KeyPair[] KEYS =
      IntStream.range(0, 16).mapToObj(Signed::keyPair).toArray(KeyPair[]::new);

  private Signed() {}

  private static KeyPair keyPair(int number) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) (number + 1);
    return KeyPair.ofSeed(seed);
  }

  static PublicKey key(int number) {
    return KEYS[number].publicKey();
  }

  /** What a test varies; the rest has the values of {@link #of}. */
  record Draft(int sender, int k, long timeMillis, long lifetimeSeconds, long fee, int payload) {
    static Draft of(int sender, int k) {
      return new Draft(sender, k, WALL_MILLIS, 600, 0, 0);
    }

    Draft at(long millis) {
      return new Draft(sender, k, millis, lifetimeSeconds, fee, payload);
    }

    Draft living(long seconds) {
      return new Draft(sender, k, timeMillis, seconds, fee, payload);
    }

    Draft paying(long amount) {
      return new Draft(sender, k, timeMillis, lifetimeSeconds, amount, payload);
    }

    Draft carrying(int bytes) {
      return new Draft(sender, k, timeMillis, lifetimeSeconds, fee, bytes);
    }

    Transaction tx() {
      return Transaction.sign(
          KEYS[sender],
          new Transaction.Draft(
              1, Transaction.nonce(timeMillis, k), timeMillis, lifetimeSeconds, fee, 0),
          new byte[payload]);
    }
  }
}
