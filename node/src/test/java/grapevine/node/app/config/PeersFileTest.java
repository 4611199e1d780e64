package grapevine.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.app.console.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersFileTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("peers.txt"), text);
  }

  @Test
  void shouldReadAPlaceALine() throws IOException {
    assertThat(PeersFile.read(file("# mine\n\n a.example:1 # first\r\n[2001:db8::1]:2\n")))
        .containsExactly(new HostPort("a.example", 1), new HostPort("2001:db8::1", 2));
    assertThat(PeersFile.read(file(""))).isEmpty();
  }

  @Test
  void shouldNameTheLineThatIsWrong() throws IOException {
    Path file = file("a.example:1\nb.example\n");
    assertThatThrownBy(() -> PeersFile.read(file))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(file + ":2: found \"b.example\", expected host:port");
  }

  @Test
  void shouldRefuseWhatIsNoListOfPlaces() throws IOException {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> PeersFile.read(absent)).hasMessage("there is no file " + absent);
    assertThatThrownBy(() -> PeersFile.read(folder))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(folder + " cannot be read: ");
    Path many = file("a.example:1\n".repeat(257));
    assertThatThrownBy(() -> PeersFile.read(many))
        .hasMessage(many + ": found 257 places, expected at most 256");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 1});
    assertThatThrownBy(() -> PeersFile.read(binary)).hasMessage(binary + " is not UTF-8 text");
  }
}
