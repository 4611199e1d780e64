package grapevine.node.storage;

import static grapevine.node.storage.DataDirectoryException.Kind.DAMAGED_OR_TOO_NEW;
import static grapevine.node.storage.DataDirectoryException.Kind.IN_USE;

import grapevine.crypto.Hash256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which one node keeps everything, held by one process at a time. Any thread. An
 * open one always has the lock and the format that this version writes; one of an older format is
 * brought there by {@link Migrations}:
 *
 * <pre>
 * FORMAT    "grapevine-store 1" · "network HEX": two lines; says whose directory this is
 * LOCK      locked while a node runs; "pid N" · "started TIME" of the last that locked it
 * key       the node's identity        token  what clients of the API present
 * peers     {@link AddressFile}        items/ {@link LmdbItemStore}
 * </pre>
 *
 * <p>A directory with files but no FORMAT is somebody else's and is left untouched.
 */
public final class DataDirectory implements AutoCloseable {
  /** What this version reads and writes. */
  public static final int FORMAT_VERSION = Migrations.ALL.current();

  private static final String LOCK = "LOCK";
  private static final String KEY = "key";
  private static final String TOKEN = "token";
  private static final String PEERS = "peers";
  static final String ITEMS = "items";

  /** What may lie in a directory whose making was interrupted before FORMAT was there. */
  private static final Set<String> EARLY_NAMES =
      Set.of(LOCK, FormatFile.NAME + DurableFile.TEMPORARY_SUFFIX, KEY, TOKEN);

  private static final int LOCK_BYTES_MAX = 256;
  private static final int NAMES_SHOWN = 5;

  /**
   * Directories held by this process. Static, because a POSIX lock belongs to the process: opening
   * and closing the LOCK file once more, only to find out that we hold it, would release it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final Path held;
  private final FileChannel lock;

  private DataDirectory(Path root, Path held, FileChannel lock) {
    this.root = root;
    this.held = held;
    this.lock = lock;
  }

  /**
   * Opens a directory, or makes it where there is none or an empty one.
   *
   * @throws DataDirectoryException when it is foreign, damaged, of a later version or another
   *     network, unreadable, or in use; nothing in it but LOCK has been touched then
   */
  public static DataDirectory open(Path root, Hash256 networkId) {
    return open(root, networkId, Migrations.ALL);
  }

  static DataDirectory open(Path root, Hash256 networkId, Migrations migrations) {
    try {
      refuseForeign(root);
      create(root);
      Path real = root.toRealPath();
      if (!HELD.add(real)) {
        throw inUse(root, "this process, pid " + ProcessHandle.current().pid());
      }
      FileChannel lock = null;
      try {
        lock = lock(root);
        checkFormat(root, networkId, migrations);
        return new DataDirectory(root, real, lock);
      } catch (IOException | RuntimeException e) {
        close(lock);
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }

  /**
   * Says whether {@link #open} would find the directory usable, held or not; touches nothing.
   *
   * @throws DataDirectoryException when it would not
   */
  public static void check(Path root, Hash256 networkId) {
    try {
      refuseForeign(root);
      if (Files.exists(FormatFile.in(root))) {
        FormatFile.read(root, FORMAT_VERSION, networkId);
      }
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }

  private static DataDirectoryException unusable(Path root, IOException e) {
    return new DataDirectoryException(
        DAMAGED_OR_TOO_NEW,
        "data directory %s cannot be used: %s; expected a directory that this user can read and write"
            .formatted(root, e),
        e);
  }

  private static void refuseForeign(Path root) throws IOException {
    if (!Files.exists(root) || Files.exists(FormatFile.in(root))) {
      return;
    }
    List<String> foreign;
    try (Stream<Path> files = Files.list(root)) {
      foreign =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !EARLY_NAMES.contains(name))
              .sorted()
              .toList();
    }
    if (!foreign.isEmpty()) {
      String names = String.join(", ", foreign.subList(0, Math.min(NAMES_SHOWN, foreign.size())));
      throw FormatFile.refused(
          root,
          "it has no FORMAT file but holds " + foreign.size() + " other entries (" + names + ")",
          "an empty directory or one that Grapevine made");
    }
  }

  /** Makes a directory that only its owner can look into, if there is none. */
  static void create(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      return;
    }
    Path parent = root.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      // It will hold a private key.
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(root);
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(root, "another process, " + holder(channel));
      }
      String text = "pid %d\nstarted %s\n".formatted(ProcessHandle.current().pid(), Instant.now());
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
      channel.force(true);
      return channel;
    } catch (OverlappingFileLockException e) {
      close(channel);
      throw inUse(root, "this process, pid " + ProcessHandle.current().pid());
    } catch (IOException | RuntimeException e) {
      close(channel);
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LOCK_BYTES_MAX);
    channel.read(text, 0);
    String found = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    return found.isBlank() ? "which has not left its pid yet" : found.strip().replace("\n", ", ");
  }

  private static void checkFormat(Path root, Hash256 networkId, Migrations migrations)
      throws IOException {
    if (!Files.exists(FormatFile.in(root))) {
      FormatFile.write(root, migrations.current(), networkId);
      return;
    }
    int found = FormatFile.read(root, migrations.current(), networkId).version();
    if (found < migrations.current()) {
      migrations.run(root, found);
      FormatFile.write(root, migrations.current(), networkId);
    }
  }

  private static DataDirectoryException inUse(Path root, String holder) {
    return new DataDirectoryException(
        IN_USE, "data directory " + root + " is in use by " + holder + "; expected it to be free");
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock goes with the process at the latest, and there is nothing else to save.
    }
  }

  public Path root() {
    return root;
  }

  public Path keyFile() {
    return root.resolve(KEY);
  }

  public Path tokenFile() {
    return root.resolve(TOKEN);
  }

  /** Where an {@link AddressFile} belongs. */
  public Path peersFile() {
    return root.resolve(PEERS);
  }

  /** Where a {@link LmdbItemStore} belongs. */
  public Path itemsDirectory() {
    return root.resolve(ITEMS);
  }

  /** Lets another process have it; to be called after everything in it has been closed. */
  @Override
  public void close() {
    close(lock);
    HELD.remove(held);
  }
}
