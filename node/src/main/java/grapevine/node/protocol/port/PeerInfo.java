package grapevine.node.protocol.port;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.wire.Message;

/**
 * A peer whose hello has been accepted; fixed for the connection.
 *
 * @param remote where we dialled it, or where its connection came from
 * @param version the highest version that both speak
 * @param features bits that both offered
 */
public record PeerInfo(
    PeerId id,
    PublicKey key,
    Direction direction,
    NodeAddress remote,
    int version,
    long features,
    Message.Hello hello) {
  public boolean isOutbound() {
    return direction == Direction.OUTBOUND;
  }
}
