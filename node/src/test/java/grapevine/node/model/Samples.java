package grapevine.node.model;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values that never change: the golden vectors are made of them. */
final class Samples {
  static final KeyPair SENDER = key(1);
  static final KeyPair OTHER_SENDER = key(2);
  static final KeyPair PRODUCER = key(3);
  static final KeyPair OTHER_PRODUCER = key(4);
  static final KeyPair NODE = key(5);
  static final KeyPair STRANGER = key(6);

  static final long GENESIS_MILLIS = 1_767_225_600_000L;

  /** Slots of two seconds; the first sender may send three a minute, the other one. */
  static final Network LISTED =
      network(
          new Network.Senders.Listed(
              new TreeMap<>(Map.of(SENDER.publicKey(), 3, OTHER_SENDER.publicKey(), 1))));

  static final Network OPEN = network(new Network.Senders.Open(4));

  static final long BLOCK_SLOT = 30;
  static final long BLOCK_MILLIS = GENESIS_MILLIS + 60_500;

  private Samples() {}

  /** The key whose seed is this byte 32 times. */
  static KeyPair key(int seedByte) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    Arrays.fill(seed, (byte) seedByte);
    return KeyPair.ofSeed(seed);
  }

  static Network network(Network.Senders senders) {
    return new Network(
        "sample",
        GENESIS_MILLIS,
        2000,
        600,
        1 << 20,
        1000,
        List.of(PRODUCER.publicKey(), OTHER_PRODUCER.publicKey()),
        senders);
  }

  /** Time of day, nonce and lifetime as they should be on the listed network. */
  static Transaction.Draft draft(int k) {
    long time = GENESIS_MILLIS + 61_000;
    return new Transaction.Draft(LISTED.shortId(), Transaction.nonce(time, k), time, 600, 250, 0);
  }

  static Transaction transaction(KeyPair sender, int k, byte[] payload) {
    return Transaction.sign(sender, draft(k), payload);
  }

  /** Three transactions of both senders, ascending by id. */
  static List<Transaction> transactions() {
    return sorted(
        transaction(SENDER, 0, new byte[0]),
        transaction(SENDER, 1, new byte[] {1, 2, 3}),
        transaction(OTHER_SENDER, 0, new byte[] {(byte) 0xFF}));
  }

  static List<Transaction> sorted(Transaction... transactions) {
    return Arrays.stream(transactions).sorted(Comparator.comparing(Transaction::hash)).toList();
  }

  static BlockHeader.Draft headerDraft(List<Transaction> transactions) {
    return new BlockHeader.Draft(
        LISTED.shortId(),
        LISTED.id(),
        1,
        BLOCK_SLOT,
        BLOCK_MILLIS,
        transactions.size(),
        transactions.stream().mapToInt(Transaction::sizeBytes).sum(),
        Block.transactionRoot(transactions),
        0,
        Hash256.ZERO);
  }

  static Block block(List<Transaction> transactions) {
    return new Block(BlockHeader.sign(PRODUCER, headerDraft(transactions)), transactions);
  }

  static NodeRecord record() {
    byte[] six = new byte[16];
    six[0] = 0x20;
    six[1] = 0x01;
    six[15] = 1;
    return NodeRecord.sign(
        NODE,
        7,
        GENESIS_MILLIS,
        List.of(NodeAddress.ip(new byte[] {(byte) 192, 0, 2, 1}, 7700), NodeAddress.ip(six, 7701)),
        Service.ARCHIVE.bit());
  }
}
