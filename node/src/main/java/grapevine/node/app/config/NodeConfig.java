package grapevine.node.app.config;

import ch.qos.logback.classic.Level;
import grapevine.node.app.log.LogFormat;
import grapevine.node.protocol.relay.RelayKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an operator decides of one node, after all sources have been read; see {@link NodeOption}
 * for what each value means.
 *
 * @param apiListen a loopback address, unless there is a {@code tokenFile}
 * @param tokenFile empty: the token of the data directory
 * @param metricsListen empty: no metrics are served
 * @param record empty: nothing is recorded
 * @param freeMebibytesMin 0: the disk's free space is not looked at
 */
public record NodeConfig(
    Path data,
    HostPort listen,
    Optional<HostPort> advertise,
    HostPort apiListen,
    Optional<Path> tokenFile,
    Optional<HostPort> metricsListen,
    List<HostPort> peers,
    Optional<Path> peersFile,
    int outbound,
    RelayKind relay,
    int verifyThreads,
    Optional<Path> record,
    int recordMaxMebibytes,
    boolean keepsAllBlocks,
    int freeMebibytesMin,
    int traceItems,
    Level logLevel,
    LogFormat logFormat) {
  public NodeConfig {
    peers = List.copyOf(peers);
  }
}
