package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a producer puts into a block: of the pool's transactions those that its branch does not hold
 * yet, by id or by (sender, nonce), and that are timely at the header's time; of each (sender,
 * nonce) one; highest fee per byte first, then lowest id, until the block is full. A pure function,
 * so that producers with the same pool and branch would make the same block, which receivers can
 * nearly guess. Signs nothing.
 */
public final class BlockTemplate {
  /** Higher fee per byte first, compared exactly: a.fee × b.size against b.fee × a.size. */
  static final Comparator<Transaction> BY_FEE_RATE =
      ((Comparator<Transaction>) BlockTemplate::compareFeeRates)
          .reversed()
          .thenComparing(Transaction::hash);

  private final Validity validity;

  /**
   * Where a block is to stand.
   *
   * @param timeMillis its time, which must lie in its slot
   */
  public record Place(Hash256 parent, long height, long slot, long timeMillis, int producer) {}

  /** What to sign, and the transactions that it commits to, ascending by id. */
  public record Proposal(BlockHeader.Draft header, List<Transaction> transactions) {}

  public BlockTemplate(Validity validity) {
    this.validity = validity;
  }

  /**
   * Where the producer may make a block at this time: on the best tip, in a slot of its own that is
   * later than the tip's and that holds no block yet.
   */
  public Optional<Place> place(HeaderTree tree, int producer, long timeMillis) {
    Network network = validity.network();
    long slot = network.slotAt(timeMillis);
    boolean may =
        slot > tree.bestSlot() && network.producerOf(slot) == producer && !tree.holdsSlot(slot);
    return may
        ? Optional.of(new Place(tree.bestId(), tree.bestHeight() + 1, slot, timeMillis, producer))
        : Optional.empty();
  }

  /**
   * @param pool valid transactions, in any order
   * @param branch ids from the parent back, itself first; read only as far as a block can hold what
   *     is still timely
   * @param blocks accepted blocks by id; one that is not there is passed over
   */
  public Proposal propose(
      Place place,
      Collection<Transaction> pool,
      List<Hash256> branch,
      Function<Hash256, Optional<Block>> blocks) {
    // A slot says more than an id: whoever holds the transaction holds its slot.
    Set<Transaction.Slot> taken = new HashSet<>(); // never iterated
    long oldestMillis =
        place.timeMillis - validity.network().lifetimeSecondsMax() * 1000 - Validity.FUTURE_MILLIS;
    for (Hash256 id : branch) {
      Optional<Block> block = blocks.apply(id);
      if (block.isPresent() && block.get().header().timeMillis() <= oldestMillis) {
        break;
      }
      for (Transaction tx : block.map(Block::transactions).orElse(List.of())) {
        taken.add(tx.slot());
      }
    }
    List<Transaction> candidates = new ArrayList<>();
    for (Transaction tx : pool) {
      if (isTimely(tx, place.timeMillis)) {
        candidates.add(tx);
      }
    }
    candidates.sort(BY_FEE_RATE);
    return fill(place, candidates, taken);
  }

  private static boolean isTimely(Transaction tx, long timeMillis) {
    return tx.timeMillis() - Validity.FUTURE_MILLIS <= timeMillis && timeMillis < tx.expiryMillis();
  }

  private Proposal fill(Place place, List<Transaction> candidates, Set<Transaction.Slot> taken) {
    List<Transaction> chosen = new ArrayList<>();
    int roomBytes = validity.network().blockBytesMax() - BlockHeader.BYTES;
    int bodyBytes = 0;
    for (Transaction tx : candidates) {
      if (bodyBytes + tx.sizeBytes() <= roomBytes && taken.add(tx.slot())) {
        chosen.add(tx);
        bodyBytes += tx.sizeBytes();
      }
    }
    chosen.sort(Comparator.comparing(Transaction::hash));
    BlockHeader.Draft header =
        new BlockHeader.Draft(
            validity.networkShortId(),
            place.parent,
            place.height,
            place.slot,
            place.timeMillis,
            chosen.size(),
            bodyBytes,
            Block.transactionRoot(chosen),
            place.producer,
            Hash256.ZERO);
    return new Proposal(header, List.copyOf(chosen));
  }

  private static int compareFeeRates(Transaction a, Transaction b) {
    long left = a.fee();
    long right = b.fee();
    int high =
        Long.compare(
            StrictMath.multiplyHigh(left, b.sizeBytes()),
            StrictMath.multiplyHigh(right, a.sizeBytes()));
    return high != 0 ? high : Long.compareUnsigned(left * b.sizeBytes(), right * a.sizeBytes());
  }
}
