package grapevine.node.metrics;

import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes to the log who comes, who goes and why. Confined to the core's thread.
 *
 * <p>Whoever connects a thousand times would fill the disk with it, so each reason has a few lines
 * a minute, and the next line that is written says how many were not. Nothing in a line is chosen
 * by the peer but its key and the numbers in the detail.
 */
public final class PeerLog implements NodeEvents {
  private final Logger log;
  private final Map<DisconnectReason, LogBudget> ends = new EnumMap<>(DisconnectReason.class);
  private final LogBudget dials = new LogBudget();
  private final LogBudget ups = new LogBudget();

  public PeerLog() {
    this(LoggerFactory.getLogger(PeerLog.class));
  }

  PeerLog(Logger log) {
    this.log = log;
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    if (ups.allows(nowNanos)) {
      LoggingEventBuilder line =
          log.atInfo()
              .addKeyValue("peer", peer.id())
              .addKeyValue("node", peer.key())
              .addKeyValue("direction", peer.direction().label())
              .addKeyValue("address", peer.remote());
      ups.write(line, "up");
    }
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    LogBudget budget = ends.computeIfAbsent(reason, first -> new LogBudget());
    if (budget.allows(nowNanos)) {
      LoggingEventBuilder line = log.atInfo().addKeyValue("peer", peer);
      if (info != null) {
        line = line.addKeyValue("node", info.key());
      }
      line = line.addKeyValue("reason", reason.key()).addKeyValue("detail", detail);
      budget.write(line, "disconnect");
    }
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    if (dials.allows(nowNanos)) {
      dials.write(log.atInfo().addKeyValue("address", address), "dial failed");
    }
  }
}
