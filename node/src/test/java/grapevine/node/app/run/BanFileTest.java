package grapevine.node.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.KeyPair;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.BanSubject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BanFileTest {
  private static final BanSubject NODE =
      new BanSubject.Node(KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]).publicKey());
  private static final BanSubject HOST4 =
      new BanSubject.Host(NodeAddress.ip(new byte[] {10, 0, 0, 1}, 0));
  private static final BanSubject HOST6 =
      new BanSubject.Host(
          NodeAddress.ip(new byte[] {32, 1, 13, -72, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0));

  @TempDir Path folder;

  @Test
  void shouldReadWhatItWrote() throws IOException {
    BanFile file = new BanFile(folder.resolve("bans"));
    List<NodeView.Ban> bans =
        List.of(
            new NodeView.Ban(NODE, 1_795_341_600_123L, true),
            new NodeView.Ban(HOST4, 1_795_341_600_000L, true),
            new NodeView.Ban(HOST6, 1, true));

    file.save(bans);

    assertThat(file.load().bans()).isEqualTo(bans);
    assertThat(file.load().problem()).isEmpty();
  }

  @Test
  void shouldHoldNothingBeforeItIsWritten() throws IOException {
    assertThat(new BanFile(folder.resolve("bans")).load().bans()).isEmpty();
  }

  @Test
  void shouldPassOverALineThatIsNoBanAndSayWhich() throws IOException {
    Path path = folder.resolve("bans");
    Files.writeString(
        path,
        "host 10.0.0.1 until 1970-01-01T00:00:01Z\nnonsense\nhost x until 1970-01-01T00:00:01Z\n");

    BanFile.Loaded loaded = new BanFile(path).load();

    assertThat(loaded.bans()).containsExactly(new NodeView.Ban(HOST4, 1000, true));
    assertThat(loaded.problem()).contains(path + ":2: no ban, passed over");
  }

  @Test
  void shouldKeepTheOtherBansOfAFileThatIsDamaged() throws IOException {
    Path path = folder.resolve("bans");
    List<String> lines =
        List.of(
            "\u00ff\u00fe", // as it is written here, no UTF-8
            "host 10.0.0.2 until +1000000000-12-31T23:59:59Z",
            "host 10.0.0.1 until 1970-01-01T00:00:01Z");
    Files.write(path, lines, StandardCharsets.ISO_8859_1);

    BanFile.Loaded loaded = new BanFile(path).load();

    assertThat(loaded.bans()).containsExactly(new NodeView.Ban(HOST4, 1000, true));
    assertThat(loaded.problem()).contains(path + ":1: no ban, passed over");
  }

  @Test
  void shouldNameTheFileThatItCannotRead() throws IOException {
    Path path = Files.createDirectory(folder.resolve("bans"));
    assertThatThrownBy(() -> new BanFile(path).load())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("bans file " + path + ": cannot be read: ");

    Path large = Files.writeString(folder.resolve("large"), "#".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> new BanFile(large).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 1048576 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "10.0.0", "10.0.0.256", "abcd", "10.0.0.1:7700", "::g"})
  void shouldNameNobodyByOtherTexts(String text) {
    assertThatThrownBy(() -> BanFile.subject(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a node's id of 64 hexadecimal digits, or an IP address");
  }
}
