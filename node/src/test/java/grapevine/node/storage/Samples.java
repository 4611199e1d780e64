package grapevine.node.storage;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Sha256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.Transaction;
import java.util.List;

/** Items to store. */
final class Samples {
  static final Hash256 NETWORK = Sha256.plain(new byte[] {1});
  static final Hash256 OTHER_NETWORK = Sha256.plain(new byte[] {2});
  static final long TIME_MILLIS = 1_800_000_000_000L;
  static final long LIFETIME_SECONDS = 600;

  private static final KeyPair KEY = KeyPair.ofSeed(new byte[32]);

  private Samples() {}

  static Transaction transaction(int number) {
    return transaction(number, 40);
  }

  static Transaction transaction(int number, int payloadBytes) {
    return Transaction.sign(
        KEY,
        new Transaction.Draft(
            NETWORK.prefix64(), Transaction.nonce(TIME_MILLIS, number), TIME_MILLIS, 600, 0, 0),
        new byte[payloadBytes]);
  }

  static Block block(long height, Transaction... transactions) {
    List<Transaction> list = List.of(transactions);
    return new Block(
        BlockHeader.sign(
            KEY,
            new BlockHeader.Draft(
                NETWORK.prefix64(),
                Hash256.ZERO,
                height,
                height,
                TIME_MILLIS,
                list.size(),
                list.stream().mapToInt(Item::sizeBytes).sum(),
                Block.transactionRoot(list),
                0,
                Hash256.ZERO)),
        list);
  }
}
