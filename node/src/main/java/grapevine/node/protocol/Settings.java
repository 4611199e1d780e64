package grapevine.node.protocol;

import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.relay.RelayKind;
import java.util.List;

/**
 * What an operator decides of one node.
 *
 * @param self this node's signed record; its key is the node's identity
 * @param agent user agent told in hello, at most 64 printable ASCII characters
 * @param staticPeers always dialled, whatever the table holds
 * @param outboundTarget connections to keep by dialling
 */
public record Settings(
    NodeRecord self,
    String agent,
    List<NodeAddress> staticPeers,
    int outboundTarget,
    RelayKind relay) {
  /** The wire version that this node speaks. */
  public static final int VERSION = 1;

  /** Feature bits that it offers: none yet. */
  public static final long FEATURES = 0;
}
