package grapevine.netlab.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the lab decides of one node, as its command line or as its configuration file. Its API and
 * metrics listen on any free port of loopback. Immutable.
 *
 * @param listen where other nodes connect, host:port
 * @param peers whom it dials
 * @param redials whether it dials others when it has lost one of these
 * @param relay label of a relay strategy
 */
record NodeSettings(Path data, String listen, List<String> peers, boolean redials, String relay) {
  private static final String ANY_PORT = "127.0.0.1:0";

  NodeSettings {
    peers = List.copyOf(peers);
  }

  /** The words after the program's. */
  List<String> arguments() {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("node", "--data", data.toString(), "--listen", listen));
    words.addAll(List.of("--api-listen", ANY_PORT, "--metrics-listen", ANY_PORT));
    peers.forEach(peer -> words.addAll(List.of("--peer", peer)));
    words.addAll(List.of("--outbound", Integer.toString(outbound()), "--relay", relay));
    return words;
  }

  /** The same for a node that is hosted; quieter, since many write into one log. */
  String toml() {
    return """
        data = %s
        listen = %s
        api-listen = %s
        metrics-listen = %s
        peer = [%s]
        outbound = %d
        relay = %s
        log-level = "warn"
        trace-items = 256
        """
        .formatted(
            quoted(data.toString()),
            quoted(listen),
            quoted(ANY_PORT),
            quoted(ANY_PORT),
            peers.stream().map(NodeSettings::quoted).collect(Collectors.joining(", ")),
            outbound(),
            quoted(relay));
  }

  /** Connections to keep; 0 = those to its peers only. */
  private int outbound() {
    return redials ? peers.size() : 0;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
