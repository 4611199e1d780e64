package grapevine.node.storage;

import static grapevine.node.storage.Samples.NETWORK;
import static grapevine.node.storage.Samples.block;
import static grapevine.node.storage.Samples.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemLog;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmdbItemStoreTest implements ItemStoreContract<LmdbItemStore> {
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final long MILLI_NANOS = 1_000_000;

  /** A tiny map; nothing is committed unless asked for. */
  static final LmdbItemStore.Limits LIMITS =
      new LmdbItemStore.Limits(
          1 << 20,
          64 << 20,
          1000,
          new GroupCommit.Limits(
              16 << 20, 4 << 20, 1024, MILLI_NANOS, HOUR_NANOS, 20 * MILLI_NANOS));

  @TempDir Path temporary;
  private final Reports reports = new Reports();
  private final AtomicLong freeBytes = new AtomicLong(1 << 20);
  private Path directory;
  private LmdbItemStore store;

  @BeforeEach
  void open() {
    directory = temporary.resolve("items");
    store = open(LIMITS);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private LmdbItemStore open(LmdbItemStore.Limits limits) {
    return LmdbItemStore.open(directory, NETWORK, limits, freeBytes::get, reports);
  }

  private void reopen(LmdbItemStore.Limits limits) {
    store.close();
    store = open(limits);
  }

  @Override
  public LmdbItemStore store() {
    return store;
  }

  @Override
  public void settle() throws InterruptedException {
    store.sync();
    while (store.usage().pendingBytes() > 0) {
      Reports.await(reports.committed);
    }
  }

  @Test
  void shouldKeepEverythingOverAReopening() {
    store.put(transaction(1));
    store.put(transaction(2));
    store.put(block(5, transaction(3)));
    store.remove(transaction(2).id());
    reopen(LIMITS);
    assertThat(store.item(transaction(1).id())).contains(transaction(1));
    assertThat(store.contains(transaction(2).id())).isFalse();
    assertThat(store.item(block(5, transaction(3)).id()).orElseThrow().toBytes())
        .isEqualTo(block(5, transaction(3)).toBytes());
    assertThat(store.position()).isEqualTo(3);
    assertThat(store.committedPosition()).isEqualTo(3);
    assertThat(store.usage().entries()).isEqualTo(2);
    assertThat(store.damagedCount()).isZero();
  }

  @Test
  void shouldNotUseAPositionTwiceThoughItsItemIsGone() {
    store.put(transaction(1));
    store.put(transaction(2));
    store.remove(transaction(2).id());
    reopen(LIMITS);
    store.put(transaction(3));
    reopen(LIMITS);
    assertThat(store.since(1, 10)).containsExactly(new ItemLog.Entry(3, transaction(3).id()));
  }

  @Test
  void shouldAcknowledgeOnlyWhatIsDurable() throws Exception {
    store.put(transaction(1));
    assertThat(store.committedPosition()).isZero();
    assertThat(store.since(0, 10)).isEmpty();
    store.sync();
    reports.awaitCommitted(1);
    assertThat(store.committedPosition()).isEqualTo(1);
    assertThat(store.since(0, 10)).hasSize(1);
  }

  @Test
  void shouldFindWhatWasAcknowledgedInACopyOfFilesThatWereNeverClosed() throws Exception {
    for (int i = 1; i <= 100; i++) {
      store.put(transaction(i));
    }
    settle();
    store.put(transaction(101));
    Path copy = temporary.resolve("copy");
    Files.createDirectory(copy);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    try (LmdbItemStore copied = LmdbItemStore.open(copy, NETWORK, LIMITS, reports)) {
      assertThat(copied.committedPosition()).isEqualTo(100);
      assertThat(copied.since(0, 1000)).hasSize(100);
      for (int i = 1; i <= 100; i++) {
        assertThat(copied.item(transaction(i).id())).contains(transaction(i));
      }
    }
  }

  @Test
  void shouldGrowItsMapWithoutAnybodyNoticing() throws Exception {
    assertThat(store.usage().mapBytes()).isEqualTo(1 << 20);
    for (int i = 0; i < 200; i++) {
      assertThat(store.put(transaction(i, 30_000))).isEqualTo(PutResult.STORED);
      if (i % 20 == 0) {
        store.sync();
      }
      assertThat(store.item(transaction(i / 2, 30_000).id())).isPresent();
    }
    settle();
    assertThat(store.usage().mapBytes()).isEqualTo(8 << 20);
    assertThat(reports.problems).isEmpty();
    reopen(LIMITS);
    assertThat(store.item(transaction(199, 30_000).id())).isPresent();
  }

  @Test
  void shouldRefusePutsAtItsLargestSizeAndTakeThemAgainAfterRemovals() throws Exception {
    // Long enough for all removals to go in one batch: what that frees, the next cannot use yet.
    GroupCommit.Limits patient =
        new GroupCommit.Limits(16 << 20, 4 << 20, 1024, MILLI_NANOS, HOUR_NANOS, 500 * MILLI_NANOS);
    reopen(new LmdbItemStore.Limits(1 << 20, 1 << 20, 1000, patient));
    int stored = 0;
    for (boolean committed = true; committed; committed = Reports.await(reports.outcomes)) {
      store.put(transaction(stored++, 30_000));
      store.sync();
    }
    assertThat(store.put(transaction(stored, 30_000))).isEqualTo(PutResult.FULL);
    assertThat(store.health().orElseThrow().kind()).isEqualTo(StoreProblem.Kind.MAP_FULL);
    assertThat(store.health().orElseThrow().detail()).contains(directory.toString());
    assertThat(store.item(transaction(0, 30_000).id())).isPresent();
    for (int i = 0; i < 15; i++) {
      store.remove(transaction(i, 30_000).id());
    }
    Reports.await(reports.recoveries);
    assertThat(store.health()).isEmpty();
    assertThat(store.put(transaction(stored, 30_000))).isEqualTo(PutResult.STORED);
    settle();
    reopen(LIMITS);
    assertThat(store.usage().entries()).isEqualTo(stored + 1 - 15);
    assertThat(store.contains(transaction(14, 30_000).id())).isFalse();
    assertThat(store.item(transaction(stored, 30_000).id())).isPresent();
  }

  @Test
  void shouldOnlyReadWhileTheDiskIsFullAndRecoverByItself() throws Exception {
    store.put(transaction(1));
    settle();
    freeBytes.set(999);
    store.put(transaction(2));
    store.sync();
    StoreProblem problem = Reports.await(reports.problems);
    assertThat(problem.kind()).isEqualTo(StoreProblem.Kind.DISK_FULL);
    assertThat(problem.detail()).contains("999 bytes").contains("expected at least 1000");
    assertThat(store.put(transaction(3))).isEqualTo(PutResult.FULL);
    assertThat(store.health()).contains(problem);
    assertThat(store.item(transaction(1).id())).isPresent();
    assertThat(store.item(transaction(2).id())).isPresent();
    assertThat(store.committedPosition()).isEqualTo(1);
    freeBytes.set(1249); // enough to go on, too little to begin again
    reports.problems.clear();
    assertThat(Reports.await(reports.problems).detail()).contains("expected at least 1250");
    freeBytes.set(1250);
    Reports.await(reports.recoveries);
    assertThat(store.health()).isEmpty();
    assertThat(store.committedPosition()).isEqualTo(2);
    assertThat(store.put(transaction(3))).isEqualTo(PutResult.STORED);
  }

  @Test
  void shouldNoticeAFullDiskWithoutAnythingToWrite() throws Exception {
    store.checkSpace();
    assertThat(store.health()).isEmpty();
    freeBytes.set(999);
    store.checkSpace();
    assertThat(store.freeBytes()).isEqualTo(999);
    assertThat(Reports.await(reports.problems).kind()).isEqualTo(StoreProblem.Kind.DISK_FULL);
    assertThat(store.put(transaction(1))).isEqualTo(PutResult.FULL);
    freeBytes.set(1 << 20);
    Reports.await(reports.recoveries);
    assertThat(store.put(transaction(1))).isEqualTo(PutResult.STORED);
  }

  @Test
  void shouldUseTheSpaceOfRemovedItemsAgain() throws Exception {
    long early = 0;
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 20; i++) {
        store.put(transaction(20 * round + i, 30_000));
        store.remove(transaction(20 * (round - 1) + i, 30_000).id());
      }
      settle();
      early = round == 9 ? store.usage().bytes() : early;
    }
    assertThat(store.usage().entries()).isEqualTo(20);
    assertThat(store.usage().bytes()).isLessThanOrEqualTo(2 * early);
  }

  @Test
  void shouldKnowItsLowestBlock() throws Exception {
    assertThat(store.lowestHeight()).isEmpty();
    store.put(block(300));
    store.put(block(7));
    settle();
    assertThat(store.lowestHeight()).hasValue(7);
  }

  @Test
  void shouldSayAtOnceThatTheDiskIsFullAtStart() {
    store.close();
    freeBytes.set(0);
    store = open(LIMITS);
    assertThat(store.health().orElseThrow().kind()).isEqualTo(StoreProblem.Kind.DISK_FULL);
    assertThat(store.put(transaction(1))).isEqualTo(PutResult.FULL);
  }

  @Test
  void shouldEndInTimeThoughTheDiskIsFull() {
    store.put(transaction(1));
    freeBytes.set(0);
    store.close();
    freeBytes.set(2000);
    store = open(LIMITS);
    assertThat(store.contains(transaction(1).id())).isFalse();
  }

  @Test
  void shouldNeverLeaveAFileThatLooksCutShort() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<Transaction> stored = new ArrayList<>();
    for (int round = 0; round < 60; round++) {
      int operations = 1 + random.nextInt(60);
      for (int i = 0; i < operations; i++) {
        boolean grows = round / 20 % 2 == 0;
        if (stored.isEmpty() || random.nextInt(10) < (grows ? 6 : 4)) {
          int payloadBytes = random.nextInt(10) == 0 ? random.nextInt(60_000) : 100;
          stored.add(transaction(1000 * round + i, payloadBytes));
          store.put(stored.getLast());
        } else {
          store.remove(stored.remove(random.nextInt(stored.size())).id());
        }
      }
      settle();
      LmdbDataFile.check(directory.resolve(LmdbDataFile.NAME));
    }
    assertThat(store.usage().entries()).isEqualTo(stored.size());
  }

  @Test
  void shouldReadHeadersOfManyPages() throws IOException {
    for (int height = 300; height > 0; height--) {
      store.put(block(height));
    }
    reopen(LIMITS);
    List<Long> heights = new ArrayList<>();
    store.headers((BlockHeader header) -> heights.add(header.height()));
    assertThat(heights).hasSize(300).isSorted().doesNotHaveDuplicates();
  }
}
