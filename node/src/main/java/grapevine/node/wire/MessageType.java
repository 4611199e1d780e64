package grapevine.node.wire;

import org.jspecify.annotations.Nullable;

/**
 * The message types of version 1. Codes 0–31 session, 32–63 items, 64–95 blocks, 96–111 repair,
 * 112–127 trees, 128–255 experiments. A receiver ignores an unknown odd type and disconnects at an
 * unknown even one, so a later message that old nodes may skip takes an odd code.
 */
public enum MessageType {
  HELLO(0, "hello", Message.Hello::read),
  BYE(1, "bye", Message.Bye::read),
  PING(2, "ping", Message.Ping::read),
  PONG(4, "pong", Message.Pong::read),
  GETPEERS(6, "getpeers", Message.GetPeers::read),
  PEERS(8, "peers", Message.Peers::read),
  FEEFLOOR(10, "feefloor", Message.FeeFloor::read),
  INV(32, "inv", Message.Inv::read),
  GETDATA(34, "getdata", Message.GetData::read),
  NOTFOUND(36, "notfound", Message.NotFound::read),
  TX(38, "tx", Message.Tx::read),
  BLOCK(40, "block", Message.BlockChunk::read),
  PUSH(43, "push", Message.Push::read),
  GETHEADERS(64, "getheaders", Message.GetHeaders::read),
  HEADERS(66, "headers", Message.Headers::read),
  GETDIGESTS(96, "getdigests", Message.GetDigests::read),
  DIGESTS(98, "digests", Message.Digests::read),
  GETIDS(100, "getids", Message.GetIds::read),
  IDS(102, "ids", Message.Ids::read);

  /** Reads a body of this type. */
  private interface Body {
    Message read(WireReader in) throws ProtocolViolation;
  }

  private static final @Nullable MessageType[] BY_CODE = new @Nullable MessageType[256];

  static {
    for (MessageType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final String label;
  private final Body body;

  MessageType(int code, String label, Body body) {
    this.code = code;
    this.label = label;
    this.body = body;
  }

  /** The type with this code (0 to 255), null when this version knows none. */
  public static @Nullable MessageType of(int code) {
    return BY_CODE[code];
  }

  Message read(WireReader in) throws ProtocolViolation {
    return body.read(in);
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
