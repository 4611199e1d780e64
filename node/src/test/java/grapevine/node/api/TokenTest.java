package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("token");
  }

  private void write(String text, String mode) throws IOException {
    Files.writeString(file(), text);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
  }

  @Test
  void shouldCreateAFileForItsOwnerOnly() throws IOException {
    Token.readOrCreate(file());

    assertThat(Files.readString(file())).matches("[0-9a-f]{64}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldReadWhatItCreated() throws IOException {
    Token created = Token.readOrCreate(file());

    assertThat(Token.readOrCreate(file())).isEqualTo(created);
    assertThat(Token.read(file())).isEqualTo(created).hasSameHashCodeAs(created);
    assertThat(Token.readOrCreate(directory.resolve("other"))).isNotEqualTo(created);
  }

  @Test
  void shouldMatchItselfOnly() throws IOException {
    write("ab".repeat(32), "rw-------");
    Token token = Token.read(file());

    assertThat(token.matches("ab".repeat(32))).isTrue();
    assertThat(token.matches("ab".repeat(31) + "ac")).isFalse();
    assertThat(token.matches("ab".repeat(31))).isFalse();
    assertThat(token.matches("")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void shouldRefuseAFileThatIsOpenToOthers(String mode) throws IOException {
    write("ab".repeat(32), mode);

    assertThatThrownBy(() -> Token.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open to others")
        .hasMessageNotContaining("abab");
  }

  @ParameterizedTest
  @CsvSource({"ab,0", "ab,31", "ab,33", "zz,32", "AB,32"})
  void shouldRefuseAFileThatHoldsNoToken(String word, int times) throws IOException {
    write(word.repeat(times), "rw-------");

    assertThatThrownBy(() -> Token.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("64 lower-case hexadecimal digits");
  }

  @Test
  void shouldSayThatThereIsNoFile() {
    assertThatThrownBy(() -> Token.read(file())).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void shouldNotPrintItself() throws IOException {
    write("ab".repeat(32), "rw-------");

    assertThat(Token.read(file()).toString()).doesNotContain("abab");
  }
}
