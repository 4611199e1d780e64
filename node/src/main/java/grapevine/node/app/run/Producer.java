package grapevine.node.app.run;

import grapevine.crypto.KeyPair;
import grapevine.node.app.config.DurableNumber;
import grapevine.node.app.console.CommandException;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.sync.BlockTemplate;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a block at the start of each slot that belongs to its key. Lives on one thread of its own,
 * because it waits: for the core and for the disk.
 *
 * <p>What always holds: of one slot at most one header is ever signed, whenever the process ends
 * and starts again. The slot is on the disk before the signature is made, so a process that ends
 * between the two has lost the slot, not its honour.
 */
final class Producer {
  private static final Logger LOG = LoggerFactory.getLogger(Producer.class);

  /** The node, as its producer needs it. Each method waits for the core's answer. */
  interface Chain {
    /** The node's time, ms since 1970. */
    long wallMillis() throws Failure, InterruptedException;

    /**
     * What to sign at present; empty when the slot is not this producer's, or holds a block.
     *
     * @param producer index in the network's list
     */
    Optional<BlockTemplate.Proposal> proposal(int producer) throws Failure, InterruptedException;

    NodeView.Submission submit(Block block) throws Failure, InterruptedException;

    /** The node gives no answer. */
    final class Failure extends Exception {
      private static final long serialVersionUID = 1L;

      Failure(Throwable cause) {
        super("the node gives no answer: " + cause, cause);
      }
    }
  }

  /** So that a clock that is set, and followed slowly, is noticed. */
  private static final long WAIT_MILLIS_MAX = 10_000;

  private final Network network;
  private final KeyPair key;
  private final DurableNumber lastSlot;
  private final Chain chain;

  /**
   * @param lastSlot the last slot that was signed for
   * @throws CommandException when the key is none of the network's producers
   */
  Producer(Network network, KeyPair key, DurableNumber lastSlot, Chain chain) {
    if (!network.producers().contains(key.publicKey())) {
      throw CommandException.usage(
          "the producer's key %s is not one of the %d producers of network %s"
              .formatted(key.publicKey(), network.producers().size(), network.name()));
    }
    this.network = network;
    this.key = key;
    this.lastSlot = lastSlot;
    this.chain = chain;
  }

  /** Works on this thread until it is shut down. */
  void start(ScheduledExecutorService thread) {
    thread.execute(() -> turn(thread));
  }

  private void turn(ScheduledExecutorService thread) {
    long delayMillis = Math.min(network.slotMillis(), WAIT_MILLIS_MAX);
    try {
      produce();
      delayMillis = Math.min(millisToOwnSlot(chain.wallMillis()), WAIT_MILLIS_MAX);
    } catch (InterruptedException e) {
      return;
    } catch (IOException | Chain.Failure e) {
      LOG.atWarn().addKeyValue("error", e).log("no block this time");
    }
    try {
      thread.schedule(() -> turn(thread), delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // It has been shut down meanwhile.
    }
  }

  /** Makes a block if the present slot is its own and has not been used. */
  void produce() throws IOException, Chain.Failure, InterruptedException {
    long slot = network.slotAt(chain.wallMillis());
    if (slot <= lastSlot.value() || !isOwn(slot)) {
      return;
    }
    Optional<BlockTemplate.Proposal> proposal = chain.proposal(network.producerOf(slot));
    if (proposal.isPresent() && proposal.get().header().slot() > lastSlot.value()) {
      lastSlot.raise(proposal.get().header().slot());
      release(proposal.get());
    }
  }

  private boolean isOwn(long slot) {
    return network.producers().get(network.producerOf(slot)).equals(key.publicKey());
  }

  /** From a time to the beginning of the next slot that belongs to the key; at least 1. */
  long millisToOwnSlot(long wallMillis) {
    long slot = Math.max(1, network.slotAt(wallMillis) + 1);
    while (!isOwn(slot)) {
      slot++;
    }
    return network.slotStartMillis(slot) - wallMillis;
  }

  private void release(BlockTemplate.Proposal proposal) throws Chain.Failure, InterruptedException {
    BlockHeader header = BlockHeader.sign(key, proposal.header());
    NodeView.Submission made = chain.submit(new Block(header, proposal.transactions()));
    if (made.rejection() == null) {
      LOG.atInfo()
          .addKeyValue("item", header.hash())
          .addKeyValue("height", header.height())
          .addKeyValue("slot", header.slot())
          .addKeyValue("transactions", header.transactionCount())
          .log("made block");
    } else {
      LOG.atWarn()
          .addKeyValue("item", header.hash())
          .addKeyValue("slot", header.slot())
          .addKeyValue("reason", made.rejection().key())
          .log("own block refused");
    }
  }
}
