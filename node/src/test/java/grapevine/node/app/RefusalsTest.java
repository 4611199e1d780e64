package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import grapevine.node.app.console.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the program refuses, with the code that it ends with and what it says: the thing, what was
 * found and what was expected. Code 3, out of memory, is a process' own: see NodeProcessTest.
 */
class RefusalsTest {
  /** For what is refused after binding: somebody may run a node on this machine. */
  private static final String ANY_PORT = "listen = '127.0.0.1:0'";

  @TempDir Path folder;
  private TestNodes nodes;

  @BeforeEach
  void prepare() {
    nodes = new TestNodes(folder);
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private String data(String name) {
    return nodes.data(name);
  }

  private static void assertRefused(CommandRun run, ExitCode code, String... complaint) {
    assertThat(run.err()).startsWith("grapevine: ").contains(complaint);
    assertThat(run.err().strip().lines()).as("one line, and perhaps a hint").hasSizeLessThan(5);
    assertThat(run.exitCode()).isEqualTo(code.code());
    assertThat(run.out()).isEmpty();
  }

  static Stream<Arguments> wrongWords() {
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
            "there is no token file"),
        arguments(
            List.of("status", "--data", "d", "-w", "0"), "--watch: found 0.0, expected 0.1 to"),
        arguments(List.of("wait", "aa", "--data", "d", "--timeout", "-1"), "--timeout: found -1.0"),
        arguments(
            List.of("node", "--data", "d", "--api-listen", "0.0.0.0:1"),
            "--api-listen: found \"0.0.0.0:1\", expected a loopback address"),
        arguments(
            List.of("node", "--data", "d", "--trace-items", "-1"),
            "--trace-items: found \"-1\", expected a whole number from 0 to 1000000"),
        arguments(
            List.of("items", "--data", "d", "--limit", "0"), "--limit 0: expected a position"),
        arguments(
            List.of("peer", "ban", "::1", "--data", "d", "--for", "long"),
            "--for: found \"long\", expected a number with s, m, h or d"),
        arguments(List.of("peer"), "expected add, drop, ban, unban or bans"),
        arguments(List.of("trace"), "Missing required parameter"),
        arguments(List.of("config"), "expected show or check"));
  }

  @ParameterizedTest
  @MethodSource("wrongWords")
  void shouldEndWithTwoForWrongWords(List<String> arguments, String complaint) {
    assertRefused(CommandRun.of(arguments.toArray(String[]::new)), ExitCode.USAGE, complaint);
  }

  /** Text of a file in place of network.toml, or settings, that a node does not start with. */
  static Stream<Arguments> wrongFiles() {
    return Stream.of(
        arguments(
            "node.toml",
            "lissen = 'x'",
            "node.toml:1: unknown key \"lissen\"",
            "did you mean \"listen\"?"),
        arguments("node.toml", "listen = 7", "node.toml:1: listen: found \"7\"", "host:port"),
        arguments("node.toml", "listen = ", "node.toml:1: not TOML", ""),
        arguments(
            "node.toml",
            "token-file = 'absent'\n" + ANY_PORT,
            "--token-file: there is no file",
            "0600"),
        arguments("node.toml", "peers-file = 'absent'\n" + ANY_PORT, "there is no file absent", ""),
        arguments("n/network.toml", "name = 7", "network.toml:1: name", ""));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void shouldEndWithTwoForAWrongFile(String file, String text, String found, String expected)
      throws IOException {
    nodes.init("n");
    Path settings = Files.writeString(folder.resolve("node.toml"), "");
    Files.writeString(folder.resolve(file), text);
    CommandRun run = CommandRun.of("node", "--data", data("n"), "--config", settings.toString());
    assertRefused(run, ExitCode.USAGE, found, expected);
  }

  @Test
  void shouldEndWithOneWhenNoNodeRuns() {
    nodes.init("n");
    for (String command :
        List.of(
            "status",
            "peers",
            "net",
            "pool",
            "tips",
            "items",
            "health",
            "log-level",
            "peer bans",
            "get aa",
            "trace aa",
            "wait aa",
            "peer add h:1",
            "peer drop p1",
            "peer ban ::1",
            "peer unban ::1",
            "tx send -")) {
      String[] words = (command + " --data " + data("n")).split(" ", -1);
      assertRefused(
          CommandRun.of(Map.of(), "00\n", words),
          ExitCode.RUNTIME,
          "no node runs on " + data("n") + ": it has no file api");
    }
  }

  @Test
  void shouldEndWithOneWhenTheNodeRefuses() throws Exception {
    nodes.init("n");
    nodes.start("n");
    Map<String, String> refused =
        Map.of(
            "get " + "ab".repeat(32),
            "the node does not hold " + "ab".repeat(32),
            "get xyz",
            "malformed (id): expected 64 hexadecimal digits, found 3 characters",
            "trace " + "ab".repeat(32),
            "the node neither holds",
            "peer drop p99",
            "not-found: there is no such peer",
            "peer add nobody.invalid:1",
            "unknown-host (address): nobody knows this name",
            "peer unban 192.0.2.1",
            "not-found: there is no such ban",
            "log-level loud",
            "malformed (level): found level \"loud\", expected error, warn",
            "log-level debug --topic x",
            "found topic \"x\", expected all, api, app",
            "peers --service x",
            "malformed (service): expected archive");
    refused.forEach(
        (command, complaint) -> {
          String[] words = (command + " --data " + data("n")).split(" ", -1);
          assertRefused(CommandRun.of(words), ExitCode.RUNTIME, complaint);
        });
  }

  @Test
  void shouldEndWithFourWhereSomethingElseLies() throws IOException {
    Files.writeString(folder.resolve("photo.jpg"), "x");
    assertRefused(
        CommandRun.of("node", "--data", folder.toString()),
        ExitCode.DATA_DAMAGED_OR_TOO_NEW,
        "it has no network.toml but holds photo.jpg");
    assertRefused(
        CommandRun.of("node", "--data", folder.resolve("photo.jpg").toString()),
        ExitCode.DATA_DAMAGED_OR_TOO_NEW,
        "it has no network.toml but is a file");
  }

  @Test
  void shouldEndWithFourForALaterFormat() throws IOException {
    nodes.init("n");
    Path format = folder.resolve("n/FORMAT");
    Files.writeString(
        format,
        Files.readString(format).replaceFirst("grapevine-store [0-9]+", "grapevine-store 99"));
    assertRefused(
        CommandRun.of("node", "--data", data("n")),
        ExitCode.DATA_DAMAGED_OR_TOO_NEW,
        "99",
        "expected");
  }

  @Test
  void shouldEndWithTwoWhereNothingLies() {
    assertRefused(
        CommandRun.of("node", "--data", folder.toString()),
        ExitCode.USAGE,
        "make one with: grapevine init --data " + folder);
  }

  @Test
  void shouldEndWithFiveForAnAddressThatIsTaken() throws IOException {
    nodes.init("n");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String place = "127.0.0.1:" + taken.getLocalPort();
      for (String setting : List.of("--listen", "--api-listen", "--metrics-listen")) {
        String[] command = {
          "node", "--data", data("n"), "--listen", "127.0.0.1:0", "--api-listen", "127.0.0.1:0"
        };
        int at = Arrays.asList(command).indexOf(setting);
        String[] words = at < 0 ? Arrays.copyOf(command, 9) : command;
        words[at < 0 ? 7 : at] = setting;
        words[at < 0 ? 8 : at + 1] = place;
        assertRefused(
            CommandRun.of(words), ExitCode.CANNOT_BIND, "cannot bind " + setting + " " + place);
      }
    }
  }

  @Test
  void shouldEndWithSixForADirectoryThatIsInUse() throws Exception {
    nodes.init("n");
    nodes.start("n");
    assertRefused(
        CommandRun.of("node", "--data", data("n")),
        ExitCode.DATA_DIRECTORY_IN_USE,
        "data directory "
            + data("n")
            + " is in use by this process, pid "
            + ProcessHandle.current().pid(),
        "expected it to be free");
  }
}
