package grapevine.node;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/**
 * Files of golden vectors in the resources under {@code vectors}: lines {@code name hex}, comments
 * begin with #. Generated once and checked in; docs/protocol.md names them.
 */
public final class Vectors {
  private Vectors() {}

  /** The file's lines without comments. */
  public static String read(String file) {
    try (InputStream in =
        Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .collect(joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same lines for these values, in their order. */
  public static String write(Map<String, byte[]> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + HexFormat.of().formatHex(entry.getValue()))
        .collect(joining("\n"));
  }
}
