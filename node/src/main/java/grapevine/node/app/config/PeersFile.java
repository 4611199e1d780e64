package grapevine.node.app.config;

import grapevine.node.app.console.CommandException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Places to stay connected with, one a line, {@code host:port} or {@code [IPv6 address]:port};
 * nothing behind a {@code #} counts, nor does an empty line.
 */
public final class PeersFile {
  /** As many as a core takes, see DialPolicy. */
  private static final int PLACES_MAX = 256;

  private static final int BYTES_MAX = 1 << 20;

  private PeersFile() {}

  /**
   * @throws CommandException naming file and line of what is wrong
   */
  public static List<HostPort> read(Path file) {
    List<HostPort> places = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      String place = line.replaceFirst("#.*", "").strip();
      if (!place.isEmpty()) {
        places.add(parse(file, number, place));
      }
    }
    if (places.size() > PLACES_MAX) {
      throw CommandException.usage(
          "%s: found %d places, expected at most %d".formatted(file, places.size(), PLACES_MAX));
    }
    return List.copyOf(places);
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw CommandException.usage(file + " has more than " + BYTES_MAX + " bytes");
      }
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw CommandException.usage("there is no file " + file);
    } catch (CharacterCodingException e) {
      throw CommandException.usage(file + " is not UTF-8 text");
    } catch (IOException e) {
      throw CommandException.usage(file + " cannot be read: " + e);
    }
  }

  private static HostPort parse(Path file, int line, String place) {
    try {
      return HostPort.parse(place, 1);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "%s:%d: found \"%s\", expected %s".formatted(file, line, place, e.getMessage()));
    }
  }
}
