package grapevine.node.protocol.port;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;

/** Whom an operator bans. Immutable. */
public sealed interface BanSubject {
  /** A node, wherever it is. */
  record Node(PublicKey key) implements BanSubject {
    @Override
    public String toString() {
      return key.toHex();
    }
  }

  /**
   * Every node at this IP address.
   *
   * @param address with port 0
   */
  record Host(NodeAddress address) implements BanSubject {
    public Host {
      if (!address.isIp() || address.port() != 0) {
        throw new IllegalArgumentException("host " + address + ", expected an IP with port 0");
      }
    }

    /** The host of an address with any port. */
    public static Host of(NodeAddress address) {
      return new Host(NodeAddress.ip(address.host(), 0));
    }

    /** Without the port. */
    @Override
    public String toString() {
      String text = address.toString();
      return text.substring(0, text.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    }
  }

  /** Whether it names who is connected from there with this key. */
  default boolean names(PublicKey key, NodeAddress remote) {
    return switch (this) {
      case Node node -> node.key.equals(key);
      case Host host -> remote.isIp() && Host.of(remote).equals(host);
    };
  }
}
