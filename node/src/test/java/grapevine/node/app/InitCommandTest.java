package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.crypto.KeyFile;
import grapevine.crypto.PublicKey;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.console.ExitCode;
import grapevine.node.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
  @TempDir Path folder;

  private CommandRun init(String name, String... more) {
    String[] first = {"init", "--data", folder.resolve(name).toString(), "-o", "json"};
    return CommandRun.of(Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new));
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertThat(run.err()).isEmpty();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void shouldMakeANetworkWithItsProducerAndSender() throws IOException {
    JsonNode told = json(init("a", "--new-network", "demo", "--producer", "--allowance", "99"));
    DataFiles files = new DataFiles(folder.resolve("a"));
    Network network = files.readNetwork().network();
    PublicKey producer = KeyFile.read(files.producerKey()).publicKey();
    PublicKey sender = KeyFile.read(files.senderKey()).publicKey();
    assertThat(network.name()).isEqualTo("demo");
    assertThat(network.producers()).containsExactly(producer);
    assertThat(network.senders().allowance(sender)).isEqualTo(99);
    assertThat(network.slotMillis()).isEqualTo(5000);
    assertThat(told.path("nodeId").asText()).isEqualTo(files.readIdentity().publicKey().toHex());
    assertThat(told.path("networkId").asText()).isEqualTo(network.id().toHex());
    assertThat(told.path("producer").asText()).isEqualTo(producer.toHex());
    assertThat(told.path("sender").asText()).isEqualTo(sender.toHex());
  }

  @Test
  void shouldKeepSecretsForTheirOwner() throws IOException {
    init("a", "--new-network", "demo", "--producer");
    for (String secret : List.of("key", "producer.key", "sender.key", "token")) {
      Path file = folder.resolve("a").resolve(secret);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(secret)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void shouldRefuseToOverwrite() throws IOException {
    init("a", "--new-network", "demo");
    Map<String, byte[]> before = contents();
    CommandRun again = init("a", "--new-network", "other", "--producer");
    assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(again.err()).contains("is a data directory already");
    assertThat(contents().keySet()).isEqualTo(before.keySet());
    contents().forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
  }

  private Map<String, byte[]> contents() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("a"))) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @Test
  void shouldLeaveAForeignDirectoryAlone() throws IOException {
    Path mine = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(mine.resolve("letter.txt"), "Dear");
    CommandRun run = init("mine", "--new-network", "demo");
    assertThat(run.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED_OR_TOO_NEW.code());
    assertThat(run.err()).contains("letter.txt");
    assertThat(mine).isDirectoryContaining(path -> path.endsWith("letter.txt"));
  }

  @Test
  void shouldJoinTheNetworkOfAFile() throws IOException {
    JsonNode first = json(init("a", "--new-network", "demo", "--open", "3"));
    Path file = folder.resolve("a/network.toml");
    JsonNode second = json(init("b", "--network", file.toString()));
    assertThat(second.path("networkId")).isEqualTo(first.path("networkId"));
    assertThat(second.path("nodeId")).isNotEqualTo(first.path("nodeId"));
    assertThat(Files.readString(folder.resolve("b/network.toml")))
        .isEqualTo(Files.readString(file));
    assertThat(folder.resolve("b/sender.key")).doesNotExist();
    assertThat(folder.resolve("b/producer.key")).doesNotExist();
  }

  @Test
  void shouldListTheProducersAndSendersThatItIsTold() throws IOException {
    String other = "cd".repeat(32);
    json(
        init(
            "a",
            "--new-network",
            "demo",
            "--producer",
            "--producers",
            other + "," + "ef".repeat(32),
            "--sender",
            other + "=7",
            "--sender",
            "ef".repeat(32) + "=8",
            "--slot-millis",
            "250"));
    Network network = new DataFiles(folder.resolve("a")).readNetwork().network();
    assertThat(network.producers()).hasSize(3).contains(PublicKey.fromHex(other));
    assertThat(network.senders())
        .isEqualTo(
            new Network.Senders.Listed(
                new TreeMap<>(
                    Map.of(PublicKey.fromHex(other), 7, PublicKey.fromHex("ef".repeat(32)), 8))));
    assertThat(network.slotMillis()).isEqualTo(250);
    assertThat(folder.resolve("a/sender.key")).doesNotExist();
  }

  @Test
  void shouldMakeAndShowKeys() throws IOException {
    String file = folder.resolve("some.key").toString();
    CommandRun made = CommandRun.of("key", "new", file);
    assertThat(made.exitCode()).isZero();
    assertThat(CommandRun.of("key", "show", file).out()).isEqualTo(made.out());
    assertThat(CommandRun.of("key", "show", "-o", "json", file).out().strip())
        .isEqualTo("{\"publicKey\":\"" + made.out().strip() + "\"}");
    CommandRun again = CommandRun.of("key", "new", file);
    assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(again.err()).contains("a key is never overwritten");
  }

  @Test
  void shouldEndWithFourForADamagedKey() throws IOException {
    init("a", "--new-network", "demo");
    Files.writeString(folder.resolve("a/key"), "nonsense");
    CommandRun run = CommandRun.of("key", "show", "--data", folder.resolve("a").toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED_OR_TOO_NEW.code());
    assertThat(run.err()).contains("is not a key file").doesNotContain("nonsense");
  }
}
