package grapevine.node.model;

import grapevine.crypto.Hash256;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of validity of one network, without the signatures: those are checked elsewhere, by a
 * pool of threads. Every answer depends on the bytes, the network and, for blocks, the parent
 * header only; local time never enters. Immutable.
 */
public final class Validity {
  /** How far a transaction's time may lie ahead of a clock or of its block, in ms. */
  public static final long FUTURE_MILLIS = 10_000;

  private final Network network;
  private final Hash256 networkId;
  private final long networkShortId;

  public Validity(Network network) {
    this.network = network;
    networkId = network.id();
    networkShortId = networkId.prefix64();
  }

  public Network network() {
    return network;
  }

  /** The full network id, computed once. */
  public Hash256 networkId() {
    return networkId;
  }

  public long networkShortId() {
    return networkShortId;
  }

  /** Cheapest rules first; the stamp, a hash, is last. */
  public Optional<Rejection> transaction(Transaction tx) {
    if (tx.networkShortId() != networkShortId) {
      return Optional.of(Rejection.WRONG_NETWORK);
    }
    if (tx.lifetimeSeconds() == 0 || tx.lifetimeSeconds() > network.lifetimeSecondsMax()) {
      return Optional.of(Rejection.BAD_LIFETIME);
    }
    int allowance = network.senders().allowance(tx.sender());
    if (allowance == 0) {
      return Optional.of(Rejection.UNKNOWN_SENDER);
    }
    long k = tx.nonce() - Transaction.nonce(tx.timeMillis(), 0);
    if (k < 0 || k >= allowance) {
      return Optional.of(Rejection.BAD_NONCE);
    }
    return hasStamp(tx) ? Optional.empty() : Optional.of(Rejection.BAD_STAMP);
  }

  private boolean hasStamp(Transaction tx) {
    return switch (network.senders()) {
      case Network.Senders.Listed listed -> tx.stamp() == 0;
      case Network.Senders.Open open ->
          Long.numberOfLeadingZeros(tx.stampHash().prefix64()) >= open.stampBits();
    };
  }

  /** The rules that a header meets or breaks by itself. */
  public Optional<Rejection> header(BlockHeader header) {
    if (header.networkShortId() != networkShortId) {
      return Optional.of(Rejection.WRONG_NETWORK);
    }
    if (header.blockBytes() > network.blockBytesMax()) {
      return Optional.of(Rejection.TOO_LARGE);
    }
    long slot = network.slotAt(header.timeMillis());
    boolean holds =
        header.slot() == slot
            && slot >= 1
            && header.height() >= 1
            && header.height() <= slot
            && header.producer() == network.producerOf(slot)
            && header.extensionRoot().equals(Hash256.ZERO)
            && (long) header.transactionCount() * Transaction.BYTES_MIN <= header.bodyBytes();
    return holds ? Optional.empty() : Optional.of(Rejection.BAD_HEADER);
  }

  /** The rules that tie a header to its parent; genesis counts as height 0, slot 0. */
  public Optional<Rejection> child(BlockHeader header, long parentHeight, long parentSlot) {
    boolean holds = header.height() == parentHeight + 1 && header.slot() > parentSlot;
    return holds ? Optional.empty() : Optional.of(Rejection.BAD_HEADER);
  }

  /**
   * The rules of the body: root, count and size, ids strictly ascending, no (sender, nonce) twice,
   * each transaction valid and timely at the header's time. Earlier blocks are not consulted.
   */
  public Optional<Rejection> body(Block block) {
    BlockHeader header = block.header();
    if (!Block.transactionRoot(block.transactions()).equals(header.transactionRoot())) {
      return Optional.of(Rejection.BAD_MERKLE);
    }
    // Block.read has seen to these, but a block can also be put together from parts.
    if (block.transactions().size() != header.transactionCount()
        || block.transactions().stream().mapToLong(Transaction::sizeBytes).sum()
            != header.bodyBytes()) {
      return Optional.of(Rejection.BAD_BODY);
    }
    Hash256 previous = null;
    Set<Transaction.Slot> slots = new HashSet<>();
    for (Transaction tx : block.transactions()) {
      boolean ascends = previous == null || previous.compareTo(tx.hash()) < 0;
      previous = tx.hash();
      boolean timely =
          tx.timeMillis() - FUTURE_MILLIS <= header.timeMillis()
              && header.timeMillis() < tx.expiryMillis();
      if (!ascends || !timely || !slots.add(tx.slot()) || transaction(tx).isPresent()) {
        return Optional.of(Rejection.BAD_BODY);
      }
    }
    return Optional.empty();
  }
}
