package grapevine.crypto;

/**
 * Why a {@link SecureChannel} failed: what the other side sent cannot be accepted, and the
 * connection must end. Without a stack trace, because peers cause it at will and it says nothing
 * that the reason does not.
 */
public final class ChannelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  ChannelException(Reason reason, String detail) {
    super(reason.key() + ": " + detail, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** The closed set of failures; the keys are stable, for logs and metrics. */
  public enum Reason {
    /** The first bytes are not a Grapevine preamble. */
    BAD_MAGIC("bad-magic"),
    /** The other side belongs to another network. */
    WRONG_NETWORK("wrong-network"),
    /** The other side speaks another channel version, or only one side has a network key. */
    BAD_CHANNEL_VERSION("bad-channel-version"),
    /** A handshake message is malformed, altered, or made under another network key. */
    HANDSHAKE_FAILED("handshake-failed"),
    /** A record is altered or out of order, or of a size that nobody seals. */
    BAD_MAC("bad-mac"),
    /** The identity key did not sign this handshake. */
    BAD_IDENTITY("bad-identity");

    private final String key;

    Reason(String key) {
      this.key = key;
    }

    public String key() {
      return key;
    }
  }
}
