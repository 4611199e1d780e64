package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  @TempDir private Path folder;

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("node.toml"), text).toString();
  }

  private String data() {
    return folder.resolve("d").toString();
  }

  @Test
  void shouldShowEverySettingAndWhereItWasSaid() throws IOException {
    String file = file("outbound = 3\npeer = ['a.example:1', 'b.example:2']\n");
    CommandRun shown =
        CommandRun.of(
            Map.of("GRAPEVINE_LISTEN", "127.0.0.1:2"),
            "",
            "config",
            "show",
            "--origin",
            "--config",
            file,
            "--relay",
            "flood");
    assertThat(shown.exitCode()).isZero();
    assertThat(shown.out().lines().map(line -> line.replaceAll(" +", " ")))
        .hasSize(NodeOption.values().length)
        .contains(
            "relay = \"flood\" # --relay",
            "listen = \"127.0.0.1:2\" # GRAPEVINE_LISTEN",
            "outbound = \"3\" # " + file + ":1: outbound",
            "peer = [\"a.example:1\", \"b.example:2\"] # " + file + ":2: peer",
            "api-listen = \"127.0.0.1:7701\" # default",
            "# data is not set # default");
  }

  @Test
  void shouldShowThemAsJson() throws IOException {
    CommandRun shown = CommandRun.of("config", "show", "--origin", "-o", "json", "--data", "d\"x");
    JsonNode json = new ObjectMapper().readTree(shown.out());
    assertThat(json).hasSize(NodeOption.values().length);
    assertThat(json.at("/data/value").asText()).isEqualTo("d\"x");
    assertThat(json.at("/data/origin").asText()).isEqualTo("--data");
    assertThat(json.at("/peer/value").isArray()).isTrue();
    assertThat(json.at("/record/value").isNull()).isTrue();
  }

  @Test
  void shouldShowAFileThatCanBeGivenToANode() throws IOException {
    String text = CommandRun.of("config", "show", "--data", data(), "--peer", "h:1").out();
    CommandRun again = CommandRun.of("config", "show", "--config", file(text));
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).isEqualTo(text);
  }

  @Test
  void shouldMissATokenFile() {
    CommandRun.of("init", "--data", data(), "--new-network", "solo");
    CommandRun checked =
        CommandRun.of("config", "check", "--data", data(), "--token-file", "no-such-file");
    assertThat(checked.err()).startsWith("grapevine: --token-file: there is no file no-such-file,");
    assertThat(checked.exitCode()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void shouldFindNothingWrongWithWhatInitMade() {
    CommandRun.of("init", "--data", data(), "--new-network", "solo", "--producer");
    CommandRun checked = CommandRun.of("config", "check", "--data", data());
    assertThat(checked.err()).isEmpty();
    assertThat(checked.out())
        .startsWith("all is well: producer ")
        .contains(" of network solo in " + data());
    assertThat(checked.exitCode()).isZero();
  }

  @Test
  void shouldNameEverySettingThatCannotBeUsed() throws IOException {
    CommandRun checked =
        CommandRun.of(
            "config",
            "check",
            "--outbound",
            "many",
            "--config",
            file("relay = 'shout'\nlisten = '127.0.0.1:1'\n"));
    assertThat(checked.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(checked.err().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("grapevine: "))
        .anyMatch(line -> line.contains("data is missing"))
        .anyMatch(line -> line.contains("--outbound: found \"many\""))
        .anyMatch(line -> line.contains("node.toml:1: relay: found \"shout\""));
  }

  @Test
  void shouldSayWhatIsWrongInTheDirectory() throws IOException {
    CommandRun missing = CommandRun.of("config", "check", "--data", data());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE.code());
    CommandRun.of("init", "--data", data(), "--new-network", "solo");
    Path bans = Files.createDirectory(folder.resolve("d/bans"));
    CommandRun unreadable = CommandRun.of("config", "check", "--data", data());
    assertThat(unreadable.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    assertThat(unreadable.err()).contains("bans file " + bans + ": cannot be read: ");
    Files.delete(bans);
    Path format = folder.resolve("d/FORMAT");
    Files.writeString(format, Files.readString(format).replace("store 1", "store 99"));
    CommandRun newer = CommandRun.of("config", "check", "--data", data());
    assertThat(newer.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED_OR_TOO_NEW.code());
    assertThat(newer.err()).contains("99");
    assertThat(folder.resolve("d/items")).doesNotExist();
  }

  @Test
  void shouldGuessWhichVariableWasMeant() {
    CommandRun.of("init", "--data", data(), "--new-network", "solo");
    CommandRun checked =
        CommandRun.of(
            Map.of("GRAPEVINE_OUTBUOND", "3", "GRAPEVINE_JAVA_OPTS", "-Xmx1g"),
            "",
            "config",
            "check",
            "--data",
            data());
    assertThat(checked.exitCode()).isZero();
    assertThat(checked.err().lines())
        .containsExactly(
            "grapevine: GRAPEVINE_OUTBUOND: no setting has this variable; did you mean"
                + " GRAPEVINE_OUTBOUND?");
  }
}
