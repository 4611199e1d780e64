package grapevine.node.protocol.port;

import grapevine.node.model.Rejection;
import grapevine.node.wire.ProtocolViolation;

/**
 * Why a connection ends. A reason that bans stands for something provable: bytes that no honest
 * node sends. Slow, late, unknown or conflicting never bans, or an honest relay could be framed.
 */
public enum DisconnectReason {
  BAD_MAGIC("bad-magic", false),
  BAD_CHANNEL_VERSION("bad-channel-version", false),
  WRONG_NETWORK("wrong-network", false),
  HANDSHAKE_FAILED("handshake-failed", false),
  BAD_MAC("bad-mac", false),
  HANDSHAKE_TIMEOUT("handshake-timeout", false),
  FRAME_TIMEOUT("frame-timeout", false),
  BEFORE_HELLO("before-hello", false),
  DUPLICATE_HELLO("duplicate-hello", false),
  NO_COMMON_VERSION("no-common-version", false),
  UNKNOWN_FEATURE("unknown-feature", false),
  SELF_CONNECTION("self-connection", false),
  DUPLICATE_CONNECTION("duplicate-connection", false),
  TOO_MANY_PEERS("too-many-peers", false),
  EVICTED("evicted", false),
  BANNED("banned", false),

  MALFORMED("malformed", true),
  FRAME_TOO_LARGE("frame-too-large", true),
  UNKNOWN_TYPE("unknown-type", false),
  UNKNOWN_TYPE_FLOOD("unknown-type-flood", false),
  INV_SIZE("inv-size", true),
  GETDATA_SIZE("getdata-size", true),
  PEERS_SIZE("peers-size", true),
  HEADERS_SIZE("headers-size", true),
  REPAIR_SIZE("repair-size", true),
  BAD_HEADERS("bad-headers", true),
  BAD_CHUNK("bad-chunk", true),
  INVALID_ITEM("invalid-item", true),
  BAD_SIGNATURE("bad-signature", true),
  BAD_PUBLIC_KEY("bad-public-key", true),
  BAD_MERKLE("bad-merkle", true),
  BAD_RECORD("bad-record", true),

  UNSOLICITED_FLOOD("unsolicited-flood", false),
  PING_RATE("ping-rate", false),
  MESSAGE_RATE("message-rate", false),
  WRITE_STALL("write-stall", false),
  IDLE("idle", false),
  BLOCK_STALL("block-stall", false),
  REMOTE_CLOSED("remote-closed", false),
  REMOTE_BYE("remote-bye", false),
  IO_ERROR("io-error", false),
  OPERATOR("operator", false),
  SHUTDOWN("shutdown", false);

  private final String key;
  private final boolean bans;

  DisconnectReason(String key, boolean bans) {
    this.key = key;
    this.bans = bans;
  }

  /** The word for it on the wire, in logs and metrics. */
  public String key() {
    return key;
  }

  public boolean bans() {
    return bans;
  }

  public static DisconnectReason of(ProtocolViolation.Reason reason) {
    return switch (reason) {
      case MALFORMED -> MALFORMED;
      case FRAME_TOO_LARGE -> FRAME_TOO_LARGE;
      case UNKNOWN_TYPE -> UNKNOWN_TYPE;
      case INV_SIZE -> INV_SIZE;
      case GETDATA_SIZE -> GETDATA_SIZE;
      case PEERS_SIZE -> PEERS_SIZE;
      case HEADERS_SIZE -> HEADERS_SIZE;
      case REPAIR_SIZE -> REPAIR_SIZE;
    };
  }

  /** For whoever answers for an invalid item. */
  public static DisconnectReason of(Rejection rejection) {
    return switch (rejection) {
      case BAD_SIGNATURE -> BAD_SIGNATURE;
      case BAD_PUBLIC_KEY -> BAD_PUBLIC_KEY;
      case BAD_MERKLE -> BAD_MERKLE;
      default -> INVALID_ITEM;
    };
  }
}
