package grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressFileTest {
  @TempDir Path directory;
  private Path path;
  private AddressFile file;

  @BeforeEach
  void name() {
    path = directory.resolve("peers");
    file = new AddressFile(path);
  }

  private static NodeRecord record(int number) {
    byte[] seed = ByteBuffer.allocate(32).putInt(number).array();
    byte[] host = ByteBuffer.allocate(4).putInt(number).array();
    return NodeRecord.sign(KeyPair.ofSeed(seed), number, 0, List.of(NodeAddress.ip(host, 7700)), 0);
  }

  @Test
  void shouldLoadWhatWasSavedLast() throws IOException {
    file.save(List.of(record(1)));
    file.save(List.of(record(2), record(3)));
    AddressFile.Loaded loaded = new AddressFile(path).load();
    assertThat(loaded.records()).containsExactly(record(2), record(3));
    assertThat(loaded.problem()).isEmpty();
    assertThat(directory.toFile().list()).containsExactly("peers");
  }

  @Test
  void shouldStartEmptyWithoutAFile() {
    assertThat(file.load().records()).isEmpty();
    assertThat(file.load().problem()).isEmpty();
  }

  @Test
  void shouldSaveOnlyWhatFits() throws IOException {
    NodeRecord record = record(1);
    file.save(new ArrayList<>(Collections.nCopies(20_000, record)));
    assertThat(Files.size(path)).isLessThanOrEqualTo(AddressFile.BYTES_MAX);
    assertThat(file.load().records())
        .hasSize((AddressFile.BYTES_MAX - 40) / (2 + record.sizeBytes()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 7, 20, 100, -1})
  void shouldPutAsideAFileWithAFlippedBit(int at) throws IOException {
    file.save(List.of(record(1), record(2)));
    byte[] bytes = Files.readAllBytes(path);
    bytes[Math.floorMod(at, bytes.length)] ^= 4;
    expectPutAside(bytes);
  }

  @Test
  void shouldPutAsideAFileThatIsCutShort() throws IOException {
    file.save(List.of(record(1)));
    byte[] bytes = Files.readAllBytes(path);
    for (int length : new int[] {0, 3, 39, bytes.length / 2, bytes.length - 1}) {
      expectPutAside(Arrays.copyOf(bytes, length));
    }
    expectPutAside(new byte[AddressFile.BYTES_MAX + 1]);
  }

  private void expectPutAside(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    AddressFile.Loaded loaded = file.load();
    assertThat(loaded.records()).isEmpty();
    assertThat(loaded.problem().orElseThrow()).contains(path.toString()).contains("peers.bad");
    assertThat(directory.resolve("peers.bad")).hasBinaryContent(bytes);
    assertThat(path).doesNotExist();
    assertThat(file.load().problem()).isEmpty();
  }

  @Test
  void shouldReportAFileThatCannotBeRead() throws IOException {
    Files.createDirectory(path);
    AddressFile.Loaded loaded = file.load();
    assertThat(loaded.records()).isEmpty();
    assertThat(loaded.problem().orElseThrow()).contains(path.toString());
  }
}
