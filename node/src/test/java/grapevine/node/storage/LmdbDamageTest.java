package grapevine.node.storage;

import static grapevine.node.storage.DataDirectoryException.Kind.DAMAGED_OR_TOO_NEW;
import static grapevine.node.storage.LmdbItemStoreTest.LIMITS;
import static grapevine.node.storage.Samples.NETWORK;
import static grapevine.node.storage.Samples.OTHER_NETWORK;
import static grapevine.node.storage.Samples.block;
import static grapevine.node.storage.Samples.transaction;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What disks do to files. */
class LmdbDamageTest {
  @TempDir Path temporary;
  private final Reports reports = new Reports();
  private final Block block = block(9, transaction(1), transaction(2));
  private Path directory;
  private Path data;

  @BeforeEach
  void fill() {
    directory = temporary.resolve("items");
    data = directory.resolve("data.mdb");
    try (LmdbItemStore store = open()) {
      store.put(block);
      for (int i = 1; i <= 200; i++) {
        store.put(transaction(i, 1000));
      }
    }
  }

  private LmdbItemStore open() {
    return LmdbItemStore.open(directory, NETWORK, LIMITS, reports);
  }

  private static byte[] row(Item item) {
    return ByteBuffer.allocate(8 + item.sizeBytes()).putLong(1).put(item.toBytes()).array();
  }

  private void expectAbsentUntilPutAgain(Item item) {
    try (LmdbItemStore store = open()) {
      assertThat(store.item(item.id())).isEmpty();
      assertThat(store.damagedCount()).isEqualTo(1);
      assertThat(reports.damages.poll())
          .contains(directory.toString(), item.id().toString(), "expected");
      assertThat(store.contains(item.id())).isFalse();
      assertThat(store.put(item)).isEqualTo(PutResult.STORED);
    }
    try (LmdbItemStore store = open()) {
      assertThat(store.item(item.id()).orElseThrow().toBytes()).isEqualTo(item.toBytes());
      assertThat(store.damagedCount()).isZero();
      assertThat(store.since(0, 1000)).hasSize(201).last().extracting("id").isEqualTo(item.id());
    }
  }

  @Test
  void shouldTreatATransactionWithAFlippedBitAsAbsent() throws IOException {
    Item item = transaction(100, 1000);
    byte[] bytes = Files.readAllBytes(data);
    int at = indexOf(bytes, item.toBytes());
    bytes[at + 150] ^= 1;
    Files.write(data, bytes);
    expectAbsentUntilPutAgain(item);
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("the item is not in the file");
  }

  @Test
  void shouldTreatAnotherItemUnderTheKeyAsAbsent() {
    Item item = transaction(100, 1000);
    RawLmdb.put(directory, "transactions", item.id().hash().toBytes(), row(transaction(5)));
    expectAbsentUntilPutAgain(item);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 60})
  void shouldTreatAValueThatIsTooShortAsAbsent(int length) {
    Item item = transaction(100, 1000);
    RawLmdb.put(
        directory, "transactions", item.id().hash().toBytes(), Arrays.copyOf(row(item), length));
    expectAbsentUntilPutAgain(item);
  }

  @Test
  void shouldNotServeABlockWhoseTransactionsAreOthers() {
    Block other = new Block(block.header(), List.of(transaction(1), transaction(3)));
    RawLmdb.put(directory, "blocks", block.id().hash().toBytes(), row(other));
    expectAbsentUntilPutAgain(block);
  }

  @Test
  void shouldForgetTheHeaderOfABlockWhoseHeightIsDamaged() {
    byte[] damaged = row(block);
    damaged[8 + 49] ^= 1;
    RawLmdb.put(directory, "blocks", block.id().hash().toBytes(), damaged);
    try (LmdbItemStore store = open()) {
      assertThat(store.item(block.id())).isEmpty();
    }
    try (LmdbItemStore store = open()) {
      store.headers(header -> assertThat(header).isNull());
      assertThat(store.damagedCount()).isZero();
    }
  }

  @Test
  void shouldLeaveOutDamagedValuesWhenItLoads() {
    byte[] key = ByteBuffer.allocate(40).putLong(9).put(block.id().hash().toBytes()).array();
    RawLmdb.put(directory, "headers", key, block(10).header().toBytes());
    RawLmdb.put(
        directory, "transactions", transaction(7, 1000).hash().toBytes(), row(transaction(8)));
    int[] transactions = {0};
    try (LmdbItemStore store = open()) {
      store.headers(header -> assertThat(header).isNull());
      store.transactions(0, transaction -> transactions[0]++);
      assertThat(transactions[0]).isEqualTo(199);
      assertThat(store.damagedCount()).isEqualTo(2);
      assertThat(store.contains(block.id())).isFalse();
    }
  }

  @Test
  void shouldRefuseAFileThatIsCutShortBeforeItIsMapped() throws IOException {
    long[] lengths = {1, 4096, 4096 + 100, 3 * 4096, 20 * 4096};
    for (int i = lengths.length - 1; i >= 0; i--) {
      try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
        file.setLength(lengths[i]);
      }
      expectRefusal("cut short", "expected at least");
    }
  }

  @Test
  void shouldRefuseGarbageInPlaceOfAMetaPage() throws IOException {
    for (int page = 1; page >= 0; page--) {
      try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
        file.seek(page * 4096L);
        file.write(new byte[4096]);
      }
      expectRefusal("no meta page", "offset " + page * 4096, "expected magic beefc0de");
    }
  }

  @Test
  void shouldRefuseALaterSchema() {
    RawLmdb.put(
        directory, "meta", "schema".getBytes(US_ASCII), new byte[] {0, 0, 0, 0, 0, 0, 0, 2});
    expectRefusal("schema version 2", "expected version 1");
  }

  @Test
  void shouldRefuseAnotherNetwork() {
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> LmdbItemStore.open(directory, OTHER_NETWORK, LIMITS, reports).close())
        .withMessageContainingAll(NETWORK.toHex(), OTHER_NETWORK.toHex());
    open().close();
  }

  private void expectRefusal(String... words) {
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> open().close())
        .satisfies(e -> assertThat(e.kind()).isEqualTo(DAMAGED_OR_TOO_NEW))
        .withMessageContaining(directory.toString())
        .withMessageContainingAll(words);
  }
}
