package grapevine.node.wire;

/**
 * The message types of version 1. Codes 0–31 session, 32–63 items, 64–95 blocks, 96–111 repair,
 * 112–127 trees, 128–255 experiments. A receiver ignores an unknown odd type and disconnects at an
 * unknown even one, so a later message that old nodes may skip takes an odd code.
 */
public enum MessageType {
  HELLO(0, "hello"),
  BYE(1, "bye"),
  PING(2, "ping"),
  PONG(4, "pong"),
  GETPEERS(6, "getpeers"),
  PEERS(8, "peers"),
  FEEFLOOR(10, "feefloor"),
  INV(32, "inv"),
  GETDATA(34, "getdata"),
  NOTFOUND(36, "notfound"),
  TX(38, "tx"),
  BLOCK(40, "block"),
  PUSH(43, "push"),
  GETHEADERS(64, "getheaders"),
  HEADERS(66, "headers"),
  GETDIGESTS(96, "getdigests"),
  DIGESTS(98, "digests"),
  GETIDS(100, "getids"),
  IDS(102, "ids");

  private final int code;
  private final String label;

  MessageType(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** The u8 at the head of a message. */
  public int code() {
    return code;
  }

  /** The word for it in metrics and documents. */
  public String label() {
    return label;
  }
}
