package grapevine.node.metrics;

import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.TokenBucket;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the log who comes, who goes and why. Confined to the core's thread.
 *
 * <p>Whoever connects a thousand times would fill the disk with it, so each reason has a few lines
 * a minute, and the next line that is written says how many were not. Nothing in a line is chosen
 * by the peer but its key and the numbers in the detail.
 */
public final class PeerLog implements NodeEvents {
  private static final int BURST_LINES = 10;
  private static final long LINE_NANOS = 30_000_000_000L;

  private final Logger log;
  private final Map<DisconnectReason, Budget> ends = new EnumMap<>(DisconnectReason.class);
  private final Budget dials = new Budget();
  private final Budget ups = new Budget();

  /** Lines of one sort. */
  private static final class Budget {
    private final TokenBucket lines = new TokenBucket(LINE_NANOS, BURST_LINES);
    private long omitted;

    boolean allows(long nowNanos) {
      boolean allowed = lines.take(nowNanos);
      omitted += allowed ? 0 : 1;
      return allowed;
    }

    /** What to put behind the line that is written now. */
    String takeOmitted() {
      String text = omitted == 0 ? "" : " (and " + omitted + " more that are not logged)";
      omitted = 0;
      return text;
    }
  }

  public PeerLog() {
    this(LoggerFactory.getLogger(PeerLog.class));
  }

  PeerLog(Logger log) {
    this.log = log;
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    if (ups.allows(nowNanos)) {
      log.info(
          "peer={} up direction={} address={} node={}{}",
          peer.id(),
          peer.direction().label(),
          peer.remote(),
          peer.key(),
          ups.takeOmitted());
    }
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    Budget budget = ends.computeIfAbsent(reason, first -> new Budget());
    if (budget.allows(nowNanos)) {
      log.info(
          "peer={}{} disconnect reason={} detail=\"{}\"{}",
          peer,
          info == null ? "" : " node=" + info.key(),
          reason.key(),
          detail,
          budget.takeOmitted());
    }
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    if (dials.allows(nowNanos)) {
      log.info("dial failed address={}{}", address, dials.takeOmitted());
    }
  }
}
