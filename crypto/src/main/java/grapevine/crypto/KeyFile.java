package grapevine.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * A key pair in a file: one line, the word {@code grapevine-key-1}, a space and the seed of 32
 * bytes in hexadecimal. Stateless.
 *
 * <p>A file comes into being with mode 0600, not open first and closed later, and is never
 * overwritten: a lost key cannot be made again. A file that its group or others may touch is
 * refused, because by then the key may be known. On file systems without POSIX permissions neither
 * can be had: there the rights of the directory must guard the key.
 *
 * <p>Errors name the file and what was expected, and never show what it holds.
 */
public final class KeyFile {
  private static final String WORD = "grapevine-key-1 ";
  private static final int BYTES = WORD.length() + 2 * KeyPair.SEED_BYTES + 1;
  private static final String MODE = "rw-------";

  private KeyFile() {}

  /**
   * Creates the file and forces it to the disk.
   *
   * @throws FileAlreadyExistsException if there is a file of that name, which stays as it is
   */
  public static void write(Path path, KeyPair pair) throws IOException {
    String line = WORD + HexFormat.of().formatHex(pair.seed()) + "\n";
    try (FileChannel file = create(path)) {
      writeOrDelete(path, file, ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(path.toString(), null, "a key is never overwritten");
    } catch (IOException e) {
      throw new IOException("cannot write key file " + path + ": " + e, e);
    }
  }

  /**
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if others may touch the file, or it does not hold a key
   */
  public static KeyPair read(Path path) throws IOException {
    checkPermissions(path);
    byte[] bytes;
    try (var in = Files.newInputStream(path)) {
      bytes = in.readNBytes(BYTES + 1);
    }
    String line = new String(bytes, StandardCharsets.US_ASCII);
    if (line.length() == BYTES && line.startsWith(WORD) && line.endsWith("\n")) {
      try {
        return KeyPair.ofSeed(HexFormat.of().parseHex(line, WORD.length(), BYTES - 1));
      } catch (IllegalArgumentException e) {
        // Falls through: the message of this exception would show a part of the key.
      }
    }
    throw new IOException(
        "%s is not a key file: expected one line of %d bytes, \"%s<64 hexadecimal digits>\""
            .formatted(path, BYTES, WORD));
  }

  /** Half a key would be in the way of the next attempt; the file is ours, since we created it. */
  private static void writeOrDelete(Path path, FileChannel file, ByteBuffer bytes)
      throws IOException {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private static FileChannel create(Path path) throws IOException {
    Set<? extends OpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileAttribute<?>[] attributes =
        hasPermissions(path)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE))
            }
            : new FileAttribute<?>[0];
    return FileChannel.open(path, options, attributes);
  }

  private static void checkPermissions(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "expected a key file");
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is not a file: expected a key file");
    }
    if (!hasPermissions(path)) {
      return;
    }
    Set<PosixFilePermission> found = Files.getPosixFilePermissions(path);
    Set<PosixFilePermission> ofOwner =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    if (!ofOwner.containsAll(found)) {
      throw new IOException(
          "key file %s has mode %s, expected %s: whoever reads the key can sign with it"
              .formatted(path, PosixFilePermissions.toString(found), MODE));
    }
  }

  private static boolean hasPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
