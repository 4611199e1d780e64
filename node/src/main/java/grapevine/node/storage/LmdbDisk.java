package grapevine.node.storage;

import grapevine.crypto.Hash256;
import grapevine.node.storage.StoreProblem.Kind;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Env;
import org.lmdbjava.LmdbException;

/**
 * Keeps {@link LmdbTables} writable: watches the space, grows the map, and opens the environment
 * anew after a failed write, because a failed write of a meta page makes LMDB refuse everything
 * until then. {@link #commit} belongs to the committing thread, which must not hold the owner's
 * lock; everything else, to whoever holds it. The tables are absent only if they could not be
 * opened anew; every commit tries again.
 *
 * <p>LMDB writes by copying pages and may use a page that a transaction freed again only in the
 * next but one. A map that is full to the last page could thus not even be emptied. So removals may
 * reach into a reserve beyond the largest size, and are followed by an empty transaction.
 */
final class LmdbDisk implements AutoCloseable {
  /**
   * How far the file reaches beyond the last page in use. A batch of the default limits puts 1,024
   * items or 4 MiB and one block of 8 MiB; each put dirties some ten pages of 4 KiB at most beside
   * its value.
   */
  static final long HEADROOM_BYTES = 64L << 20;

  /** What a batch of removals may use beyond the largest size of the map. */
  private static final long RESERVE_BYTES = HEADROOM_BYTES;

  /** So that the file is not made longer with every commit. */
  private static final long EXTENSION_BYTES = 16L << 20;

  private final Path directory;
  private final Hash256 networkId;
  private final LmdbItemStore.Limits limits;
  private final LongSupplier freeBytes;
  private final Lock lock;
  private final long positionAtOpen;

  /** Whether there was too little space when it was last looked at. */
  private volatile boolean isShort;

  private @Nullable LmdbTables tables;
  private long mapBytes;

  /**
   * @param freeBytes what the file system has left
   * @param lock held by everyone who reads the tables
   * @throws DataDirectoryException when the tables cannot be opened
   */
  LmdbDisk(
      Path directory,
      Hash256 networkId,
      LmdbItemStore.Limits limits,
      LongSupplier freeBytes,
      Lock lock) {
    this.directory = directory;
    this.networkId = networkId;
    this.limits = limits;
    this.freeBytes = freeBytes;
    this.lock = lock;
    LmdbTables opened = LmdbTables.open(directory, networkId, limits.mapBytesStart());
    tables = opened;
    mapBytes = opened.mapBytes();
    positionAtOpen = opened.positionAtOpen();
  }

  /** Position of the last put that was on disk when this was opened. */
  long positionAtOpen() {
    return positionAtOpen;
  }

  /** To be read under the lock. */
  Optional<LmdbTables> tables() {
    return Optional.ofNullable(tables);
  }

  /**
   * Whether the file system has too little left to go on writing. When it had, a quarter more is
   * needed, or a disk at the brink would end and begin the trouble with every file. Any thread.
   */
  Optional<StoreProblem> shortage() {
    long free = freeBytes();
    long needed = limits.freeBytesMin() + (isShort ? limits.freeBytesMin() / 4 : 0);
    isShort = free < needed;
    if (free >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        new StoreProblem(
            Kind.DISK_FULL,
            "the file system of %s has %d bytes left; expected at least %d"
                .formatted(directory, free, needed)));
  }

  /** The largest map that a store within these limits ever has. */
  static long mapBytesMax(LmdbItemStore.Limits limits) {
    return limits.mapBytesMax() + RESERVE_BYTES;
  }

  /** What the file system has left. Any thread. */
  long freeBytes() {
    return freeBytes.getAsLong();
  }

  /** Applies a batch, all or nothing, and returns when it is durable. */
  void commit(GroupCommit.Batch batch) throws CommitException {
    Optional<StoreProblem> shortage = shortage();
    if (shortage.isPresent()) {
      throw new CommitException(shortage.get());
    }
    try {
      LmdbTables writable = tables == null ? reopen() : tables;
      if (mapBytes >= limits.mapBytesMax() && removesOnly(batch)) {
        write(writable, batch, mapBytesMax(limits));
        // Should this fail, the removals are tried again, and find nothing left to do.
        write(
            writable,
            new GroupCommit.Batch(List.of(), batch.committedPosition()),
            mapBytesMax(limits));
        resize(writable, limits.mapBytesMax());
      } else {
        write(writable, batch, limits.mapBytesMax());
      }
    } catch (IOException | LmdbException | IndexOutOfBoundsException | BufferUnderflowException e) {
      // A full disk shows as EIO, not as ENOSPC: LMDB sees a short write only.
      CommitException failure =
          new CommitException(
              shortage()
                  .orElseGet(
                      () ->
                          new StoreProblem(
                              Kind.IO_ERROR, "writing to " + directory + " failed: " + e)),
              e);
      try {
        reopen();
      } catch (DataDirectoryException notOpened) {
        failure.addSuppressed(notOpened);
      }
      throw failure;
    } catch (DataDirectoryException e) {
      throw new CommitException(
          new StoreProblem(Kind.IO_ERROR, directory + " could not be opened again: " + e), e);
    }
  }

  private static boolean removesOnly(GroupCommit.Batch batch) {
    return batch.operations().stream()
        .allMatch(operation -> operation instanceof GroupCommit.Operation.Remove);
  }

  /** Writes a batch and lets the map grow as it needs, up to a size. */
  private void write(LmdbTables writable, GroupCommit.Batch batch, long mapBytesMax)
      throws IOException, CommitException {
    while (!fits(writable, batch)) {
      if (mapBytes >= mapBytesMax) {
        throw new CommitException(
            new StoreProblem(
                Kind.MAP_FULL,
                "%s has reached its largest size of %d bytes"
                    .formatted(directory, limits.mapBytesMax())));
      }
      resize(writable, Math.min(2 * mapBytes, mapBytesMax));
    }
  }

  private boolean fits(LmdbTables writable, GroupCommit.Batch batch) throws IOException {
    Path file = directory.resolve(LmdbDataFile.NAME);
    long reach = writable.usedBytes() + HEADROOM_BYTES;
    LmdbDataFile.extend(
        file, Math.min(reach, mapBytes), Math.min(reach + EXTENSION_BYTES, mapBytes));
    try {
      writable.write(batch);
      return true;
    } catch (Env.MapFullException e) {
      return false;
    }
  }

  /** LMDB never makes the map smaller than what is in use. */
  private void resize(LmdbTables writable, long bytes) {
    lock.lock();
    try {
      writable.resize(bytes);
      mapBytes = writable.mapBytes();
    } finally {
      lock.unlock();
    }
  }

  private LmdbTables reopen() {
    lock.lock();
    try {
      close();
      LmdbTables opened = LmdbTables.open(directory, networkId, mapBytes);
      tables = opened;
      return opened;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (tables != null) {
      LmdbTables closing = tables;
      tables = null;
      closing.close();
    }
  }
}
