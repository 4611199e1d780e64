package grapevine.node.protocol.port;

import grapevine.node.model.NodeAddress;
import java.util.List;

/** What an operator has a running node do about its peers. Immutable. */
public sealed interface OperatorAction {
  /**
   * These addresses, and no others, are always to be connected. A connection with one that is no
   * longer named stays.
   *
   * @param addresses the core takes the first ones up to its limit
   */
  record StaticPeers(List<NodeAddress> addresses) implements OperatorAction {
    public StaticPeers {
      addresses = List.copyOf(addresses);
    }
  }

  /** Ends a connection. */
  record Drop(PeerId peer) implements OperatorAction {}

  /**
   * Ends all connections with somebody, and allows none from now on.
   *
   * @param forNanos at least 1
   */
  record Ban(BanSubject who, long forNanos) implements OperatorAction {
    public Ban {
      if (forNanos < 1) {
        throw new IllegalArgumentException("a ban for " + forNanos + " ns, expected at least 1");
      }
    }
  }

  /** Ends a ban, whoever made it. */
  record Unban(BanSubject who) implements OperatorAction {}
}
