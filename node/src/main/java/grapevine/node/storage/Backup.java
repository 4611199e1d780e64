package grapevine.node.storage;

import grapevine.crypto.Hash256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.lmdbjava.CopyFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;

/**
 * A copy of a data directory that a node can be started on, made whether the node of the original
 * runs or not. Confined to one thread, in a process of its own: LMDB must not be opened twice in
 * one process, since closing it releases the locks of both.
 *
 * <p>It takes no lock of the node's. LMDB lets other processes read, and keeps all pages of the
 * state that a reader has begun to copy; the node goes on writing, and its file grows by what it
 * writes meanwhile. What was acknowledged before the copy began is in the copy. FORMAT comes last,
 * so a copy that was cut short is no data directory.
 */
public final class Backup {
  private final Path root;
  private final Hash256 networkId;
  private final Path target;

  private Backup(Path root, Hash256 networkId, Path target) {
    this.root = root;
    this.networkId = networkId;
    this.target = target;
  }

  /**
   * Makes the directory for the copy, readable by its owner only.
   *
   * @param target must not exist, or be empty
   * @throws DataDirectoryException when {@code root} is no data directory of this network and
   *     version
   * @throws IOException when {@code target} is not as expected, or cannot be made
   */
  public static Backup begin(Path root, Hash256 networkId, Path target) throws IOException {
    int version = FormatFile.read(root, DataDirectory.FORMAT_VERSION, networkId).version();
    if (version != DataDirectory.FORMAT_VERSION) {
      throw FormatFile.refused(
          FormatFile.in(root),
          "format " + version,
          "format " + DataDirectory.FORMAT_VERSION + "; a start of the node brings it there");
    }
    if (Files.exists(target) && !isEmptyDirectory(target)) {
      throw new IOException(target + " is not empty; expected an empty directory, or none");
    }
    DataDirectory.create(target);
    return new Backup(root, networkId, target);
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  public Path target() {
    return target;
  }

  /**
   * Copies the items as they are at one moment, without the free space between them.
   *
   * @return bytes of the copy; 0 when there are no items yet
   */
  public long items() throws IOException {
    Path from = root.resolve(DataDirectory.ITEMS);
    Path file = from.resolve(LmdbDataFile.NAME);
    if (!Files.exists(file)) {
      return 0;
    }
    LmdbDataFile.check(file);
    Path to = Files.createDirectory(target.resolve(DataDirectory.ITEMS));
    try (Env<?> env =
        Env.create()
            .setMapSize(LmdbDisk.mapBytesMax(LmdbItemStore.Limits.defaults()))
            .setMaxReaders(LmdbTables.READERS_MAX)
            .open(from.toFile(), EnvFlags.MDB_RDONLY_ENV, EnvFlags.MDB_NOTLS)) {
      env.copy(to.toFile(), CopyFlags.MDB_CP_COMPACT);
    } catch (LmdbException e) {
      throw new IOException("the items in " + from + " cannot be copied: " + e, e);
    }
    DurableFile.sync(to.resolve(LmdbDataFile.NAME));
    DurableFile.sync(to);
    return Files.size(to.resolve(LmdbDataFile.NAME));
  }

  /** Copies these files of the directory with their permissions, those that are there. */
  public void files(List<String> names) throws IOException {
    for (String name : names) {
      Path from = root.resolve(name);
      if (Files.exists(from)) {
        Path to = target.resolve(name);
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        DurableFile.sync(to);
      }
    }
  }

  /** Makes a data directory of what has been copied. */
  public void finish() throws IOException {
    FormatFile.write(target, DataDirectory.FORMAT_VERSION, networkId);
  }
}
