package grapevine.node.protocol.port;

import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.wire.Message;
import java.util.List;

/**
 * Everything that the core tells its driver to do. Each call returns at once and never calls back
 * into the core; what follows from it arrives later as an input.
 */
public interface Outbox {
  /**
   * Queues a message; messages to one peer arrive in order. A peer that is gone is ignored. The
   * caller bounds what it queues by {@link #queuedBytes}.
   */
  void send(PeerId to, Message message);

  /** Bytes given to {@link #send} for this peer that the network has not taken yet. */
  long queuedBytes(PeerId peer);

  /** Opens a connection; ends in {@code onConnected} or {@code onDialFailed} with this address. */
  void dial(NodeAddress address);

  /**
   * Says {@code bye} with the reason's key, once the channel is open, and closes the connection
   * after what is queued, at latest a second later. From now on nothing more of this peer is
   * delivered but one {@code onDisconnected} with this reason.
   *
   * @param detail a sentence for the log: what was found, what was expected; never a peer's bytes
   */
  void disconnect(PeerId peer, DisconnectReason reason, String detail);

  /**
   * Checks signatures on other threads; ends in {@code onVerified} with the index of the first
   * check that fails, or -1. The core bounds what is in flight.
   */
  void verify(Ticket ticket, List<SignatureCheck> checks);
}
