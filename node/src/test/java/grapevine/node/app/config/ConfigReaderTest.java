package grapevine.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.protocol.relay.RelayKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigReaderTest {
  private static final Map<NodeOption, List<String>> DATA = Map.of(NodeOption.DATA, List.of("d"));

  private static TomlFile toml(String text) {
    return new TomlFile("node.toml", text);
  }

  @Test
  void shouldHaveDefaultsForAllButTheDataDirectory() {
    NodeConfig config = new ConfigReader(DATA, Map.of(), null).read();
    assertThat(config.data()).isEqualTo(Path.of("d"));
    assertThat(config.listen()).isEqualTo(new HostPort("127.0.0.1", 7700));
    assertThat(config.advertise()).isEmpty();
    assertThat(config.apiListen()).isEqualTo(new HostPort("127.0.0.1", 7701));
    assertThat(config.metricsListen()).isEmpty();
    assertThat(config.peers()).isEmpty();
    assertThat(config.outbound()).isEqualTo(8);
    assertThat(config.relay()).isEqualTo(RelayKind.ANNOUNCE);
    assertThat(config.verifyThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(config.record()).isEmpty();
    assertThat(config.recordMaxMebibytes()).isEqualTo(256);
    assertThat(config.logLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void shouldTakeTheCommandLineBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() {
    Map<NodeOption, List<String>> line =
        Map.of(NodeOption.DATA, List.of("line"), NodeOption.OUTBOUND, List.of("1"));
    Map<String, String> environment =
        Map.of("GRAPEVINE_OUTBOUND", "2", "GRAPEVINE_LISTEN", "127.0.0.1:2");
    TomlFile file =
        toml("data = 'file'\noutbound = 3\nlisten = '127.0.0.1:3'\nadvertise = 'a.example:3'\n");
    NodeConfig config = new ConfigReader(line, environment, file).read();
    assertThat(config.data()).isEqualTo(Path.of("line"));
    assertThat(config.outbound()).isEqualTo(1);
    assertThat(config.listen().port()).isEqualTo(2);
    assertThat(config.advertise()).contains(new HostPort("a.example", 3));
    assertThat(config.apiListen().port()).isEqualTo(7701);
  }

  @Test
  void shouldTakeListsWholeFromTheirFirstSource() {
    Map<String, String> environment = Map.of("GRAPEVINE_PEER", "a.example:1 , [::1]:2");
    TomlFile file = toml("peer = ['b.example:3']\n");
    assertThat(new ConfigReader(DATA, environment, file).read().peers())
        .containsExactly(new HostPort("a.example", 1), new HostPort("::1", 2));
    assertThat(new ConfigReader(DATA, Map.of(), file).read().peers())
        .containsExactly(new HostPort("b.example", 3));
  }

  /** A value that no option takes, but for those that are paths. */
  @ParameterizedTest
  @EnumSource(
      names = {"DATA", "RECORD", "TOKEN_FILE", "PEERS_FILE"},
      mode = EnumSource.Mode.EXCLUDE)
  void shouldNameTheSourceOfABadValue(NodeOption option) {
    String expected = "found \"?\", expected ";
    assertRefused(
        new ConfigReader(
            Map.of(option, List.of("?"), NodeOption.DATA, List.of("d")), Map.of(), null),
        "--" + option.key() + ": " + expected);
    assertRefused(
        new ConfigReader(DATA, Map.of(option.variable(), "?"), null),
        option.variable() + ": " + expected);
    assertRefused(
        new ConfigReader(DATA, Map.of(), toml("# settings\n" + option.key() + " = \"?\"\n")),
        "node.toml:2: " + option.key() + ": " + expected);
  }

  @Test
  void shouldOpenTheApiToOthersOnlyWithATokenFile() {
    TomlFile file = toml("api-listen = '0.0.0.0:1'\ntoken-file = 't'\n");
    NodeConfig config = new ConfigReader(DATA, Map.of(), file).read();
    assertThat(config.apiListen()).isEqualTo(new HostPort("0.0.0.0", 1));
    assertThat(config.tokenFile()).contains(Path.of("t"));
    assertThat(new ConfigReader(DATA, Map.of(), file).problems()).isEmpty();
    assertThat(new ConfigReader(DATA, Map.of(), toml("api-listen = '0.0.0.0:1'")).problems())
        .containsExactly(
            "node.toml:1: api-listen: found \"0.0.0.0:1\", expected a loopback address such as"
                + " 127.0.0.1:7701, or --token-file as well, because who reaches the API and has"
                + " its token owns the node");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments(
            "outbound = 65",
            "node.toml:1: outbound: found \"65\", expected a whole number from 0 to 64"),
        arguments(
            "verify-threads = 0",
            "node.toml:1: verify-threads: found \"0\", expected a whole number from 1 to 256"),
        arguments(
            "listen = '127.0.0.1'", "node.toml:1: listen: found \"127.0.0.1\", expected host:port"),
        arguments(
            "listen = '127.0.0.1:65536'",
            "node.toml:1: listen: found \"127.0.0.1:65536\", expected host:port"),
        arguments(
            "listen = '::1:7700'",
            "node.toml:1: listen: found \"::1:7700\", expected host:port or [IPv6"),
        arguments(
            "advertise = 'a.example:0'",
            "node.toml:1: advertise: found \"a.example:0\", expected host:port"),
        arguments(
            "peer = ['a.example:1', 'b']", "node.toml:1: peer: found \"b\", expected host:port"),
        arguments(
            "api-listen = '192.0.2.1:1'",
            "node.toml:1: api-listen: found \"192.0.2.1:1\", expected a loopback address"),
        arguments(
            "relay = 'shout'", "node.toml:1: relay: found \"shout\", expected one of [announce"),
        arguments(
            "log-format = 'JSON'",
            "node.toml:1: log-format: found \"JSON\", expected text or json"),
        arguments(
            "log-level = 'loud'",
            "node.toml:1: log-level: found \"loud\", expected error, warn, info"),
        arguments(
            "record-max-mib = 1025",
            "node.toml:1: record-max-mib: found \"1025\", expected a whole number from 1 to 1024"),
        arguments("outbound = [1, 2]", "node.toml:1: outbound: found 2 values, expected one"),
        arguments(
            "listen = {a = 1}",
            "node.toml:1: listen: found {\"a\":1}, expected a string, a number"),
        arguments("data = ''", "node.toml:1: data: found \"\", expected a path"),
        arguments(
            "outbund = 1", "node.toml:1: unknown key \"outbund\": did you mean \"outbound\"?"),
        arguments("", "data is missing: give --data DIR, or set GRAPEVINE_DATA"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void shouldRefuseWhatItCannotUse(String text, String complaint) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(
            () ->
                new ConfigReader(
                        Map.of(),
                        text.isEmpty() || text.startsWith("data")
                            ? Map.of()
                            : Map.of("GRAPEVINE_DATA", "d"),
                        toml(text))
                    .read())
        .withMessageStartingWith(complaint)
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }

  private static void assertRefused(ConfigReader reader, String complaint) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(reader::read)
        .withMessageStartingWith(complaint);
  }

  @Test
  void shouldIgnoreVariablesThatAClusterSets() {
    Map<String, String> environment =
        Map.of("GRAPEVINE_SERVICE_HOST", "10.0.0.1", "GRAPEVINE_PORT", "tcp://10.0.0.1:7700");
    assertThat(new ConfigReader(DATA, environment, null).read().listen().port()).isEqualTo(7700);
  }
}
