package grapevine.node.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * The secret that opens a node's API: 32 random bytes, written as 64 lower-case hexadecimal digits.
 * Who can read the file may use the node, so it comes into being with mode 0600 and is refused when
 * others may touch it. Immutable; nothing prints it.
 */
public final class Token {
  private static final int BYTES = 32;
  private static final int FILE_BYTES_MAX = 2 * BYTES + 2;
  private static final String MODE = "rw-------";

  private final byte[] text;

  private Token(String hex) {
    text = hex.getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads the token of this file, after creating it when there is none. */
  public static Token readOrCreate(Path path) throws IOException {
    if (!Files.exists(path)) {
      byte[] secret = new byte[BYTES];
      new SecureRandom().nextBytes(secret);
      try (FileChannel file = create(path)) {
        String line = HexFormat.of().formatHex(secret) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(true);
      } catch (FileAlreadyExistsException e) {
        // Another process was quicker: its token is as good.
      }
    }
    return read(path);
  }

  /**
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if others may touch the file, or it does not hold a token
   */
  public static Token read(Path path) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(path)) {
      bytes = in.readNBytes(FILE_BYTES_MAX + 1);
    }
    if (hasPermissions(path)) {
      Set<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
      others.removeAll(PosixFilePermissions.fromString("rwx------"));
      others.retainAll(Files.getPosixFilePermissions(path));
      if (!others.isEmpty()) {
        throw new IOException(
            "token file %s is open to others (%s), expected mode %s".formatted(path, others, MODE));
      }
    }
    String hex = new String(bytes, StandardCharsets.US_ASCII).strip();
    if (bytes.length > FILE_BYTES_MAX || !hex.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
      throw new IOException(
          "%s is not a token file: expected one line of %d lower-case hexadecimal digits"
              .formatted(path, 2 * BYTES));
    }
    return new Token(hex);
  }

  private static FileChannel create(Path path) throws IOException {
    FileAttribute<?>[] attributes =
        hasPermissions(path)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE))
            }
            : new FileAttribute<?>[0];
    return FileChannel.open(
        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
  }

  private static boolean hasPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Takes equally long wherever the first difference lies. */
  boolean matches(String presented) {
    return MessageDigest.isEqual(text, presented.getBytes(StandardCharsets.UTF_8));
  }

  /** Value of the header that presents the token. */
  String authorization() {
    return "Bearer " + new String(text, StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token that && MessageDigest.isEqual(text, that.text);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(text);
  }

  @Override
  public String toString() {
    return "Token";
  }
}
