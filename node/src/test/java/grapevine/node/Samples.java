package grapevine.node;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Service;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A network with its keys, and valid items of it, the same in every run: for tests of any package,
 * and for the vectors that docs/protocol.md quotes. All immutable.
 */
public final class Samples {
  public static final KeyPair SENDER = key(1);
  public static final KeyPair PRODUCER = key(2);
  public static final KeyPair OTHER_PRODUCER = key(3);
  public static final KeyPair NODE = key(4);

  /** 2026-11-22 10:00:00 UTC. */
  public static final long GENESIS_MILLIS = 1_795_341_600_000L;

  /** The start of slot 3. */
  public static final long NOW_MILLIS = GENESIS_MILLIS + 15_000;

  /** Of {@link #SENDER}, who may send 600 a minute; slots of 5 s. */
  public static final Network NETWORK =
      network(new Network.Senders.Listed(new TreeMap<>(Map.of(SENDER.publicKey(), 600))));

  /** The same for everybody, with stamps of 8 bits. */
  public static final Network OPEN_NETWORK = network(new Network.Senders.Open(8));

  public static final Validity VALIDITY = new Validity(NETWORK);

  public static final NodeRecord NODE_RECORD =
      NodeRecord.sign(
          NODE,
          7,
          NOW_MILLIS,
          List.of(
              NodeAddress.ip(new byte[] {(byte) 192, 0, 2, 1}, 7700),
              NodeAddress.ip(Arrays.copyOf(new byte[] {0x20, 1, 0x0d, (byte) 0xb8}, 16), 7700)),
          Service.ARCHIVE.bit());

  private Samples() {}

  /** The key pair whose seed is 32 times this byte. */
  public static KeyPair key(int seed) {
    byte[] bytes = new byte[KeyPair.SEED_BYTES];
    Arrays.fill(bytes, (byte) seed);
    return KeyPair.ofSeed(bytes);
  }

  private static Network network(Network.Senders senders) {
    return new Network(
        "samples",
        GENESIS_MILLIS,
        5_000,
        600,
        1 << 20,
        10_000,
        List.of(PRODUCER.publicKey(), OTHER_PRODUCER.publicKey()),
        senders);
  }

  /** The k-th transaction of {@link #SENDER} in the minute of {@link #NOW_MILLIS}. */
  public static Transaction transaction(int k) {
    return transaction(NOW_MILLIS, k, "vine " + k);
  }

  /** The k-th transaction of {@link #SENDER} in its minute, alive for a minute. */
  public static Transaction transaction(long timeMillis, int k, String payload) {
    return Transaction.sign(
        SENDER,
        new Transaction.Draft(
            NETWORK.shortId(), Transaction.nonce(timeMillis, k), timeMillis, 60, 1_000 + k, 0),
        payload.getBytes(StandardCharsets.US_ASCII));
  }

  /** {@code transaction(0)} to {@code transaction(count - 1)}, ascending by id as in a block. */
  public static List<Transaction> transactions(int count) {
    return IntStream.range(0, count)
        .mapToObj(Samples::transaction)
        .sorted(Comparator.comparing(Transaction::hash))
        .toList();
  }

  /** The block of slot 3 on top of genesis, with three transactions. */
  public static Block block() {
    return block(NETWORK.id(), 1, 3, transactions(3));
  }

  /** The block of a slot, by the producer whose slot it is; its time is the start of the slot. */
  public static Block block(
      Hash256 parent, long height, long slot, List<Transaction> transactions) {
    int producer = NETWORK.producerOf(slot);
    BlockHeader.Draft draft =
        new BlockHeader.Draft(
            NETWORK.shortId(),
            parent,
            height,
            slot,
            NETWORK.slotStartMillis(slot),
            transactions.size(),
            transactions.stream().mapToInt(Transaction::sizeBytes).sum(),
            Block.transactionRoot(transactions),
            producer,
            Hash256.ZERO);
    KeyPair key = producer == 0 ? PRODUCER : OTHER_PRODUCER;
    return new Block(BlockHeader.sign(key, draft), transactions);
  }
}
