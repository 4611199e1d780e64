package grapevine.node.transport;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;

/** What a {@link ScriptedCore} heard. */
sealed interface Input {
  record Connected(PeerId peer, PublicKey key, Direction direction, NodeAddress remote)
      implements Input {}

  record Received(PeerId from, Message message) implements Input {}

  record Violated(PeerId from, ProtocolViolation.Reason reason) implements Input {}

  record Disconnected(PeerId peer, DisconnectReason reason) implements Input {}

  record DialFailed(NodeAddress address) implements Input {}

  record Writable(PeerId peer) implements Input {}

  record Verified(Ticket ticket, int firstInvalid) implements Input {}

  record Timer(long nowNanos) implements Input {}

  record WallClock(long wallMillis) implements Input {}

  record Shutdown() implements Input {}
}
