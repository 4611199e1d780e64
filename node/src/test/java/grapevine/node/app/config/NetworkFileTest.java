package grapevine.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.model.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkFileTest {
  private static final String KEY = "ab".repeat(32);
  private static final String GOOD =
      """
      name = "testnet"
      genesis-time = 2026-11-22T10:00:00Z
      slot-millis = 5000
      producers = ["%s"]
      bootstrap = ["192.0.2.1:7700"]
      [senders.listed]
      "%s" = 600
      """
          .formatted(KEY, KEY);

  private static NetworkFile read(String text) {
    return NetworkFile.of(new TomlFile("network.toml", text));
  }

  @Test
  void shouldReadWhatAPersonWrites() {
    NetworkFile file = read(GOOD);
    Network network = file.network();
    assertThat(network.name()).isEqualTo("testnet");
    assertThat(network.genesisTimeMillis()).isEqualTo(1_795_341_600_000L);
    assertThat(network.lifetimeSecondsMax()).isEqualTo(600);
    assertThat(network.blockBytesMax()).isEqualTo(1 << 20);
    assertThat(network.horizonBlocks()).isEqualTo(10_000);
    assertThat(network.senders().allowance(PublicKey.fromHex(KEY))).isEqualTo(600);
    assertThat(file.bootstrap()).containsExactly(new HostPort("192.0.2.1", 7700));
  }

  @Test
  void shouldTakeTheSameTimeInMilliseconds() {
    NetworkFile file = read(GOOD.replace("2026-11-22T10:00:00Z", "1795341600000"));
    assertThat(file.network().id()).isEqualTo(read(GOOD).network().id());
  }

  @Test
  void shouldNotCountBootstrapIntoTheIdentity() {
    NetworkFile file = read(GOOD.replace("\"192.0.2.1:7700\"", "\"[2001:db8::1]:1\", \"a.b:2\""));
    assertThat(file.network().id()).isEqualTo(read(GOOD).network().id());
  }

  @Test
  void shouldReadBackWhatItWrites() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      NetworkFile file = randomFile(random);
      assertThat(read(file.toToml())).isEqualTo(file);
    }
  }

  private static NetworkFile randomFile(SplittableRandom random) {
    List<PublicKey> producers =
        Stream.generate(() -> KeyPair.generate(random).publicKey())
            .limit(random.nextInt(3))
            .toList();
    TreeMap<PublicKey, Integer> allowances = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      allowances.put(KeyPair.generate(random).publicKey(), random.nextInt(1, 65_536));
    }
    Network.Senders senders =
        random.nextBoolean()
            ? new Network.Senders.Open(random.nextInt(65))
            : new Network.Senders.Listed(allowances);
    StringBuilder name = new StringBuilder();
    for (int i = random.nextInt(1, Network.NAME_CHARS_MAX + 1); i > 0; i--) {
      name.append((char) random.nextInt('!', 127));
    }
    Network network =
        new Network(
            name.toString(),
            random.nextLong(1L << 42),
            random.nextLong(10, 86_400_001),
            random.nextLong(1, Network.LIFETIME_SECONDS_CEILING + 1),
            random.nextInt(300, Network.BLOCK_BYTES_CEILING + 1),
            random.nextInt(1, 1 << 30),
            producers,
            senders);
    List<HostPort> bootstrap = List.of(new HostPort("::1", 1), new HostPort("a-b.example", 65_535));
    return new NetworkFile(network, bootstrap.subList(0, random.nextInt(3)));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(
            "slot-millis",
            "slot-milis",
            "network.toml:3: unknown key \"slot-milis\": did you mean \"slot-millis\"?"),
        arguments(
            "bootstrap =",
            "xyzzyplugh =",
            "network.toml:5: unknown key \"xyzzyplugh\": expected one of name, genesis-time"),
        arguments(
            "[senders.listed]",
            "[senders.listd]",
            "network.toml:6: unknown key \"senders.listd\": did you mean \"listed\"?"),
        arguments(
            "5000",
            "0",
            "network.toml:3: slot-millis: found 0, expected a whole number from 10 to 86400000"),
        arguments(
            "5000",
            "\"5 s\"",
            "network.toml:3: slot-millis: found \"5 s\", expected a whole number"),
        arguments(
            "5000",
            "99999999999999999999",
            "network.toml:3: slot-millis: found 99999999999999999999, expected"),
        arguments(
            "2026-11-22T10:00:00Z",
            "\"noon\"",
            "network.toml:2: genesis-time: found \"noon\", expected a time such as"),
        arguments("2026-11-22T10:00:00Z", "true", "network.toml:2: genesis-time: found true"),
        arguments(
            "\"testnet\"",
            "\"two words\"",
            "network.toml:1: name: found \"two words\", expected 1 to 64 printable"),
        arguments(
            "name = \"testnet\"",
            "# none",
            "network.toml: name is missing, expected the network's name"),
        arguments("slot-millis = 5000", "", "network.toml: slot-millis is missing"),
        arguments(
            "[\"" + KEY + "\"]",
            "[\"abc\"]",
            "network.toml:4: producers: found \"abc\", expected a public key of 64"),
        arguments(
            "[\"" + KEY + "\"]",
            "7",
            "network.toml:4: producers: found 7, expected an array of public keys"),
        arguments(
            "[\"" + KEY + "\"]",
            "[7]",
            "network.toml:4: producers: found [7], expected an array of public keys"),
        arguments(
            "192.0.2.1:7700",
            "192.0.2.1",
            "network.toml:5: bootstrap: found \"192.0.2.1\", expected host:port"),
        arguments(
            "192.0.2.1:7700",
            "192.0.2.1:0",
            "network.toml:5: bootstrap: found \"192.0.2.1:0\", expected host:port"),
        arguments(
            "= 600",
            "= 70000",
            "network.toml:7: senders.listed."
                + KEY
                + ": found 70000, expected a whole number from 1 to 65535"),
        arguments(
            "\"" + KEY + "\" = 600",
            "abc = 600",
            "network.toml:7: senders.listed.abc: found the key \"abc\", expected a public key"),
        arguments(
            "[senders.listed]",
            "[senders]\nopen = 1\n[senders.listed]",
            "network.toml:6: senders: found {"),
        arguments("5000", "5000 5000", "network.toml:3: not TOML: "));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @MethodSource("faults")
  void shouldNameFileLineKeyFindingAndExpectation(String good, String bad, String complaint) {
    assertThat(GOOD).contains(good);
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> read(GOOD.replace(good, bad)))
        .withMessageStartingWith(complaint)
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }

  @Test
  void shouldBoundTheStampOfAnOpenNetwork() {
    String open = GOOD.substring(0, GOOD.indexOf("[senders")) + "[senders]\nopen = 65\n";
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> read(open))
        .withMessage(
            "network.toml:7: senders.open: found 65, expected a whole number from 0 to 64");
    assertThat(read(open.replace("65", "64")).network().senders())
        .isEqualTo(new Network.Senders.Open(64));
  }

  @Test
  void shouldSayThatThereIsNoFile() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> NetworkFile.read(Path.of("no-such-file.toml")))
        .withMessage("there is no file no-such-file.toml")
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }
}
