package grapevine.node.storage;

import static grapevine.node.storage.Samples.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.ItemStore.PutResult;
import grapevine.node.storage.GroupCommit.Batch;
import grapevine.node.storage.GroupCommit.Operation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupCommitTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;
  private static final StoreProblem FULL =
      new StoreProblem(StoreProblem.Kind.DISK_FULL, "nothing left");

  private final GroupCommit group = new GroupCommit(GroupCommit.Limits.defaults(), 10);

  @Test
  void shouldLetRelayedItemsWaitASecondForCompany() {
    group.put(transaction(1), 0);
    group.put(transaction(2), SECOND / 2);
    assertThat(group.deadlineNanos()).isEqualTo(SECOND);
    assertThat(group.takeBatch(SECOND - 1)).isEmpty();
    Batch batch = group.takeBatch(SECOND).orElseThrow();
    assertThat(batch.operations())
        .containsExactly(
            new Operation.Put(11, transaction(1)), new Operation.Put(12, transaction(2)));
    assertThat(batch.committedPosition()).isEqualTo(12);
  }

  @Test
  void shouldCommitSoonWhenAsked() {
    group.put(transaction(1), 0);
    group.sync(3 * MILLI);
    group.sync(4 * MILLI);
    assertThat(group.deadlineNanos()).isEqualTo(8 * MILLI);
  }

  @Test
  void shouldNotCommitWithoutNeed() {
    group.sync(0);
    assertThat(group.deadlineNanos()).isEqualTo(Component.NEVER);
    assertThat(group.takeBatch(Component.NEVER - 1)).isEmpty();
  }

  @Test
  void shouldKeepOneBatchInFlightAndTheNextOneReady() {
    group.put(transaction(1), 0);
    Batch batch = group.takeBatch(SECOND).orElseThrow();
    group.put(transaction(2), SECOND);
    group.sync(SECOND);
    assertThat(group.takeBatch(9 * SECOND)).isEmpty();
    assertThat(group.committedPosition()).isEqualTo(10);
    group.onCommitted(batch);
    assertThat(group.committedPosition()).isEqualTo(11);
    assertThat(group.takeBatch(SECOND + 5 * MILLI)).isPresent();
  }

  @Test
  void shouldLetWhatComesDuringACommitWaitItsOwnSecond() {
    group.put(transaction(1), 0);
    Batch batch = group.takeBatch(SECOND).orElseThrow();
    group.put(transaction(2), SECOND + MILLI);
    group.onCommitted(batch);
    assertThat(group.deadlineNanos()).isEqualTo(2 * SECOND + MILLI);
  }

  @Test
  void shouldShowPendingOperationsUntilTheLastOneIsOnDisk() {
    ItemId id = transaction(1).id();
    group.remove(id, 0);
    Batch batch = group.takeBatch(SECOND).orElseThrow();
    group.put(transaction(1), SECOND);
    group.remove(id, SECOND);
    group.onCommitted(batch);
    assertThat(group.pending(id)).contains(new Operation.Remove(id));
    group.onCommitted(group.takeBatch(2 * SECOND).orElseThrow());
    assertThat(group.pending(id)).isEmpty();
    assertThat(group.committedPosition()).isEqualTo(11);
  }

  @Test
  void shouldAnswerFullWhenTooMuchWaits() {
    long bytes = GroupCommit.OPERATION_BYTES + transaction(1).sizeBytes();
    GroupCommit small =
        new GroupCommit(new GroupCommit.Limits(2 * bytes, 1 << 20, 100, 5, 10, 20), 0);
    assertThat(small.put(transaction(1), 0)).isEqualTo(PutResult.STORED);
    assertThat(small.put(transaction(2), 0)).isEqualTo(PutResult.STORED);
    assertThat(small.put(transaction(3), 0)).isEqualTo(PutResult.FULL);
    assertThat(small.position()).isEqualTo(2);
    assertThat(small.problem()).isEmpty();
    small.onCommitted(small.takeBatch(10).orElseThrow());
    assertThat(small.put(transaction(3), 10)).isEqualTo(PutResult.STORED);
  }

  @Test
  void shouldSplitWhatIsTooMuchForOneBatchAndStartAtOnce() {
    GroupCommit small = new GroupCommit(new GroupCommit.Limits(1 << 20, 1 << 20, 2, 5, 10, 20), 0);
    for (int i = 1; i <= 3; i++) {
      small.put(transaction(i), 0);
    }
    Batch first = small.takeBatch(0).orElseThrow();
    assertThat(first.operations()).hasSize(2);
    small.onCommitted(first);
    assertThat(small.takeBatch(0).orElseThrow().committedPosition()).isEqualTo(3);
  }

  @Test
  void shouldRefusePutsAfterAFailureUntilARetrySucceeds() {
    group.put(transaction(1), 0);
    group.onFailed(group.takeBatch(SECOND).orElseThrow(), FULL, SECOND);
    assertThat(group.put(transaction(2), SECOND)).isEqualTo(PutResult.FULL);
    assertThat(group.problem()).contains(FULL);
    group.sync(SECOND);
    assertThat(group.deadlineNanos()).isEqualTo(3 * SECOND);
    Batch retry = group.takeBatch(3 * SECOND).orElseThrow();
    assertThat(retry.committedPosition()).isEqualTo(11);
    group.onCommitted(retry);
    assertThat(group.problem()).isEmpty();
    assertThat(group.put(transaction(2), 3 * SECOND)).isEqualTo(PutResult.STORED);
  }

  @Test
  void shouldProbeATroubledDiskThoughNothingWaits() {
    group.onTrouble(FULL, 0);
    Batch probe = group.takeBatch(2 * SECOND).orElseThrow();
    assertThat(probe.operations()).isEmpty();
    group.onCommitted(probe);
    assertThat(group.problem()).isEmpty();
    assertThat(group.deadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldMakeRoomOnAFullDiskByRemovingFirst() {
    group.put(transaction(1), 0);
    group.remove(transaction(8).id(), 0);
    group.remove(transaction(1).id(), 0);
    group.onFailed(group.takeBatch(SECOND).orElseThrow(), FULL, SECOND);
    Batch removals = group.takeBatch(3 * SECOND).orElseThrow();
    assertThat(removals.operations()).containsExactly(new Operation.Remove(transaction(8).id()));
    assertThat(removals.committedPosition()).isEqualTo(10);
    group.onCommitted(removals);
    assertThat(group.problem()).contains(FULL);
    assertThat(group.takeBatch(3 * SECOND).orElseThrow().operations())
        .containsExactly(
            new Operation.Put(11, transaction(1)), new Operation.Remove(transaction(1).id()));
  }

  @Test
  void shouldRefuseTheEndOfABatchThatIsNotInFlight() {
    group.put(transaction(1), 0);
    Batch batch = group.takeBatch(SECOND).orElseThrow();
    group.onCommitted(batch);
    assertThatThrownBy(() -> group.onCommitted(batch)).isInstanceOf(IllegalStateException.class);
  }

  /**
   * Random operations, commits, failures and power cuts over a disk that applies a batch whole or
   * not at all. The twin is a map of what is visible and a list of what was acknowledged.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldKeepEveryAcknowledgedPutOverPowerCuts(long seed) {
    new PowerCuts(seed).run(4_000);
  }

  private static final class PowerCuts {
    private static final Transaction[] ITEMS = new Transaction[12];

    static {
      for (int i = 0; i < ITEMS.length; i++) {
        ITEMS[i] = transaction(i, 10 * i);
      }
    }

    private static final GroupCommit.Limits LIMITS =
        new GroupCommit.Limits(4_000, 1_500, 5, 5, 100, 50);

    private final SplittableRandom random;

    /** What is on disk: items, and the position of the last put. */
    private final Map<ItemId, Item> disk = new LinkedHashMap<>();

    private long diskPosition;

    /** The twin: what a reader must see, and the puts since the last cut that nobody took back. */
    private final Map<ItemId, Item> visible = new LinkedHashMap<>();

    private final TreeMap<Long, ItemId> puts = new TreeMap<>();

    private GroupCommit group = new GroupCommit(LIMITS, 0);
    private Optional<Batch> inFlight = Optional.empty();
    private long nowNanos;

    PowerCuts(long seed) {
      random = new SplittableRandom(seed);
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        nowNanos += random.nextInt(12);
        switch (random.nextInt(100)) {
          case 0 -> cutPower();
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> group.sync(nowNanos);
          default -> {
            int what = random.nextInt(10);
            if (what < 5) {
              put(ITEMS[random.nextInt(ITEMS.length)]);
            } else if (what < 7) {
              remove(ITEMS[random.nextInt(ITEMS.length)].id());
            } else if (inFlight.isPresent()) {
              finish(inFlight.get());
            } else {
              inFlight = group.takeBatch(nowNanos);
            }
          }
        }
        check();
      }
    }

    private boolean contains(ItemId id) {
      return group
          .pending(id)
          .map(operation -> operation instanceof Operation.Put)
          .orElse(disk.containsKey(id));
    }

    private void put(Transaction item) {
      if (!contains(item.id()) && group.put(item, nowNanos) == PutResult.STORED) {
        visible.put(item.id(), item);
        puts.put(group.position(), item.id());
      }
    }

    private void remove(ItemId id) {
      if (contains(id)) {
        group.remove(id, nowNanos);
        visible.remove(id);
        puts.values().removeIf(id::equals);
      }
    }

    private void finish(Batch batch) {
      inFlight = Optional.empty();
      if (random.nextInt(4) == 0) {
        group.onFailed(batch, FULL, nowNanos);
      } else {
        apply(batch);
        group.onCommitted(batch);
      }
    }

    private void apply(Batch batch) {
      for (Operation operation : batch.operations()) {
        switch (operation) {
          case Operation.Put put -> disk.put(put.id(), put.item());
          case Operation.Remove remove -> disk.remove(remove.id());
        }
      }
      diskPosition = batch.committedPosition();
    }

    private void cutPower() {
      // What was being written is there or is not; nobody had been told yet.
      inFlight.filter(batch -> random.nextBoolean()).ifPresent(this::apply);
      inFlight = Optional.empty();
      for (Map.Entry<Long, ItemId> put : puts.headMap(group.committedPosition(), true).entrySet()) {
        assertThat(disk)
            .as("position %d, acknowledged at %d", put.getKey(), group.committedPosition())
            .containsKey(put.getValue());
      }
      assertThat(diskPosition).isGreaterThanOrEqualTo(group.committedPosition());
      group = new GroupCommit(LIMITS, diskPosition);
      visible.clear();
      visible.putAll(disk);
      puts.clear();
    }

    private void check() {
      group.checkInvariants();
      for (Transaction item : ITEMS) {
        assertThat(contains(item.id())).isEqualTo(visible.containsKey(item.id()));
      }
      assertThat(group.committedPosition()).isEqualTo(diskPosition);
    }
  }
}
