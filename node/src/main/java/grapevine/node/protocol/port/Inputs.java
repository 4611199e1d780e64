package grapevine.node.protocol.port;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;

/**
 * What a driver calls on a core; implemented by NodeCore, and by a script in tests of a driver. All
 * on one thread. {@code nowNanos} counts from the node's start and never decreases.
 */
public interface Inputs {
  /**
   * A secure channel is open.
   *
   * @param key the proven identity of the other side
   * @param remote the address dialled, or where the connection came from
   */
  void onConnected(
      PeerId peer, PublicKey key, Direction direction, NodeAddress remote, long nowNanos);

  void onMessage(PeerId from, Message message, long nowNanos);

  /** Bytes of the peer that are no message. */
  void onViolation(PeerId from, ProtocolViolation violation, long nowNanos);

  /** The connection is closed; {@code reason} repeats ours when we closed it. */
  void onDisconnected(PeerId peer, DisconnectReason reason, String detail, long nowNanos);

  void onDialFailed(NodeAddress address, long nowNanos);

  /** The peer's queue has drained below the driver's low-water mark. */
  void onWritable(PeerId peer, long nowNanos);

  /**
   * The signatures behind a ticket have been checked.
   *
   * @param firstInvalid index of the first check that failed, -1 when all hold
   */
  void onVerified(Ticket ticket, int firstInvalid, long nowNanos);

  /** {@link #nextDeadlineNanos()} has come. */
  void onTimer(long nowNanos);

  /** What the system's wall clock reads; about once a second. */
  void onWallClock(long wallMillis, long nowNanos);

  /** Says goodbye to every peer. */
  void shutdown(long nowNanos);

  /** When {@link #onTimer} is next due; {@link Component#NEVER} for never. */
  long nextDeadlineNanos();
}
