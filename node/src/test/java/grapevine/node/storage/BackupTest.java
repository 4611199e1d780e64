package grapevine.node.storage;

import static grapevine.node.storage.Samples.NETWORK;
import static grapevine.node.storage.Samples.OTHER_NETWORK;
import static grapevine.node.storage.Samples.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

class BackupTest {
  @TempDir Path folder;
  private Path root;
  private Path target;

  @BeforeEach
  void makeDirectory() {
    root = folder.resolve("d");
    target = folder.resolve("copy");
    DataDirectory.open(root, NETWORK).close();
  }

  private static LmdbItemStore open(Path directory, LmdbItemStore.Listener listener) {
    return LmdbItemStore.open(
        directory.resolve("items"), NETWORK, LmdbItemStore.Limits.defaults(), listener);
  }

  @Test
  void shouldHoldWhatWasAcknowledgedByAStoreThatGoesOnWriting() throws Exception {
    String items = Files.createDirectory(root.resolve("items")).toString();
    long acknowledged = 0;
    // Another process: LMDB must not be open twice in this one.
    try (ChildJvm writer = ChildJvm.start(LmdbKillTest.class, items)) {
      while (acknowledged < 500) {
        acknowledged = Long.parseLong(writer.line());
      }
      Backup backup = Backup.begin(root, NETWORK, target);
      assertThat(backup.items()).isPositive();
      backup.finish();
      assertThat(Long.parseLong(writer.line())).isGreaterThan(acknowledged);
    }
    DataDirectory.open(target, NETWORK).close();
    try (LmdbItemStore copy = open(target, (position, tookNanos) -> {})) {
      assertThat(copy.committedPosition()).isGreaterThanOrEqualTo(acknowledged);
      for (int i = 1; i <= copy.committedPosition(); i++) {
        assertThat(copy.item(transaction(i).id())).contains(transaction(i));
      }
      copy.put(transaction(0));
      assertThat(copy.contains(transaction(0).id())).isTrue();
    }
  }

  @Test
  void shouldCopyFilesWithTheirPermissions() throws IOException {
    Files.writeString(root.resolve("key"), "secret");
    Files.setPosixFilePermissions(
        root.resolve("key"), PosixFilePermissions.fromString("rw-------"));
    Backup backup = Backup.begin(root, NETWORK, target);
    assertThat(backup.items()).as("none yet").isZero();
    backup.files(List.of("key", "absent"));
    backup.finish();
    assertThat(target.resolve("key")).hasContent("secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("key"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldBeNoDataDirectoryBeforeItIsWhole() throws IOException {
    Files.writeString(root.resolve("peers"), "x");
    Backup backup = Backup.begin(root, NETWORK, target);
    backup.files(List.of("peers"));
    assertThatThrownBy(() -> DataDirectory.open(target, NETWORK))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("no FORMAT file");
    backup.finish();
    DataDirectory.open(target, NETWORK).close();
  }

  @Test
  void shouldRefuseATargetThatIsNotEmptyAndAnotherNetwork() throws IOException {
    Files.createDirectory(target);
    Files.writeString(target.resolve("mine"), "x");
    assertThatThrownBy(() -> Backup.begin(root, NETWORK, target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
    assertThatThrownBy(() -> Backup.begin(root, OTHER_NETWORK, folder.resolve("new")))
        .isInstanceOf(DataDirectoryException.class);
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void shouldNotLetAKilledReaderKeepSpaceForEver() throws Exception {
    Reports reports = new Reports();
    try (LmdbItemStore store = open(root, reports)) {
      rounds(store, reports, 0, 5);
      try (ChildJvm reader = ChildJvm.start(BackupTest.class, root.resolve("items").toString())) {
        assertThat(reader.line()).isEqualTo("reading");
      }
      rounds(store, reports, 5, 10);
      long early = store.usage().bytes();
      rounds(store, reports, 10, 40);
      assertThat(store.usage().bytes()).isLessThanOrEqualTo(2 * early);
    }
  }

  /** Each puts 20 items of 30,000 bytes and removes those of the round before. */
  private static void rounds(LmdbItemStore store, Reports reports, int from, int to)
      throws InterruptedException {
    for (int round = from; round < to; round++) {
      for (int i = 0; i < 20; i++) {
        store.put(transaction(20 * round + i, 30_000));
        store.remove(transaction(20 * (round - 1) + i, 30_000).id());
      }
      store.sync();
      reports.awaitCommitted(store.position());
    }
  }

  /** Reads for ever, as a backup of a large store does. */
  public static void main(String[] arguments) throws InterruptedException {
    try (Env<ByteBuffer> env =
            Env.create()
                .setMapSize(1L << 30)
                .open(Path.of(arguments[0]).toFile(), EnvFlags.MDB_RDONLY_ENV, EnvFlags.MDB_NOTLS);
        Txn<ByteBuffer> reading = env.txnRead()) {
      System.out.println("reading");
      Thread.sleep(reading.getId() >= 0 ? Long.MAX_VALUE : 0);
    }
  }
}
