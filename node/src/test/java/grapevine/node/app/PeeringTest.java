package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.run.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How nodes find each other, and what their operators can do about it. */
class PeeringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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

  private CommandRun run(String name, String... command) {
    String[] all = java.util.Arrays.copyOf(command, command.length + 2);
    all[command.length] = "--data";
    all[command.length + 1] = nodes.data(name);
    return CommandRun.of(all);
  }

  private void awaitPeers(String name, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(nodes.ask(name, "/v1/peers")).hasSize(count));
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldAddAndDropPeersWhileItRuns() throws Exception {
    nodes.init("a", "b");
    String place = nodes.start("a").listenAddress().toString();
    nodes.start("b");

    CommandRun added = run("b", "peer", "add", place);
    assertThat(added.out()).as(added.err()).isEqualTo("stays connected with " + place + "\n");
    awaitPeers("b", 1);
    assertThat(nodes.ask("b", "/v1/peers").at("/0/why").asText()).isEqualTo("operator");

    CommandRun dropped = run("b", "peer", "drop", place);
    assertThat(dropped.out()).as(dropped.err()).isEqualTo("1 disconnected, no longer added\n");
    awaitPeers("b", 0);
    assertThat(run("b", "peer", "drop", place).err()).contains("there is no such peer");
  }

  @Test
  void shouldDropByTheNameThatWasAdded() throws Exception {
    assumeTrue(InetAddress.getByName("localhost").isLoopbackAddress());
    nodes.init("a", "b");
    int port = nodes.start("a").listenAddress().port();
    nodes.start("b");
    run("b", "peer", "add", "localhost:" + port);
    awaitPeers("b", 1);

    assertThat(run("b", "peer", "drop", "localhost:" + port).out())
        .isEqualTo("1 disconnected, no longer added\n");
    awaitPeers("b", 0);
  }

  @Test
  void shouldTakeTheIdOfANodeInEitherCase() throws Exception {
    nodes.init("a", "b");
    Node b = nodes.start("b", nodes.start("a").listenAddress());
    awaitPeers("b", 1);
    String id = nodes.ask("a", "/v1/status").path("nodeId").asText().toUpperCase(Locale.ROOT);

    assertThat(run("b", "peer", "drop", id).out()).isEqualTo("1 disconnected\n");
    assertThat(run("b", "peer", "ban", id).out()).startsWith("banned");
    assertThat(run("b", "peer", "unban", id).out()).isEqualTo("ended 1\n");
    b.close();
  }

  @Test
  void shouldKeepABanOverARestartUntilItIsEnded() throws Exception {
    nodes.init("a", "b");
    Node a = nodes.start("a");
    HostPort place = a.listenAddress();
    Node b = nodes.start("b", place);
    awaitPeers("b", 1);
    String id = nodes.ask("a", "/v1/status").path("nodeId").asText();

    assertThat(run("b", "peer", "ban", id, "--for", "1h").out())
        .isEqualTo("banned, 1 disconnected\n");
    awaitPeers("b", 0);
    b.close();
    nodes.start("b", place);
    assertThat(run("b", "peer", "bans").out()).contains(id).contains("operator");
    // By whichever side: the banned one has its turn, too.
    run("a", "peer", "add", nodes.ask("a", "/v1/peers").isEmpty() ? place.toString() : "x");
    assertThat(nodes.ask("b", "/v1/peers")).isEmpty();

    assertThat(run("b", "peer", "unban", id).out()).isEqualTo("ended 1\n");
    awaitPeers("b", 1);
  }

  @Test
  void shouldNotDialWhoIsBannedSinceTheLastRun() throws Exception {
    nodes.init("a");
    Files.writeString(
        folder.resolve("a/bans"),
        "host 127.0.0.1 until " + Instant.now().plus(Duration.ofHours(1)) + "\n");
    try (ServerSocket banned = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Node a = nodes.start("a", new HostPort("127.0.0.1", banned.getLocalPort()));
      assertThat(run("a", "peer", "bans").out()).contains("127.0.0.1").contains("operator");
      a.close();

      banned.setSoTimeout(1); // ms; who had dialled would wait here to be accepted
      assertThatThrownBy(banned::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void shouldRefuseToBanItselfAndWhatIsNobody() throws Exception {
    nodes.init("a");
    String place = nodes.start("a").listenAddress().toString();
    String self = nodes.ask("a", "/v1/status").path("nodeId").asText();

    assertThat(run("a", "peer", "ban", self).err()).contains("this is the node itself");
    assertThat(run("a", "peer", "ban", "localhost").err())
        .contains("malformed (who): expected a node's id of 64 hexadecimal digits, or an IP");
    assertThat(run("a", "peer", "add", place).err())
        .contains("malformed (address): this is the node itself, expected another");
    assertThat(run("a", "peer", "drop", "nobody").err())
        .contains("malformed (peer): expected the number of a connection");
    assertThat(run("a", "peer", "add", "127.0.0.1").err())
        .contains("malformed (address): expected host:port");
  }

  @Test
  void shouldJoinBySavedPeersWhenTheSeedsAreDown() throws Exception {
    nodes.init("seed", "other", "late");
    Node seed = nodes.start("seed");
    HostPort place = seed.listenAddress();
    nodes.settings.put(NodeOption.OUTBOUND, "8");
    nodes.start("other", place);
    Node late = nodes.start("late", place);
    awaitPeers("late", 2); // it has learnt of the other from the seed
    late.close();
    seed.close();

    nodes.start("late", place);

    awaitPeers("late", 1);
    assertThat(nodes.ask("late", "/v1/peers").at("/0/why").asText()).isIn("table", "inbound");
  }

  @Test
  void shouldListNodesThatOfferAServiceAlsoThoseThatAreNotConnected() throws Exception {
    nodes.init("a", "b", "c");
    HostPort place = nodes.start("a").listenAddress();
    nodes.settings.put(NodeOption.KEEP_BLOCKS, "horizon");
    nodes.start("b", place);
    nodes.settings.clear();
    nodes.start("c", place);
    String archive = nodes.ask("c", "/v1/status").path("nodeId").asText();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(nodes.ask("b", "/v1/addresses")).hasSize(2));
    JsonNode found = nodes.ask("b", "/v1/addresses?service=archive");
    assertThat(found.findValuesAsText("nodeId")).contains(archive);
    assertThat(nodes.ask("a", "/v1/addresses?service=archive").findValuesAsText("nodeId"))
        .containsExactly(archive);
    assertThat(run("b", "peers", "--service", "archive").out()).contains(archive);
  }

  @Test
  void shouldPeerOverIpv6() throws Exception {
    assumeTrue(hasIpv6(), "this machine has no IPv6");
    nodes.init("a", "b");
    nodes.settings.put(NodeOption.LISTEN, "[::1]:0");
    nodes.settings.put(NodeOption.API_LISTEN, "[::1]:0");
    HostPort place = nodes.start("a").listenAddress();
    assertThat(place.toString()).startsWith("[::1]:");
    nodes.start("b", place);

    awaitPeers("b", 1);
    assertThat(nodes.ask("b", "/v1/peers").at("/0/address").asText())
        .isEqualTo("[::1]:" + place.port());
    assertThat(run("a", "peers", "--service", "archive").out()).contains("[::1]:");
    assertThat(run("a", "peer", "ban", "::1").out()).isEqualTo("banned, 1 disconnected\n");
    awaitPeers("b", 0);
  }

  @Test
  void shouldFollowItsPeersFileWhenItIsReadAgain() throws Exception {
    nodes.init("a", "b");
    String place = nodes.start("a").listenAddress().toString();
    Path file = Files.writeString(folder.resolve("peers.txt"), "# nobody yet\n");
    nodes.settings.put(NodeOption.PEERS_FILE, file.toString());
    Node b = nodes.start("b");
    Files.writeString(file, place + "\n");

    b.rereadPeers();

    awaitPeers("b", 1);
  }
}
