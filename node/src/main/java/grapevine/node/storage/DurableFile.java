package grapevine.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Small files that are replaced whole. Stateless. */
public final class DurableFile {
  static final String TEMPORARY_SUFFIX = ".tmp";

  private DurableFile() {}

  /**
   * Replaces a file: after a crash it holds either the old bytes or the new. Written beside the
   * target, synced, renamed over it, and the directory synced, without which the rename itself may
   * be lost.
   */
  public static void replace(Path target, byte[] bytes) throws IOException {
    Path temporary = target.resolveSibling(target.getFileName() + TEMPORARY_SUFFIX);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      while (in.hasRemaining()) {
        channel.write(in);
      }
      channel.force(true);
    }
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file lies in a directory"));
  }

  /** Forces a file, or the names in a directory, to the disk. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
