package grapevine.node.storage;

import static grapevine.node.storage.DataDirectoryException.Kind.DAMAGED_OR_TOO_NEW;
import static java.nio.charset.StandardCharsets.US_ASCII;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import grapevine.node.protocol.port.ItemLog;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbException;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * One opened LMDB environment and what its tables mean. Two threads use it: one calls {@link
 * #write}, while everything else happens under the owner's lock, {@link #resize} included. It
 * decides nothing; growth, retries and damage are its owner's. A damaged tree shows as {@link
 * LmdbException}, {@link IndexOutOfBoundsException} or {@link BufferUnderflowException}.
 *
 * <pre>
 * transactions  32 hash              → u64 position · transaction
 * blocks        32 hash              → u64 position · header · body
 * headers       u64 height · 32 hash → header: again, so that a start reads them in order
 * log           u64 position         → u8 kind · 32 hash
 * meta          "schema"             → u64 version = 1
 *               "network"            → 32 network id
 *               "position"           → u64 position of the last put committed
 * </pre>
 *
 * <p>Without MDB_NOTLS two transactions on a thread would clash; MDB_NORDAHEAD because access is
 * random by hash. Never MDB_WRITEMAP (a full disk would raise SIGBUS) nor MDB_NOSYNC (it
 * acknowledges what is not there). One read transaction serves all reads, renewed and reset around
 * each, since an open one keeps every page that it can see from being used again.
 */
final class LmdbTables implements AutoCloseable {
  static final int SCHEMA_VERSION = 1;

  private static final int TABLES = 5;

  /** We use one; the others are for backups and tools that look in from outside. */
  static final int READERS_MAX = 16;

  /** A table whose rows are read in the order of their keys. */
  enum Table {
    TRANSACTIONS(Hash256.BYTES),
    HEADERS(LmdbRows.HEADER_KEY_BYTES);

    private final int keyBytes;

    Table(int keyBytes) {
      this.keyBytes = keyBytes;
    }
  }

  private final Path directory;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> transactions;
  private final Dbi<ByteBuffer> blocks;
  private final Dbi<ByteBuffer> headers;
  private final Dbi<ByteBuffer> log;
  private final Dbi<ByteBuffer> meta;
  private final int pageBytes;
  private final Txn<ByteBuffer> reader;
  private final long positionAtOpen;
  private final LmdbRows reads = new LmdbRows();
  private final LmdbRows writes = new LmdbRows();

  private LmdbTables(Path directory, Env<ByteBuffer> env, Hash256 networkId) {
    this.directory = directory;
    this.env = env;
    transactions = env.openDbi("transactions", DbiFlags.MDB_CREATE);
    blocks = env.openDbi("blocks", DbiFlags.MDB_CREATE);
    headers = env.openDbi("headers", DbiFlags.MDB_CREATE);
    log = env.openDbi("log", DbiFlags.MDB_CREATE);
    meta = env.openDbi("meta", DbiFlags.MDB_CREATE);
    pageBytes = env.stat().pageSize;
    checkMeta(networkId);
    reader = env.txnRead();
    reader.reset();
    positionAtOpen = position();
  }

  /**
   * Opens the environment in a directory, or makes both.
   *
   * @throws DataDirectoryException when it is damaged, of a later schema or another network
   */
  static LmdbTables open(Path directory, Hash256 networkId, long mapBytes) {
    Env<ByteBuffer> env = null;
    try {
      Files.createDirectories(directory);
      LmdbDataFile.check(directory.resolve(LmdbDataFile.NAME));
      env =
          Env.create()
              .setMapSize(mapBytes)
              .setMaxDbs(TABLES)
              .setMaxReaders(READERS_MAX)
              .open(directory.toFile(), EnvFlags.MDB_NOTLS, EnvFlags.MDB_NORDAHEAD);
      return new LmdbTables(directory, env, networkId);
    } catch (DataDirectoryException e) {
      closeQuietly(env);
      throw e;
    } catch (IOException | LmdbException | IndexOutOfBoundsException | BufferUnderflowException e) {
      closeQuietly(env);
      throw new DataDirectoryException(
          DAMAGED_OR_TOO_NEW,
          "items in %s cannot be opened: %s; expected a database of this version that this user can write"
              .formatted(directory, e),
          e);
    }
  }

  private static void closeQuietly(@Nullable Env<ByteBuffer> env) {
    if (env != null) {
      env.close();
    }
  }

  private void checkMeta(Hash256 networkId) {
    try (Txn<ByteBuffer> txn = env.txnWrite()) {
      ByteBuffer schema = meta.get(txn, ascii("schema"));
      if (schema == null) {
        meta.put(txn, ascii("schema"), writes.number(SCHEMA_VERSION));
        meta.put(txn, ascii("network"), direct(networkId.toBytes()));
        meta.put(txn, ascii("position"), writes.number(0));
        txn.commit();
        return;
      }
      long version = schema.getLong();
      if (version != SCHEMA_VERSION) {
        throw refused("schema version " + version, "version " + SCHEMA_VERSION);
      }
      ByteBuffer network = meta.get(txn, ascii("network"));
      Hash256 found = network == null ? Hash256.ZERO : Hash256.read(network);
      if (!found.equals(networkId)) {
        throw refused("network " + found, "network " + networkId);
      }
    }
  }

  private DataDirectoryException refused(String found, String expected) {
    return new DataDirectoryException(
        DAMAGED_OR_TOO_NEW, "items in " + directory + " have " + found + "; expected " + expected);
  }

  /** Applies a batch as one transaction; when this throws, nothing of it has happened. */
  void write(GroupCommit.Batch batch) {
    // A backup that was killed would keep all pages that it could see from being used again.
    env.readerCheck();
    // Closing, not aborting, ends a transaction whose commit failed: abort() throws then.
    try (Txn<ByteBuffer> txn = env.txnWrite()) {
      for (GroupCommit.Operation operation : batch.operations()) {
        switch (operation) {
          case GroupCommit.Operation.Put put -> put(txn, put);
          case GroupCommit.Operation.Remove remove -> remove(txn, remove.id());
        }
      }
      meta.put(txn, ascii("position"), writes.number(batch.committedPosition()));
      txn.commit();
    }
  }

  private void put(Txn<ByteBuffer> txn, GroupCommit.Operation.Put put) {
    Item item = put.item();
    ByteBuffer row =
        table(item.id().kind())
            .reserve(
                txn, writes.hashKey(item.id().hash()), LmdbRows.POSITION_BYTES + item.sizeBytes());
    row.putLong(put.position());
    item.write(row);
    if (item instanceof Block block) {
      headers.put(txn, writes.headerKey(block.header()), writes.headerValue(block.header()));
    }
    // Appended, so that pages of the log are full.
    log.put(
        txn, writes.positionKey(put.position()), writes.logValue(item.id()), PutFlags.MDB_APPEND);
  }

  private void remove(Txn<ByteBuffer> txn, ItemId id) {
    Dbi<ByteBuffer> table = table(id.kind());
    ByteBuffer row = table.get(txn, writes.hashKey(id.hash()));
    if (row == null) {
      return;
    }
    long position = row.remaining() < LmdbRows.POSITION_BYTES ? 0 : row.getLong();
    if (id.kind() == ItemKind.BLOCK) {
      removeHeader(txn, id.hash(), row);
    }
    table.delete(txn, writes.hashKey(id.hash()));
    if (writes.logValue(id).equals(log.get(txn, writes.positionKey(position)))) {
      log.delete(txn, writes.positionKey(position));
    }
  }

  /** Removes the second copy of a header; the block may be damaged, its height with it. */
  private void removeHeader(Txn<ByteBuffer> txn, Hash256 hash, ByteBuffer block) {
    try {
      BlockHeader header = BlockHeader.read(block);
      if (header.hash().equals(hash)) {
        headers.delete(txn, writes.headerKey(header));
        return;
      }
    } catch (MalformedException e) {
      // Then it is searched for.
    }
    try (Cursor<ByteBuffer> cursor = headers.openCursor(txn)) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        if (LmdbRows.headerHash(cursor.key()).equals(hash)) {
          cursor.delete();
          return;
        }
      }
    }
  }

  boolean contains(ItemId id) {
    return reading(txn -> table(id.kind()).get(txn, reads.hashKey(id.hash())) != null);
  }

  /** The value of an item, copied, as it is. */
  Optional<byte[]> value(ItemId id) {
    return reading(
        txn -> {
          ByteBuffer value = table(id.kind()).get(txn, reads.hashKey(id.hash()));
          return Optional.ofNullable(value).map(LmdbTables::bytes);
        });
  }

  /** Rows after a key, or from the first, in the order of the keys; as many as asked for. */
  List<LmdbRows.Row> rows(Table table, byte @Nullable [] after, int countMax) {
    Dbi<ByteBuffer> dbi = table == Table.HEADERS ? headers : transactions;
    return reading(
        txn -> {
          List<LmdbRows.Row> rows = new ArrayList<>();
          try (Cursor<ByteBuffer> cursor = dbi.openCursor(txn)) {
            boolean more = after == null ? cursor.first() : seekAfter(cursor, reads.key(after));
            for (; more && rows.size() < countMax; more = cursor.next()) {
              LmdbRows.requireKey(cursor.key(), table.keyBytes);
              rows.add(new LmdbRows.Row(bytes(cursor.key()), bytes(cursor.val())));
            }
          }
          return rows;
        });
  }

  private static boolean seekAfter(Cursor<ByteBuffer> cursor, ByteBuffer key) {
    return cursor.get(key, GetOp.MDB_SET_RANGE) && (!cursor.key().equals(key) || cursor.next());
  }

  /** Wanted log entries after a position whose item is still there under that position. */
  List<ItemLog.Entry> log(long position, int countMax, Predicate<ItemLog.Entry> wanted) {
    return reading(
        txn -> {
          List<ItemLog.Entry> entries = new ArrayList<>();
          try (Cursor<ByteBuffer> cursor = log.openCursor(txn)) {
            for (boolean more = seekAfter(cursor, reads.positionKey(position));
                more && entries.size() < countMax;
                more = cursor.next()) {
              logged(txn, cursor.key().getLong(), cursor.val())
                  .filter(wanted)
                  .ifPresent(entries::add);
            }
          }
          return entries;
        });
  }

  private Optional<ItemLog.Entry> logged(Txn<ByteBuffer> txn, long position, ByteBuffer entry) {
    try {
      ItemKind kind = ItemKind.of(Byte.toUnsignedInt(entry.get()));
      ItemId id = new ItemId(kind, Hash256.read(entry));
      ByteBuffer row = table(kind).get(txn, reads.hashKey(id.hash()));
      boolean stands =
          row != null && row.remaining() >= LmdbRows.POSITION_BYTES && row.getLong() == position;
      return stands ? Optional.of(new ItemLog.Entry(position, id)) : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /** Position of the last put committed then. */
  long positionAtOpen() {
    return positionAtOpen;
  }

  /** That of meta, and never below the log's last, after which the log appends. */
  private long position() {
    return reading(
        txn -> {
          ByteBuffer stored = meta.get(txn, ascii("position"));
          long position = stored == null ? 0 : stored.getLong();
          try (Cursor<ByteBuffer> cursor = log.openCursor(txn)) {
            return cursor.last() ? Math.max(position, cursor.key().getLong()) : position;
          }
        });
  }

  /** Number of items. */
  long entries() {
    return reading(txn -> transactions.stat(txn).entries + blocks.stat(txn).entries);
  }

  /** Bytes of all pages ever used, the free ones among them included. */
  long usedBytes() {
    return (env.info().lastPageNumber + 1) * pageBytes;
  }

  long mapBytes() {
    return env.info().mapSize;
  }

  /** Changes the size of the map; no transaction may be open, on any thread. */
  void resize(long mapBytes) {
    env.setMapSize(mapBytes);
  }

  private <T> T reading(Function<Txn<ByteBuffer>, T> query) {
    try {
      reader.renew();
      return query.apply(reader);
    } finally {
      reader.reset();
    }
  }

  private Dbi<ByteBuffer> table(ItemKind kind) {
    return switch (kind) {
      case TRANSACTION -> transactions;
      case BLOCK -> blocks;
    };
  }

  private static ByteBuffer ascii(String name) {
    return direct(name.getBytes(US_ASCII));
  }

  /** LMDB takes nothing but direct buffers. */
  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    try {
      // A transaction that is only reset would keep its memory.
      reader.renew();
    } catch (LmdbException e) {
      // An environment that has failed lets nobody in; its memory goes with it.
    }
    reader.close();
    env.close();
  }
}
