package grapevine.node.app.config;

import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.storage.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A number that only rises, in a file of one decimal line. Confined to one thread. What {@link
 * #raise} has returned from is on the disk: a node that ends at any moment and starts again finds
 * it or a higher one.
 */
public final class DurableNumber {
  private static final int CHARS_MAX = 20;

  private final Path path;
  private long value;

  private DurableNumber(Path path, long value) {
    this.path = path;
    this.value = value;
  }

  /**
   * Reads the file; where there is none, the number is 0.
   *
   * @throws CommandException when it holds something else: what was promised is not known then
   */
  public static DurableNumber open(Path path) throws IOException {
    if (!Files.exists(path)) {
      return new DurableNumber(path, 0);
    }
    String text = Files.size(path) > CHARS_MAX ? "" : Files.readString(path).strip();
    if (!text.matches("[0-9]{1,18}")) {
      throw new CommandException(
          ExitCode.DATA_DAMAGED_OR_TOO_NEW,
          path + " is damaged: expected one line with a number of at most 18 digits",
          null);
    }
    return new DurableNumber(path, Long.parseLong(text));
  }

  public long value() {
    return value;
  }

  /**
   * @throws IllegalArgumentException unless it is higher than the present one
   */
  public void raise(long higher) throws IOException {
    if (higher <= value) {
      throw new IllegalArgumentException(higher + " is not above " + value);
    }
    DurableFile.replace(path, (higher + "\n").getBytes(StandardCharsets.US_ASCII));
    value = higher;
  }
}
