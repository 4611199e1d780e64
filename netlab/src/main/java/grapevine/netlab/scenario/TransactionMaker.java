package grapevine.netlab.scenario;

import grapevine.crypto.KeyPair;
import grapevine.node.model.Transaction;
import java.util.random.RandomGenerator;

/**
 * Signs transactions that are valid on a network, by its senders in turn. Confined to one thread.
 * Never uses a nonce twice, and never one beyond a sender's allowance of a minute.
 */
public final class TransactionMaker {
  private static final int FEE_MAX = 1_000;

  private final LabNetwork network;
  private final RandomGenerator random;
  private final long shortId;
  private final int allowance;
  private long lastMillis;

  /** Of the present minute. */
  private long made;

  public TransactionMaker(LabNetwork network, RandomGenerator random) {
    this.network = network;
    this.random = random;
    this.shortId = network.network().shortId();
    this.allowance =
        network.network().senders().allowance(network.senderKeys().getFirst().publicKey());
  }

  /**
   * @param nowMillis the transaction's time; where it is lower than before, the last one counts,
   *     for a clock that is set back must not use a nonce twice
   * @param bytes of the whole encoding, {@link Transaction#BYTES_MIN} to {@link
   *     Transaction#BYTES_MAX}
   * @throws IllegalStateException when all senders have used up their allowances of the minute
   */
  public Transaction make(long nowMillis, int bytes) {
    if (bytes < Transaction.BYTES_MIN || bytes > Transaction.BYTES_MAX) {
      throw new IllegalArgumentException(
          "a transaction of %d bytes, expected %d to %d"
              .formatted(bytes, Transaction.BYTES_MIN, Transaction.BYTES_MAX));
    }
    long timeMillis = Math.max(lastMillis, nowMillis);
    if (timeMillis / Transaction.MINUTE_MILLIS != lastMillis / Transaction.MINUTE_MILLIS) {
      made = 0;
    }
    lastMillis = timeMillis;
    int senders = network.senderKeys().size();
    int k = (int) (made / senders);
    if (k >= allowance) {
      throw new IllegalStateException(
          "%d senders have sent their %d transactions of this minute"
              .formatted(senders, allowance));
    }
    KeyPair sender = network.senderKeys().get((int) (made++ % senders));
    byte[] payload = new byte[bytes - Transaction.BYTES_MIN];
    random.nextBytes(payload);
    Transaction.Draft draft =
        new Transaction.Draft(
            shortId,
            Transaction.nonce(timeMillis, k),
            timeMillis,
            network.network().lifetimeSecondsMax(),
            random.nextInt(FEE_MAX),
            0);
    return Transaction.sign(sender, draft, payload);
  }
}
