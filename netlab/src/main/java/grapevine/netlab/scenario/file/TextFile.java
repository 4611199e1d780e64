package grapevine.netlab.scenario.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that belong to a scenario, and complains about what is in them. */
final class TextFile {
  /** Far above a matrix of 500 places or a trace of a million transactions. */
  private static final long BYTES_MAX = 64L << 20;

  private TextFile() {}

  /**
   * @throws ScenarioException when there is no such file, or it is no text
   */
  static String read(Path path) throws ScenarioException {
    try {
      if (Files.size(path) > BYTES_MAX) {
        throw new ScenarioException(
            "%s: found %d bytes, expected at most %d".formatted(path, Files.size(path), BYTES_MAX));
      }
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new ScenarioException("there is no file " + path);
    } catch (CharacterCodingException e) {
      throw new ScenarioException(path + " is not UTF-8 text");
    } catch (IOException e) {
      throw new ScenarioException(path + " cannot be read: " + e);
    }
  }

  static ScenarioException wrong(Path path, int line, String found, String expected) {
    return new ScenarioException(
        "%s:%d: found %s, expected %s".formatted(path, line, found, expected));
  }
}
