package grapevine.netlab.scenario;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Signs blocks that bring transactions which nobody has seen: what a network does with the body is
 * measured then, and not what its pools hold. Confined to one thread.
 */
public final class BlockMaker {
  private final LabNetwork network;
  private final TransactionMaker transactions;
  private final long shortId;

  public BlockMaker(LabNetwork network, TransactionMaker transactions) {
    this.network = network;
    this.transactions = transactions;
    this.shortId = network.network().shortId();
  }

  /** How many transactions at most a block of so many bytes brings. */
  static int transactionsMax(int bytes, int transactionBytes) {
    return bytes == 0 ? 0 : Math.max(0, bytes - BlockHeader.BYTES) / transactionBytes + 1;
  }

  /**
   * Makes the block of the slot to which a time belongs.
   *
   * @param producerTurn index of the producer, in {@link LabNetwork#producers()}
   * @param parent id of the block before; the network's id for height 1
   * @param parentHeight 0 for that
   * @param bytes of the whole block; it has less by a part of a transaction at most
   * @param transactionBytes of each transaction but the last, which fills up
   * @throws IllegalArgumentException when the slot is not this producer's, or the block would be
   *     larger than the network allows
   */
  public Block make(
      int producerTurn,
      Hash256 parent,
      long parentHeight,
      long nowMillis,
      int bytes,
      int transactionBytes) {
    Network rules = network.network();
    long slot = rules.slotAt(nowMillis);
    if (slot < 1 || rules.producerOf(slot) != producerTurn) {
      throw new IllegalArgumentException(
          "slot %d for producer %d, expected one of its own".formatted(slot, producerTurn));
    }
    if (bytes > rules.blockBytesMax()) {
      throw new IllegalArgumentException(
          "a block of %d bytes, expected at most %d".formatted(bytes, rules.blockBytesMax()));
    }
    List<Transaction> body = body(nowMillis, bytes - BlockHeader.BYTES, transactionBytes);
    BlockHeader.Draft draft =
        new BlockHeader.Draft(
            shortId,
            parent,
            parentHeight + 1,
            slot,
            nowMillis,
            body.size(),
            body.stream().mapToInt(Transaction::sizeBytes).sum(),
            Block.transactionRoot(body),
            producerTurn,
            Hash256.ZERO);
    return new Block(BlockHeader.sign(network.producerKeys().get(producerTurn), draft), body);
  }

  /** Ascending by id, as a body has to be. */
  private List<Transaction> body(long nowMillis, int bytes, int transactionBytes) {
    List<Transaction> body = new ArrayList<>();
    int leftBytes = bytes;
    while (leftBytes >= Transaction.BYTES_MIN) {
      int sizeBytes = Math.min(leftBytes, transactionBytes);
      body.add(transactions.make(nowMillis, sizeBytes));
      leftBytes -= sizeBytes;
    }
    body.sort(Comparator.comparing(Transaction::hash));
    return body;
  }
}
