package grapevine.node.app;

import grapevine.node.app.config.ConfigReader;
import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NodeConfig;
import grapevine.node.app.config.NodeOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The settings of a node in a test: on loopback, at ports that are free, dialling few. */
final class TestConfig {
  private TestConfig() {}

  /**
   * @param more what else is set, or set otherwise
   */
  static NodeConfig of(Path data, Map<NodeOption, String> more, HostPort... peers) {
    Map<NodeOption, List<String>> given = new EnumMap<>(NodeOption.class);
    given.put(NodeOption.DATA, List.of(data.toString()));
    for (NodeOption place :
        List.of(NodeOption.LISTEN, NodeOption.API_LISTEN, NodeOption.METRICS_LISTEN)) {
      given.put(place, List.of("127.0.0.1:0"));
    }
    given.put(NodeOption.PEER, Arrays.stream(peers).map(HostPort::toString).toList());
    given.put(NodeOption.OUTBOUND, List.of("0"));
    given.put(NodeOption.VERIFY_THREADS, List.of("1"));
    given.put(NodeOption.MIN_FREE_MIB, List.of("0"));
    more.forEach((option, value) -> given.put(option, List.of(value)));
    return new ConfigReader(given, Map.of(), null).read();
  }
}
