package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Blocks of a network with four producers and slots of a second, signed as they should be. */
final class Chains {
  static final long GENESIS_MILLIS = 1_800_000_000_000L;
  static final int PRODUCERS = 4;

  private static final List<KeyPair> KEYS = keys();

  final Network network;
  final Validity validity;

  Chains(int horizonBlocks) {
    network =
        new Network(
            "test",
            GENESIS_MILLIS,
            1000,
            600,
            64 * 1024,
            horizonBlocks,
            KEYS.stream().map(KeyPair::publicKey).toList(),
            new Network.Senders.Open(0));
    validity = new Validity(network);
  }

  private static List<KeyPair> keys() {
    SplittableRandom random = new SplittableRandom(1);
    List<KeyPair> keys = new ArrayList<>();
    for (int i = 0; i < PRODUCERS; i++) {
      keys.add(KeyPair.generate(random));
    }
    return List.copyOf(keys);
  }

  /** The {@code twin}-th header that this slot's producer signs on this parent; null is genesis. */
  BlockHeader header(@Nullable BlockHeader parent, long slot, int twin) {
    return block(parent, slot, twin, List.of()).header();
  }

  BlockHeader header(@Nullable BlockHeader parent, long slot) {
    return header(parent, slot, 0);
  }

  Block block(@Nullable BlockHeader parent, long slot, int twin, List<Transaction> transactions) {
    BlockHeader.Draft draft =
        new BlockHeader.Draft(
            network.shortId(),
            parent == null ? network.id() : parent.hash(),
            parent == null ? 1 : parent.height() + 1,
            slot,
            network.slotStartMillis(slot) + twin,
            transactions.size(),
            transactions.stream().mapToInt(Transaction::sizeBytes).sum(),
            Block.transactionRoot(transactions),
            network.producerOf(slot),
            Hash256.ZERO);
    return new Block(sign(draft), transactions);
  }

  BlockHeader sign(BlockHeader.Draft draft) {
    return BlockHeader.sign(KEYS.get(draft.producer() % PRODUCERS), draft);
  }

  /** So many headers in a row, in consecutive slots after the parent's. */
  List<BlockHeader> chain(@Nullable BlockHeader parent, int length) {
    List<BlockHeader> chain = new ArrayList<>();
    BlockHeader last = parent;
    for (int i = 0; i < length; i++) {
      last = header(last, last == null ? 1 : last.slot() + 1);
      chain.add(last);
    }
    return chain;
  }

  /** A body without transactions. */
  static Block empty(BlockHeader header) {
    return new Block(header, List.of());
  }
}
