package grapevine.node.wire;

/**
 * A peer broke the wire's rules. A value that happens to be thrown: no stack trace, no bytes of the
 * peer in its text. It becomes a disconnect with {@link #reason}.
 */
public final class ProtocolViolation extends Exception {
  private static final long serialVersionUID = 1L;

  /** Which rule; the key stands in logs, metrics and the peer's goodbye. */
  public enum Reason {
    MALFORMED("malformed"),
    FRAME_TOO_LARGE("frame-too-large"),
    UNKNOWN_TYPE("unknown-type"),
    INV_SIZE("inv-size"),
    GETDATA_SIZE("getdata-size"),
    PEERS_SIZE("peers-size"),
    HEADERS_SIZE("headers-size"),
    REPAIR_SIZE("repair-size");

    private final String key;

    Reason(String key) {
      this.key = key;
    }

    public String key() {
      return key;
    }
  }

  private final Reason reason;

  public ProtocolViolation(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Names the field, what was found and what was expected. */
  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
