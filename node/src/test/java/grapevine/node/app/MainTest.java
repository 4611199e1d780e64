package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import grapevine.node.app.config.NodeOption;
import grapevine.node.app.config.Spelling;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.run.BuildInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments(List.of(), "a command is missing"),
        arguments(List.of("nod"), "Unmatched argument"),
        arguments(List.of("node", "--lsten", "x"), "Unknown option"),
        arguments(List.of("node"), "data is missing"),
        arguments(
            List.of("node", "--data", "no-such-directory"),
            "no-such-directory is not a data directory"),
        arguments(List.of("node", "--data", "d", "--outbound", "x"), "--outbound: found \"x\""),
        arguments(
            List.of("node", "--data", "d", "--outbound", "1", "--outbound", "2"),
            "--outbound: found 2 values"),
        arguments(List.of("node", "--config", "no-such.toml"), "there is no file no-such.toml"),
        arguments(List.of("init", "--data", "d"), "Missing required argument"),
        arguments(List.of("init", "--new-network", "n"), "give --data DIR"),
        arguments(
            List.of("init", "--data", "d", "--network", "f", "--new-network", "n"),
            "mutually exclusive"),
        arguments(
            List.of("init", "--data", "d", "--network", "no-such.toml"),
            "there is no file no-such.toml"),
        arguments(
            List.of("init", "--data", "d", "--new-network", "two words"), "the new network's name"),
        arguments(
            List.of("init", "--data", "d", "--new-network", "n", "--slot-millis", "1"),
            "the new network's slot-millis 1"),
        arguments(
            List.of("init", "--data", "d", "--new-network", "n", "--producers", "ab"),
            "--producers: found \"ab\""),
        arguments(
            List.of("init", "--data", "d", "--new-network", "n", "--sender", "ab=1"),
            "--sender: found \"ab\""),
        arguments(
            List.of("init", "--data", "d", "--new-network", "n", "--open", "99"),
            "the new network's stamp-bits 99"),
        arguments(
            List.of("init", "--data", "d", "--new-network", "n", "--open", "9", "--allowance", "1"),
            "--allowance goes with"),
        arguments(List.of("key"), "expected show or new"),
        arguments(List.of("key", "show"), "Missing required argument"),
        arguments(List.of("key", "show", "no-such.key"), "there is no key file no-such.key"),
        arguments(List.of("tx"), "expected make or send"),
        arguments(
            List.of("tx", "make", "--data", "no-such-directory"),
            "no-such-directory is not a data directory"),
        arguments(List.of("tx", "send", "--api", "http://127.0.0.1:1"), "--api needs --token-file"),
        arguments(List.of("status"), "give --data DIR"),
        arguments(List.of("status", "-o", "xml", "--data", "d"), "Invalid value"),
        arguments(
            List.of("peers", "--api", "ftp://x", "--token-file", "t"), "--api: found \"ftp://x\""),
        arguments(
            List.of("peers", "--api", "http://x", "--token-file", "no-such-token"),
            "there is no token file"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void shouldEndWithTwoAndSayWhatWasWrong(List<String> arguments, String complaint) {
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.err()).startsWith("grapevine: ").contains(complaint);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.out()).isEmpty();
  }

  @Test
  void shouldEndWithOneWhenNoNodeRuns() {
    CommandRun run = CommandRun.of("status", "--data", "no-such-directory");
    assertThat(run.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    assertThat(run.err()).contains("no node runs on no-such-directory");
  }

  @Test
  void shouldEndWithFourWhereSomethingElseLies(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("photo.jpg"), "x");
    CommandRun run = CommandRun.of("node", "--data", directory.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED_OR_TOO_NEW.code());
    assertThat(run.err()).contains("it has no network.toml but holds photo.jpg");

    CommandRun file = CommandRun.of("node", "--data", directory.resolve("photo.jpg").toString());
    assertThat(file.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED_OR_TOO_NEW.code());
    assertThat(file.err()).contains("it has no network.toml but is a file");
  }

  @Test
  void shouldEndWithTwoWhereNothingLies(@TempDir Path directory) {
    CommandRun run = CommandRun.of("node", "--data", directory.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("make one with: grapevine init --data " + directory);
  }

  @Test
  void shouldHelpWithEveryCommand() {
    for (String command :
        List.of(
            "init",
            "node",
            "key",
            "key show",
            "key new",
            "tx",
            "tx make",
            "tx send",
            "status",
            "peers",
            "backup",
            "version")) {
      CommandRun run = CommandRun.of((command + " --help").split(" ", -1));
      assertThat(run.exitCode()).as(command).isZero();
      assertThat(run.out()).as(command).startsWith("Usage: grapevine " + command);
    }
  }

  @Test
  void shouldListEverySettingInTheHelp() {
    CommandRun run = CommandRun.of("node", "--help");
    assertThat(run.exitCode()).isZero();
    for (NodeOption option : NodeOption.values()) {
      assertThat(run.out()).contains(option.flag() + "=" + option.valueLabel());
    }
  }

  @Test
  void shouldTellItsVersion() {
    String version = BuildInfo.CURRENT.version();
    assertThat(CommandRun.of("--version").out().strip()).isEqualTo("grapevine " + version);
    assertThat(CommandRun.of("version", "-o", "json").out().strip())
        .isEqualTo(
            ("{\"version\":\"%s\",\"commit\":\"%s\",\"built\":\"%s\","
                    + "\"protocol\":{\"min\":1,\"max\":1},\"dataFormat\":1,\"java\":\"%s\"}")
                .formatted(
                    version,
                    BuildInfo.CURRENT.commit(),
                    BuildInfo.CURRENT.built(),
                    Runtime.version()));
    assertThat(CommandRun.of("version").out().lines().toList())
        .startsWith(
            "version      " + version,
            "commit       " + BuildInfo.CURRENT.commit(),
            "built        " + BuildInfo.CURRENT.built(),
            "protocol     1 to 1",
            "data format  1");
  }

  @Test
  void shouldMapFailuresToExitCodes() {
    assertThat(ExitCode.of(new OutOfMemoryError())).isEqualTo(ExitCode.OUT_OF_MEMORY);
    assertThat(ExitCode.of(new IllegalStateException())).isEqualTo(ExitCode.RUNTIME);
    assertThat(Stream.of(ExitCode.values()).map(ExitCode::code))
        .containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void shouldGuessTheNearestWord() {
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.nearest("perr", List.of("listen", "peer", "relay"))).contains("peer");
    assertThat(Spelling.nearest("zzzz", List.of("listen", "peer"))).isEmpty();
  }

  @Test
  void shouldCompleteWhatItHasInAShellThatCanReadIt() throws Exception {
    CommandRun run = CommandRun.of("completion");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("--log-format", "complete -F _complete_grapevine");
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    try (var in = bash.outputWriter()) {
      in.write(run.out());
    }
    assertThat(bash.inputReader().lines()).isEmpty();
    assertThat(bash.waitFor()).isZero();
  }
}
