package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.app.config.NodeOption;
import grapevine.node.app.config.Spelling;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.console.Terminal;
import grapevine.node.app.run.BuildInfo;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
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
            "peer",
            "peer add",
            "peer drop",
            "peer ban",
            "peer unban",
            "peer bans",
            "net",
            "pool",
            "tips",
            "items",
            "get",
            "wait",
            "trace",
            "health",
            "log-level",
            "config show",
            "config check",
            "completion",
            "backup",
            "version")) {
      CommandRun run = CommandRun.of((command + " --help").split(" ", -1));
      assertThat(run.exitCode()).as(command).isZero();
      assertThat(run.out()).as(command).startsWith("Usage: grapevine " + command);
    }
  }

  @Test
  void shouldMakeOnlyTheCommandThatIsNamed() {
    Commands commands =
        new Commands(
            new Terminal(
                System.in,
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                Map.of()));
    assertThat(commands.namedBy("tx", "send"))
        .singleElement()
        .satisfies(command -> assertThat(command.getSubcommands()).containsKeys("make", "send"));
    List<String> all =
        commands.namedBy("sttus").stream().map(CommandLine::getCommandName).distinct().toList();
    assertThat(all).hasSize(21).contains("status");
    assertThat(commands.namedBy()).hasSize(21);
    assertThat(CommandRun.of("sttus").err()).contains("status");
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
    assertThat(run.out())
        .contains("--log-format", "--with-keys", "complete -F _complete_grapevine");
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    try (var in = bash.outputWriter()) {
      in.write(run.out());
    }
    assertThat(bash.inputReader().lines()).isEmpty();
    assertThat(bash.waitFor()).isZero();
  }
}
