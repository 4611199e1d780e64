package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Ed25519;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The encodings as docs/protocol.md quotes them, in vectors/model.txt. A change here is a change of
 * the network.
 */
class ModelVectorsTest {
  private final Map<String, String> vectors = read();

  private static Map<String, String> read() {
    Map<String, String> vectors = new LinkedHashMap<>();
    try (InputStream in = ModelVectorsTest.class.getResourceAsStream("/vectors/model.txt")) {
      assertThat(in).isNotNull();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] nameAndHex = line.split(" = ", 2);
          vectors.put(nameAndHex[0], nameAndHex[1]);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return vectors;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private ByteBuffer bytes(String name) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(vectors.get(name)));
  }

  /** Everything that the file must say, as this code computes it. */
  private static Map<String, String> computed() {
    Transaction transaction = Samples.transaction(Samples.SENDER, 1, new byte[] {1, 2, 3});
    Block block = Samples.block(Samples.transactions());
    Map<String, String> values = new LinkedHashMap<>();
    values.put("sender-key", Samples.SENDER.publicKey().toHex());
    values.put("producer-key", Samples.PRODUCER.publicKey().toHex());
    values.put("node-key", Samples.NODE.publicKey().toHex());
    values.put("network-listed-id", Samples.LISTED.id().toHex());
    values.put("network-open-id", Samples.OPEN.id().toHex());
    values.put("transaction", hex(transaction.toBytes()));
    values.put("transaction-signed-message", hex(transaction.signedMessage()));
    values.put("transaction-id", transaction.hash().toHex());
    values.put("transaction-stamp-hash", transaction.stampHash().toHex());
    values.put("transaction-conflict-element", transaction.slot().conflictElement().toHex());
    values.put("block-transaction-root", block.header().transactionRoot().toHex());
    values.put("block-header", hex(block.header().toBytes()));
    values.put("block-header-signed-message", hex(block.header().signedMessage()));
    values.put("block-id", block.id().hash().toHex());
    values.put("block", hex(block.toBytes()));
    values.put("node-record", hex(Samples.record().toBytes()));
    values.put("node-record-signed-message", hex(Samples.record().signedMessage()));
    return values;
  }

  @Test
  void shouldEncodeAsTheVectorsSay() {
    assertThat(computed()).containsExactlyEntriesOf(vectors);
  }

  @Test
  void shouldReadTheVectorsBack() throws MalformedException {
    Item transaction = Item.read(ItemKind.TRANSACTION, bytes("transaction"));
    Item block = Item.read(ItemKind.BLOCK, bytes("block"));
    ByteBuffer recordBytes = bytes("node-record");
    NodeRecord record = NodeRecord.read(recordBytes, recordBytes.remaining());

    assertThat(transaction.id().hash().toHex()).isEqualTo(vectors.get("transaction-id"));
    assertThat(block).isEqualTo(Samples.block(Samples.transactions()));
    assertThat(((Block) block).transactions()).isEqualTo(Samples.transactions());
    assertThat(record).isEqualTo(Samples.record());
    assertThat(record.addresses()).hasSize(2);
  }

  @Test
  void shouldHoldSignaturesOverTheSignedMessages() {
    Transaction transaction = Samples.transactions().getFirst();
    BlockHeader header = Samples.block(Samples.transactions()).header();
    NodeRecord record = Samples.record();

    assertThat(
            Ed25519.verify(
                transaction.sender(), transaction.signedMessage(), transaction.signature()))
        .isTrue();
    assertThat(
            Ed25519.verify(
                Samples.PRODUCER.publicKey(), header.signedMessage(), header.signature()))
        .isTrue();
    assertThat(Ed25519.verify(record.key(), record.signedMessage(), record.signature())).isTrue();
    SignatureCheck check = record.check();
    assertThat(Ed25519.verify(check.key(), check.message(), check.signature())).isTrue();
  }

  @Test
  void shouldBeValidWhereTheyShouldBe() {
    Validity validity = new Validity(Samples.LISTED);
    Block block = Samples.block(Samples.transactions());

    assertThat(validity.header(block.header())).isEmpty();
    assertThat(validity.child(block.header(), 0, 0)).isEmpty();
    assertThat(validity.body(block)).isEmpty();
  }
}
