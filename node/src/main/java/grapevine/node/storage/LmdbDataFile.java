package grapevine.node.storage;

import static grapevine.node.storage.DataDirectoryException.Kind.DAMAGED_OR_TOO_NEW;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What we must know of LMDB's data file without LMDB: whether all of its pages are there. LMDB maps
 * the file and believes it; touching a page beyond its end raises SIGBUS, which ends the JVM.
 * Stateless.
 *
 * <p>Layout, from mdb.c of LMDB 0.9 ({@code MDB_page}, {@code MDB_meta}, {@code MDB_db}), 64 bit,
 * native byte order. Pages 0 and 1 are meta pages; the one with the higher transaction counts.
 *
 * <pre>
 *   0  page header: u64 page number · u16 pad · u16 flags (8 = meta) · u32 bounds
 *  16  u32 magic 0xBEEFC0DE      20  u32 data version = 1
 *  24  u64 address               32  u64 map size
 *  40  48-byte record of the free list; its first u32 is the page size
 *  88  48-byte record of the main tree
 * 136  u64 last page             144  u64 transaction
 * </pre>
 */
final class LmdbDataFile {
  static final String NAME = "data.mdb";

  private static final int META_BYTES = 152;
  private static final int MAGIC_AT = 16;
  private static final int MAGIC = 0xBEEFC0DE;
  private static final int VERSION_AT = 20;
  private static final int VERSION = 1;
  private static final int PAGE_BYTES_AT = 40;
  private static final int LAST_PAGE_AT = 136;
  private static final int TRANSACTION_AT = 144;
  private static final int PAGE_BYTES_MIN = 512;
  private static final int PAGE_BYTES_MAX = 32_768;

  private LmdbDataFile() {}

  /**
   * Checks a file that LMDB has written; a missing or empty one is about to be.
   *
   * @throws DataDirectoryException when a meta page is none, or pages are missing
   */
  static void check(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = channel.size();
      ByteBuffer first = meta(file, channel, 0);
      int pageBytes = first.getInt(PAGE_BYTES_AT);
      if (pageBytes < PAGE_BYTES_MIN
          || pageBytes > PAGE_BYTES_MAX
          || Integer.bitCount(pageBytes) != 1) {
        throw damaged(
            file,
            "its pages have " + Integer.toUnsignedString(pageBytes) + " bytes",
            "a power of two from " + PAGE_BYTES_MIN + " to " + PAGE_BYTES_MAX);
      }
      ByteBuffer second = meta(file, channel, pageBytes);
      boolean secondCounts =
          Long.compareUnsigned(second.getLong(TRANSACTION_AT), first.getLong(TRANSACTION_AT)) > 0;
      long lastPage = (secondCounts ? second : first).getLong(LAST_PAGE_AT);
      if (lastPage < 1 || lastPage >= length / pageBytes) {
        throw damaged(
            file,
            "it is cut short: it has " + length + " bytes",
            "at least %s pages of %d bytes"
                .formatted(Long.toUnsignedString(lastPage + 1), pageBytes));
      }
    }
  }

  private static ByteBuffer meta(Path file, FileChannel channel, long offset) throws IOException {
    ByteBuffer meta = ByteBuffer.allocate(META_BYTES).order(ByteOrder.nativeOrder());
    while (meta.hasRemaining() && channel.read(meta, offset + meta.position()) > 0) {
      // A read may bring less than asked for.
    }
    if (meta.hasRemaining()) {
      throw damaged(
          file,
          "it is cut short: it has " + channel.size() + " bytes",
          "at least " + (offset + META_BYTES));
    }
    int magic = meta.getInt(MAGIC_AT);
    int version = meta.getInt(VERSION_AT);
    if (magic != MAGIC || version != VERSION) {
      throw damaged(
          file,
          "no meta page of LMDB at offset %d (magic %08x, version %d)"
              .formatted(offset, magic, version),
          "magic %08x, version %d".formatted(MAGIC, VERSION));
    }
    return meta;
  }

  private static DataDirectoryException damaged(Path file, String found, String expected) {
    return new DataDirectoryException(
        DAMAGED_OR_TOO_NEW,
        "%s is damaged: %s; expected %s. Move %s away to start without it: what peers still hold is fetched again"
            .formatted(file, found, expected, file.getParent()));
  }

  /**
   * Makes a file that is shorter than {@code bytesMin} as long as {@code bytes}, without taking up
   * space. LMDB leaves pages at the end unwritten that a transaction allocated and freed again, so
   * a healthy file may end before its last page (4 % of mixed transactions, tried with 0.9.33).
   * Kept longer than the next transaction can need, a file that is too short has been cut.
   */
  static void extend(Path file, long bytesMin, long bytes) throws IOException {
    if (Files.size(file) < bytesMin) {
      try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
        access.setLength(bytes);
        access.getFD().sync();
      }
    }
  }
}
