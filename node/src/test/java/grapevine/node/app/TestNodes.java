package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import grapevine.node.api.Token;
import grapevine.node.app.config.ConfigReader;
import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NodeConfig;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.run.Node;
import grapevine.node.transport.VerifyPool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Whole nodes within this process, as the commands start them: on loopback, at ports that are free,
 * dialling whom they are told to only.
 */
final class TestNodes implements AutoCloseable {
  /** What further nodes are given beside that, or instead. */
  final Map<NodeOption, String> settings = new EnumMap<>(NodeOption.class);

  private final Path folder;
  private final VerifyPool verifyPool = new VerifyPool(1);
  private final List<Node> nodes = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> fatal = new ConcurrentLinkedQueue<>();

  /**
   * @param folder of the data directories, each named after its node
   */
  TestNodes(Path folder) {
    this.folder = folder;
  }

  String data(String name) {
    return folder.resolve(name).toString();
  }

  /** Makes the first node's directory, with a new network, and those of others in it. */
  void init(String first, String... others) {
    CommandRun made = CommandRun.of("init", "--data", data(first), "--new-network", "test");
    assertThat(made.exitCode()).as(made.err()).isZero();
    for (String other : others) {
      CommandRun.of("init", "--data", data(other), "--network", data(first) + "/network.toml");
    }
  }

  Node start(String name, HostPort... peers) throws IOException, InterruptedException {
    Map<NodeOption, List<String>> given = new EnumMap<>(NodeOption.class);
    given.put(NodeOption.DATA, List.of(data(name)));
    for (NodeOption place :
        List.of(NodeOption.LISTEN, NodeOption.API_LISTEN, NodeOption.METRICS_LISTEN)) {
      given.put(place, List.of("127.0.0.1:0"));
    }
    given.put(NodeOption.PEER, Arrays.stream(peers).map(HostPort::toString).toList());
    given.put(NodeOption.OUTBOUND, List.of("0"));
    given.put(NodeOption.VERIFY_THREADS, List.of("1"));
    given.put(NodeOption.MIN_FREE_MIB, List.of("0"));
    settings.forEach((option, value) -> given.put(option, List.of(value)));
    NodeConfig config = new ConfigReader(given, Map.of(), null).read();
    Node node = new Node(config, verifyPool, fatal::add);
    nodes.add(node);
    return node;
  }

  ApiClient client(String name) throws IOException {
    Path directory = folder.resolve(name);
    URI api = URI.create("http://" + Files.readString(directory.resolve("api")).strip());
    return new ApiClient(api, Token.read(directory.resolve("token")));
  }

  JsonNode ask(String name, String path) throws IOException, InterruptedException {
    try (ApiClient client = client(name)) {
      return client.get(path);
    }
  }

  /** Ends all; none of them may have met a mistake of its own. */
  @Override
  public void close() {
    nodes.forEach(Node::close);
    verifyPool.close();
    assertThat(fatal).isEmpty();
  }
}
