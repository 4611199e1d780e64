package grapevine.node.protocol.port;

/**
 * A part of the core: owns one concern and its own per-peer map. Parts never call each other; what
 * one has to say to another passes through NodeCore in one visible line.
 */
public interface Component {
  /** A deadline that never comes. */
  long NEVER = Long.MAX_VALUE;

  default void onPeerReady(PeerInfo peer, long nowNanos) {}

  /** Called once for every peer that was ready. */
  default void onPeerGone(PeerId peer, long nowNanos) {}

  /** Does what is due at {@code nowNanos}; called at or after {@link #nextDeadlineNanos()}. */
  default void onTimer(long nowNanos) {}

  /** When it next has something to do by itself, or {@link #NEVER}. */
  default long nextDeadlineNanos() {
    return NEVER;
  }

  /**
   * Recomputes every statistic and bound from scratch; throws {@link IllegalStateException} at the
   * first that does not hold.
   */
  void checkInvariants();
}
