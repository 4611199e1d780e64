package grapevine.node.storage;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemLog;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.storage.DataDirectoryException.Kind;
import grapevine.node.storage.GroupCommit.Operation;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.LmdbException;

/**
 * Items on disk, in LMDB. All methods but {@link #close} belong to the core's thread; none of them
 * waits for the disk to write. A thread of its own commits what {@link GroupCommit} hands out; the
 * two share one lock, which the committing thread holds for moments only, never while it writes.
 *
 * <p>What always holds: an item that was put is found until it is removed, first in the pending
 * operations, then on disk; what is at or below {@link #committedPosition()} survives a crash;
 * nothing is returned that is not the item its id names. A value that fails that test is removed
 * and reported, and so is fetched from peers again. A full disk makes puts answer FULL until there
 * is space again, and nothing else.
 */
public final class LmdbItemStore implements ItemStore, ItemLog, AutoCloseable {
  /**
   * Sizes and times.
   *
   * @param mapBytesStart address space for the database; no memory and no disk
   * @param mapBytesMax to which the map doubles; then the store is full. What the disk has left is
   *     looked at before every commit, so this need not follow it
   * @param freeBytesMin with less left on the file system nothing is written, until a quarter more
   *     is free; by default what one commit may need at most, so that one that has begun does not
   *     fill the disk; 0 = off
   */
  public record Limits(
      long mapBytesStart, long mapBytesMax, long freeBytesMin, GroupCommit.Limits group) {
    public static Limits defaults() {
      return new Limits(
          1L << 30, 64L << 30, LmdbDisk.HEADROOM_BYTES, GroupCommit.Limits.defaults());
    }

    public Limits withFreeBytesMin(long bytes) {
      return new Limits(mapBytesStart, mapBytesMax, bytes, group);
    }
  }

  /**
   * Who learns what happens. Called on the committing thread, but for {@link #onDamaged}, and for
   * what {@link #checkSpace} finds.
   */
  @FunctionalInterface
  public interface Listener {
    /**
     * All puts up to the position are durable now.
     *
     * @param tookNanos what the commit took
     */
    void onCommitted(long position, long tookNanos);

    /** A commit failed, or would; it is tried again, and until then puts answer FULL. */
    default void onProblem(StoreProblem problem) {}

    /** Commits succeed again. */
    default void onRecovered() {}

    /** A stored value was not what its key names, or could not be read; on the core's thread. */
    default void onDamaged(String detail) {}
  }

  /**
   * How much is stored.
   *
   * @param entries items on disk
   * @param bytes of all pages ever used
   * @param mapBytes present size of the map
   * @param pendingBytes what waits to be committed
   */
  public record Usage(long entries, long bytes, long mapBytes, long pendingBytes) {}

  /** Rows that a scan copies at a time, so that no read transaction stays open for long. */
  private static final int SCAN_ROWS = 64;

  private final Path directory;
  private final Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final LmdbDisk disk;
  private final GroupCommit group;
  private final Committer committer;
  private long damagedCount;

  private LmdbItemStore(
      Path directory, Hash256 networkId, Limits limits, LongSupplier freeBytes, Listener listener) {
    this.directory = directory;
    this.listener = listener;
    disk = new LmdbDisk(directory, networkId, limits, freeBytes, lock);
    group = new GroupCommit(limits.group, disk.positionAtOpen());
    disk.shortage().ifPresent(problem -> group.onTrouble(problem, 0));
    committer = new Committer(group, disk, lock, listener);
  }

  /**
   * Opens the store in a directory of its own, or makes it.
   *
   * @throws DataDirectoryException when it is damaged, of a later version or another network
   */
  public static LmdbItemStore open(
      Path directory, Hash256 networkId, Limits limits, Listener listener) {
    return open(directory, networkId, limits, directory.toFile()::getUsableSpace, listener);
  }

  static LmdbItemStore open(
      Path directory, Hash256 networkId, Limits limits, LongSupplier freeBytes, Listener listener) {
    LmdbItemStore store = new LmdbItemStore(directory, networkId, limits, freeBytes, listener);
    store.committer.start();
    return store;
  }

  @Override
  public PutResult put(Item item) {
    lock.lock();
    try {
      if (contains(item.id())) {
        return PutResult.PRESENT;
      }
      PutResult result = group.put(item, committer.nowNanos());
      committer.wake();
      return result;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean contains(ItemId id) {
    lock.lock();
    try {
      Optional<Operation> pending = group.pending(id);
      if (pending.isPresent()) {
        return pending.get() instanceof Operation.Put;
      }
      return reading(tables -> tables.contains(id), false);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Item> item(ItemId id) {
    Optional<byte[]> value;
    lock.lock();
    try {
      Optional<Operation> pending = group.pending(id);
      if (pending.isPresent()) {
        return pending.get() instanceof Operation.Put put
            ? Optional.of(put.item())
            : Optional.empty();
      }
      value = reading(tables -> tables.value(id), Optional.<byte[]>empty());
    } finally {
      lock.unlock();
    }
    return value.flatMap(bytes -> parse(id, bytes));
  }

  private Optional<Item> parse(ItemId id, byte[] value) {
    try {
      return Optional.of(LmdbRows.parseItem(id, value));
    } catch (DamagedValueException e) {
      onDamaged(id, e);
      return Optional.empty();
    }
  }

  @Override
  public void remove(ItemId id) {
    lock.lock();
    try {
      if (contains(id)) {
        group.remove(id, committer.nowNanos());
        committer.wake();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long position() {
    lock.lock();
    try {
      return group.position();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long committedPosition() {
    lock.lock();
    try {
      return group.committedPosition();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void sync() {
    lock.lock();
    try {
      group.sync(committer.nowNanos());
      committer.wake();
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@inheritDoc} Reads what is on disk, not what is pending.
   *
   * @throws DataDirectoryException when the tree that holds them is damaged
   */
  @Override
  public void headers(Consumer<BlockHeader> sink) {
    scan(
        LmdbTables.Table.HEADERS,
        row -> {
          try {
            sink.accept(LmdbRows.parseHeader(row));
          } catch (DamagedValueException e) {
            onDamaged(LmdbRows.headerId(row), e);
          }
        });
  }

  /**
   * {@inheritDoc} Reads what is on disk, not what is pending. The sink may remove items.
   *
   * @throws DataDirectoryException when the tree that holds them is damaged
   */
  @Override
  public void transactions(long wallMillis, Consumer<Transaction> sink) {
    scan(
        LmdbTables.Table.TRANSACTIONS,
        row ->
            parse(ItemId.transaction(Hash256.of(row.key())), row.value())
                .map(Transaction.class::cast)
                .ifPresent(transaction -> load(transaction, wallMillis, sink)));
  }

  private void load(Transaction transaction, long wallMillis, Consumer<Transaction> sink) {
    if (transaction.expiryMillis() > wallMillis) {
      sink.accept(transaction);
    } else {
      remove(transaction.id());
    }
  }

  private void scan(LmdbTables.Table table, Consumer<LmdbRows.Row> sink) {
    byte @Nullable [] after = null;
    List<LmdbRows.Row> rows;
    do {
      rows = rows(table, after);
      rows.forEach(sink);
      after = rows.isEmpty() ? after : rows.getLast().key();
    } while (!rows.isEmpty());
  }

  private List<LmdbRows.Row> rows(LmdbTables.Table table, byte @Nullable [] after) {
    lock.lock();
    try {
      return disk.tables().map(tables -> tables.rows(table, after, SCAN_ROWS)).orElse(List.of());
    } catch (LmdbException | IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new DataDirectoryException(
          Kind.DAMAGED_OR_TOO_NEW,
          "%s is damaged: reading all %s failed with %s; expected a whole database. Move it away to start without it: what peers still hold is fetched again"
              .formatted(directory, table, e),
          e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Entry> since(long position, int countMax) {
    lock.lock();
    try {
      // What the disk has but we have not heard of yet is left for the next call.
      return reading(
          tables ->
              tables.log(
                  position,
                  countMax,
                  entry ->
                      entry.position() <= group.committedPosition()
                          && group.pending(entry.id()).isEmpty()),
          List.<Entry>of());
    } finally {
      lock.unlock();
    }
  }

  /** Why puts are refused at the moment, if they are. */
  public Optional<StoreProblem> health() {
    lock.lock();
    try {
      return group.problem();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks whether the file system still has enough space, so that a node at rest knows it before it
   * has something to write. Any thread.
   */
  public void checkSpace() {
    Optional<StoreProblem> shortage;
    lock.lock();
    try {
      shortage = group.problem().isPresent() ? Optional.empty() : disk.shortage();
      shortage.ifPresent(problem -> group.onTrouble(problem, committer.nowNanos()));
      committer.wake();
    } finally {
      lock.unlock();
    }
    shortage.ifPresent(listener::onProblem);
  }

  /** Bytes that the file system has left. Any thread. */
  public long freeBytes() {
    return disk.freeBytes();
  }

  /** Height of the lowest block on disk; empty when there is none. */
  public OptionalLong lowestHeight() {
    lock.lock();
    try {
      List<LmdbRows.Row> first =
          reading(
              tables -> tables.rows(LmdbTables.Table.HEADERS, null, 1), List.<LmdbRows.Row>of());
      return first.stream().mapToLong(LmdbRows::headerHeight).findFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Values found damaged since the store was opened. */
  public long damagedCount() {
    lock.lock();
    try {
      return damagedCount;
    } finally {
      lock.unlock();
    }
  }

  public Usage usage() {
    lock.lock();
    try {
      return reading(
          tables ->
              new Usage(
                  tables.entries(), tables.usedBytes(), tables.mapBytes(), group.pendingBytes()),
          new Usage(0, 0, 0, group.pendingBytes()));
    } finally {
      lock.unlock();
    }
  }

  /** Asks the tables; what cannot be read is reported and counts as absent. Needs the lock. */
  private <T> T reading(Function<LmdbTables, T> query, T absent) {
    LmdbTables tables = disk.tables().orElse(null);
    if (tables == null) {
      return absent;
    }
    try {
      return query.apply(tables);
    } catch (LmdbException | IndexOutOfBoundsException | BufferUnderflowException e) {
      damagedCount++;
      listener.onDamaged(directory + " could not be read: " + e);
      return absent;
    }
  }

  private void onDamaged(ItemId id, DamagedValueException damage) {
    lock.lock();
    try {
      damagedCount++;
      remove(id);
    } finally {
      lock.unlock();
    }
    listener.onDamaged(directory + ": " + damage.getMessage());
  }

  /**
   * Commits what is pending, if the disk takes it, and lets the files go. Any thread; nothing may
   * be called afterwards.
   */
  @Override
  public void close() {
    // A thread that hangs in a write still uses the map: better left open than torn from under it.
    if (committer.close()) {
      lock.lock();
      try {
        disk.close();
      } finally {
        lock.unlock();
      }
    }
  }
}
