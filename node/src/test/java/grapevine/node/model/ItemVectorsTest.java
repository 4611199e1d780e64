package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.Samples;
import grapevine.node.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes and ids of items, checked in: a change would make another network of every network. */
class ItemVectorsTest {
  private static final Map<String, byte[]> VALUES = new LinkedHashMap<>();

  static {
    Transaction tx = Samples.transaction(0);
    put("sender-key", Samples.SENDER.publicKey().toBytes());
    put("network-id", Samples.NETWORK.id());
    put("open-network-id", Samples.OPEN_NETWORK.id());
    put("transaction", tx.toBytes());
    put("transaction-signed", tx.signedMessage());
    put("transaction-id", tx.hash());
    put("conflict-element", tx.slot().conflictElement());
    put("open-transaction", stamped().toBytes());
    put("open-transaction-stamp-hash", stamped().stampHash());
    put("node-record", Samples.NODE_RECORD.toBytes());
    put("header", Samples.block().header().toBytes());
    put("block", Samples.block().toBytes());
    put("block-id", Samples.block().header().hash());
    for (int count : new int[] {0, 1, 2, 3, 5}) {
      put("transaction-root-" + count, Block.transactionRoot(Samples.transactions(count)));
    }
    put("minute-digest", spanDigest(Samples.NOW_MILLIS / 60_000));
    put("slice-digest", spanDigest(0x8000_0000L + Samples.NOW_MILLIS / 4_000));
  }

  private static void put(String name, byte[] value) {
    VALUES.put(name, value);
  }

  private static void put(String name, Hash256 value) {
    VALUES.put(name, value.toBytes());
  }

  /** The first transaction of its kind whose stamp meets the open network's 8 bits. */
  private static Transaction stamped() {
    Validity validity = new Validity(Samples.OPEN_NETWORK);
    for (long stamp = 0; ; stamp++) {
      Transaction tx =
          Transaction.sign(
              Samples.SENDER,
              new Transaction.Draft(
                  validity.networkShortId(),
                  Transaction.nonce(Samples.NOW_MILLIS, 0),
                  Samples.NOW_MILLIS,
                  60,
                  0,
                  stamp),
              new byte[0]);
      if (validity.transaction(tx).isEmpty()) {
        return tx;
      }
    }
  }

  /** Of a minute whose elements are the ids of {@code transactions(3)}. */
  private static byte[] spanDigest(long span) {
    List<Transaction> txs = Samples.transactions(3);
    ByteBuffer bytes = ByteBuffer.allocate(4 + txs.size() * Hash256.BYTES);
    bytes.putInt((int) span);
    txs.forEach(tx -> tx.hash().write(bytes));
    long digest = Sha256.hash("grapevine-minute-1", bytes.flip()).prefix64();
    return ByteBuffer.allocate(8).putLong(digest).array();
  }

  @Test
  void shouldWriteTheVectorsByteForByte() {
    List<String> lines = new ArrayList<>(Vectors.read("items.txt").lines().toList());
    lines.removeIf(line -> line.startsWith("network ") || line.startsWith("open-network "));
    assertThat(String.join("\n", lines)).isEqualTo(Vectors.write(VALUES));
  }

  /** Nobody needs the encoding of a network but to hash it, so the hash stands for it. */
  @Test
  void shouldNameANetworkByTheHashOfItsEncoding() {
    Map<String, Hash256> ids = new LinkedHashMap<>();
    Vectors.read("items.txt")
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(parts -> parts[0].endsWith("network"))
        .forEach(
            parts ->
                ids.put(
                    parts[0],
                    Sha256.hash("grapevine-network-1", HexFormat.of().parseHex(parts[1]))));
    assertThat(ids)
        .containsExactly(
            Map.entry("network", Samples.NETWORK.id()),
            Map.entry("open-network", Samples.OPEN_NETWORK.id()));
  }
}
