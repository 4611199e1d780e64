package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.api.ApiClient;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NetworkFile;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.run.Node;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Service;
import grapevine.node.record.RecordingReader;
import grapevine.node.storage.AddressFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes in one process, over real sockets and real disks, as the commands start them. */
class ThreeNodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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

  private Node start(String name, HostPort... peers) throws IOException, InterruptedException {
    return nodes.start(name, peers);
  }

  private JsonNode ask(String name, String path) throws IOException, InterruptedException {
    return nodes.ask(name, path);
  }

  /** Makes transactions of one sender and gives them to a node; its command ends with 0. */
  private void send(String name, String sender, int count, long timeMillis) {
    String[] make = {
      "tx", "make", "--data", data(sender), "--count", "" + count, "--time", "" + timeMillis
    };
    CommandRun sent =
        CommandRun.of(Map.of(), CommandRun.of(make).out(), "tx", "send", "-", "--data", data(name));
    assertThat(sent.err()).isEmpty();
    assertThat(sent.exitCode()).as(sent.out()).isZero();
    assertThat(sent.out().lines().filter(line -> line.startsWith("accepted "))).hasSize(count);
  }

  private void awaitEqualDigests(int transactions, int blocksMin, String... names) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              JsonNode first = ask(names[0], "/v1/digest");
              assertThat(first.at("/transactions/count").asInt()).isEqualTo(transactions);
              assertThat(first.at("/blocks/count").asInt()).isGreaterThanOrEqualTo(blocksMin);
              for (String name : names) {
                assertThat(ask(name, "/v1/digest")).as(name).isEqualTo(first);
              }
            });
  }

  /** What was relayed reaches the disk within a second. */
  private void awaitStored(String name, int itemsMin) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                assertThat(ask(name, "/v1/items?since=0").path("items"))
                    .hasSizeGreaterThanOrEqualTo(itemsMin));
  }

  @Test
  void shouldSpreadAlongALineAndCatchUpAfterARestart() throws Exception {
    CommandRun.of(
        "init",
        "--data",
        data("b"),
        "--new-network",
        "line",
        "--producer",
        "--slot-millis",
        "1000");
    String network = folder.resolve("b/network.toml").toString();
    CommandRun.of("init", "--data", data("a"), "--network", network);
    CommandRun.of("init", "--data", data("c"), "--network", network);

    Node b = start("b");
    start("a", b.listenAddress());
    Node c = start("c", b.listenAddress());
    long now = System.currentTimeMillis();
    send("a", "b", 20, now);
    awaitEqualDigests(20, 1, "a", "b", "c");
    assertThat(ask("b", "/v1/status").at("/peers/inbound").asInt()).isEqualTo(2);
    assertThat(ask("a", "/v1/peers")).hasSize(1);
    awaitStored("c", 20);

    c.close();
    assertThat(folder.resolve("c/api")).doesNotExist();
    send("a", "b", 20, now + 2000);
    awaitEqualDigests(40, 2, "a", "b");
    start("c", b.listenAddress());
    awaitEqualDigests(40, 2, "a", "b", "c");
  }

  @Test
  void shouldKeepWhatItAcknowledgedAndRefuseWhatIsBad() throws Exception {
    CommandRun.of("init", "--data", data("a"), "--new-network", "solo");
    Node node = start("a");
    long now = System.currentTimeMillis();
    send("a", "a", 5, now);
    JsonNode digest = ask("a", "/v1/digest");
    String[] make = {"tx", "make", "--data", data("a"), "--payload", "x"};
    String hex = CommandRun.of(make).out().strip();
    String twin = hex.substring(0, hex.length() - 2) + (hex.endsWith("00") ? "01" : "00");
    CommandRun bad = CommandRun.of(Map.of(), twin, "tx", "send", "--data", data("a"));
    assertThat(bad.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    assertThat(bad.out()).startsWith("refused line 1: bad-signature: ");
    assertThat(ask("a", "/v1/digest")).isEqualTo(digest);
    node.close();
    start("a");
    assertThat(ask("a", "/v1/digest")).isEqualTo(digest);
  }

  private JsonNode post(String name, Block block) throws IOException, InterruptedException {
    try (ApiClient client = nodes.client(name)) {
      return client.post("/v1/blocks", "application/octet-stream", block.toBytes());
    } catch (ApiClient.RefusedException e) {
      return e.body();
    }
  }

  @Test
  void shouldTakeABlockOnlyWhenItsProducerHasSignedIt() throws Exception {
    String[] init = {
      "init", "--data", data("a"), "--new-network", "solo", "--producer", "--slot-millis", "1000"
    };
    CommandRun.of(init);
    KeyPair producer = DataFiles.readKey(folder.resolve("a/producer.key"));
    Files.delete(folder.resolve("a/producer.key"));
    Network network = NetworkFile.read(folder.resolve("a/network.toml")).network();
    start("a");
    await().atMost(PATIENCE).until(() -> System.currentTimeMillis() > network.slotStartMillis(1));
    Block good = firstBlock(network, producer);
    Block forged = firstBlock(network, KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]));

    assertThat(post("a", forged).path("error").asText()).isEqualTo("bad-signature");
    assertThat(post("a", good).path("known").asBoolean(true)).isFalse();
    assertThat(post("a", good).path("known").asBoolean()).isTrue();
    assertThat(ask("a", "/v1/status").at("/best/id").asText()).isEqualTo(good.id().hash().toHex());
  }

  /** Empty, of a slot that has begun. */
  private static Block firstBlock(Network network, KeyPair key) {
    long now = System.currentTimeMillis();
    BlockHeader.Draft draft =
        new BlockHeader.Draft(
            network.shortId(),
            network.id(),
            1,
            network.slotAt(now),
            now,
            0,
            0,
            Block.transactionRoot(List.of()),
            0,
            Hash256.ZERO);
    return new Block(BlockHeader.sign(key, draft), List.of());
  }

  @Test
  void shouldRecordWhatReachesItsCore() throws Exception {
    CommandRun.of("init", "--data", data("a"), "--new-network", "solo");
    Path file = folder.resolve("a.rec");
    nodes.settings.put(NodeOption.RECORD, file.toString());
    Node node = start("a");
    nodes.settings.clear();
    send("a", "a", 3, System.currentTimeMillis());
    node.close();
    List<String> inputs = new ArrayList<>();
    try (RecordingReader reader = RecordingReader.open(file)) {
      assertThat(reader.node().network().name()).isEqualTo("solo");
      Optional<RecordingReader.Entry> next = reader.next();
      while (next.isPresent()) {
        inputs.add(next.get().input().describe());
        next = reader.next();
      }
      assertThat(reader.ending()).isInstanceOf(RecordingReader.Ending.Whole.class);
    }
    assertThat(inputs).startsWith("start with 0 saved records").contains("shutdown");
    assertThat(inputs.stream().filter(input -> input.startsWith("submit transaction:"))).hasSize(3);
  }

  /** What a node told a peer of itself, as the peer saved it. */
  private List<Service> servicesTold(String name) throws Exception {
    CommandRun.of("init", "--data", data("b"), "--network", data(name) + "/network.toml");
    Node node = start(name);
    Node peer = start("b", node.listenAddress());
    await().atMost(PATIENCE).until(() -> !ask("b", "/v1/peers").isEmpty());
    await().atMost(PATIENCE).until(() -> ask("b", "/v1/status").path("addressTable").asInt() > 0);
    peer.close();
    AddressFile.Loaded saved = new AddressFile(folder.resolve("b/peers")).load();
    return saved.records().stream()
        .filter(record -> record.key().equals(identity(name)))
        .flatMap(record -> Service.of(record.services()).stream())
        .toList();
  }

  private PublicKey identity(String name) {
    return DataFiles.readKey(folder.resolve(name).resolve("key")).publicKey();
  }

  @Test
  void shouldTellPeersThatItKeepsAllBlocks() throws Exception {
    CommandRun.of("init", "--data", data("a"), "--new-network", "solo");
    assertThat(servicesTold("a")).containsExactly(Service.ARCHIVE);
  }

  @Test
  void shouldNotClaimToKeepBlocksThatItDrops() throws Exception {
    CommandRun.of("init", "--data", data("a"), "--new-network", "solo");
    nodes.settings.put(NodeOption.KEEP_BLOCKS, "horizon");
    assertThat(servicesTold("a")).isEmpty();
    assertThat(new AddressFile(folder.resolve("b/peers")).load().records()).isNotEmpty();
  }

  @Test
  void shouldCountThePresentSlotOfACopiedProducerAsSigned() throws Exception {
    CommandRun.of(
        "init", "--data", data("a"), "--new-network", "solo", "--producer", "--slot-millis", "10");
    CommandRun.of("backup", "--data", data("a"), "--with-keys", data("b"));
    Network network = NetworkFile.read(folder.resolve("b/network.toml")).network();
    assertThat(folder.resolve("b/producer.copied")).exists();
    long before = network.slotAt(System.currentTimeMillis());
    start("b");
    String slot = Files.readString(folder.resolve("b/producer.slot")).strip();
    assertThat(Long.parseLong(slot)).isGreaterThanOrEqualTo(before);
    assertThat(folder.resolve("b/producer.copied")).doesNotExist();
  }

  @Test
  void shouldServeFiguresToPrometheus() throws Exception {
    CommandRun.of("init", "--data", data("a"), "--new-network", "solo");
    Node node = start("a");
    String ready = node.readyLine(7);
    assertThat(ready)
        .matches(
            "ready node=[0-9a-f]{64} listen=127\\.0\\.0\\.1:\\d+ api=127\\.0\\.0\\.1:\\d+"
                + " metrics=127\\.0\\.0\\.1:\\d+ started=7ms");
    String metrics = ready.replaceAll(".* metrics=(\\S+) .*", "$1");
    assertThat(read("http://" + metrics + "/metrics"))
        .contains(
            "grapevine_build_info{version=\"development\"", "grapevine_pool_transactions 0.0");
    assertThat(read("http://" + metrics + "/readyz").strip())
        .isEqualTo("{\"ready\":true,\"reasons\":[]}");
  }

  private static String read(String url) throws IOException {
    try (var in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
