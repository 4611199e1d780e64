package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private final KeyPair pair = KeyPair.generate(new SplittableRandom(600));

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("node.key");
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    KeyFile.write(path, pair);

    assertThat(KeyFile.read(path).publicKey()).isEqualTo(pair.publicKey());
    assertThat(path).hasContent("grapevine-key-1 " + HexFormat.of().formatHex(pair.seed()) + "\n");
  }

  @Test
  void shouldCreateTheFileForItsOwnerOnly() throws IOException {
    assumePosix();
    KeyFile.write(path, pair);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldNeverOverwrite() throws IOException {
    KeyFile.write(path, pair);

    assertThatThrownBy(() -> KeyFile.write(path, KeyPair.generate(new SplittableRandom(1))))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(path + ": a key is never overwritten");
    assertThat(KeyFile.read(path).publicKey()).isEqualTo(pair.publicKey());
  }

  @Test
  void shouldRefuseAFileThatOthersMayTouch() throws IOException {
    assumePosix();
    KeyFile.write(path, pair);
    for (String mode : List.of("rw-r-----", "rw-----w-", "rw------x", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));

      assertThatThrownBy(() -> KeyFile.read(path))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(path.toString(), mode, "expected rw-------");
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--------"));
    assertThat(KeyFile.read(path).publicKey()).isEqualTo(pair.publicKey());
  }

  @Test
  void shouldSayThatAFileIsNotThere() {
    assertThatThrownBy(() -> KeyFile.read(path))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(path + ": expected a key file");
    assertThatThrownBy(() -> KeyFile.write(path.resolve("below"), pair))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write key file " + path);
  }

  @Test
  void shouldRefuseAFolder() {
    assertThatThrownBy(() -> KeyFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + " is not a file: expected a key file");
  }

  @Test
  void shouldRefuseWhatIsNotAKeyWithoutShowingIt() throws IOException {
    KeyFile.write(path, pair);
    String good = Files.readString(path);
    String secret = HexFormat.of().formatHex(pair.seed());
    for (String bad :
        List.of(
            "",
            "\n",
            good.substring(1),
            good.substring(0, good.length() - 1),
            good + "\n",
            good.replace("key-1", "key-2"),
            good.replace(secret, secret.substring(1) + "g"),
            good.repeat(100_000))) {
      Files.writeString(path, bad);

      assertThatThrownBy(() -> KeyFile.read(path))
          .isInstanceOf(IOException.class)
          .hasMessage(
              path
                  + " is not a key file: expected one line of 81 bytes,"
                  + " \"grapevine-key-1 <64 hexadecimal digits>\"")
          .hasNoCause();
    }
  }

  @Test
  void shouldWorkWhereThereAreNoPermissions() throws IOException {
    Path zip = folder.resolve("keys.zip");
    try (FileSystem plain = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path inside = plain.getPath("/node.key");
      assertThat(plain.supportedFileAttributeViews()).doesNotContain("posix");
      KeyFile.write(inside, pair);

      assertThat(KeyFile.read(inside).publicKey()).isEqualTo(pair.publicKey());
      assertThatThrownBy(() -> KeyFile.write(inside, pair))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  private void assumePosix() {
    assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
  }
}
