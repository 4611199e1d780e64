package grapevine.node.storage;

import static grapevine.node.storage.DataDirectoryException.Kind.DAMAGED_OR_TOO_NEW;

import grapevine.crypto.Hash256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the file FORMAT of a data directory says: whose it is, and in which layout. These two lines
 * are the same in every layout; what follows them is ignored.
 *
 * <pre>
 * grapevine-store VERSION
 * network HEX
 * </pre>
 */
record FormatFile(int version, String networkHex) {
  static final String NAME = "FORMAT";

  private static final Pattern TEXT =
      Pattern.compile(
          "grapevine-store (\\d{1,9})\n(?:network ([0-9a-f]{64})\n)?.*", Pattern.DOTALL);

  private static final int BYTES_MAX = 4096;

  static Path in(Path root) {
    return root.resolve(NAME);
  }

  static void write(Path root, int version, Hash256 networkId) throws IOException {
    String text = "grapevine-store %d\nnetwork %s\n".formatted(version, networkId.toHex());
    DurableFile.replace(in(root), text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Reads the file, which must be there.
   *
   * @param current the layout that this program reads and writes
   * @throws DataDirectoryException when it is damaged, of a later version or another network
   */
  static FormatFile read(Path root, int current, Hash256 networkId) throws IOException {
    Path path = in(root);
    long length = Files.size(path);
    Matcher found =
        TEXT.matcher(length > BYTES_MAX ? "" : Files.readString(path, StandardCharsets.ISO_8859_1));
    if (!found.matches()) {
      throw refused(
          path,
          "its " + length + " bytes do not begin with a line \"grapevine-store VERSION\"",
          "\"grapevine-store " + current + "\"");
    }
    int version = Integer.parseInt(found.group(1));
    if (version > current) {
      throw refused(
          path,
          "a later version of Grapevine wrote it (format " + version + ")",
          "format " + current + "; upgrade, or use another directory");
    }
    if (found.group(2) == null) {
      throw refused(
          path,
          "format " + version + " without a line \"network HEX\"",
          "format " + current + " and the network id");
    }
    if (!found.group(2).equals(networkId.toHex())) {
      throw refused(
          path, "it belongs to network " + found.group(2), "network " + networkId.toHex());
    }
    return new FormatFile(version, found.group(2));
  }

  static DataDirectoryException refused(Path path, String found, String expected) {
    return new DataDirectoryException(
        DAMAGED_OR_TOO_NEW, path + ": " + found + "; expected " + expected);
  }
}
