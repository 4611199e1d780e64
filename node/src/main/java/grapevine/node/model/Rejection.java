package grapevine.node.model;

/**
 * Why an item is not accepted. What is <em>invalid</em> is so for everyone and for ever, and
 * whoever answers for it may be banned; everything else is policy or timing of this node: refused,
 * never banned, or nodes with different settings would ban each other.
 */
public enum Rejection {
  WRONG_NETWORK("wrong-network", true),
  UNKNOWN_SENDER("unknown-sender", true),
  BAD_NONCE("bad-nonce", true),
  BAD_LIFETIME("bad-lifetime", true),
  BAD_STAMP("bad-stamp", true),
  BAD_SIGNATURE("bad-signature", true),
  BAD_PUBLIC_KEY("bad-public-key", true),
  BAD_HEADER("bad-header", true),
  BAD_MERKLE("bad-merkle", true),
  BAD_BODY("bad-body", true),
  MALFORMED("malformed", true),
  TOO_LARGE("too-large", true),

  EXPIRED("expired", false),
  FUTURE("future", false),
  CONFLICT("conflict", false),
  POOL_FULL("pool-full", false),
  FEE_FLOOR("fee-floor", false),
  ORPHAN("orphan", false),
  EQUIVOCATION("equivocation", false),
  BELOW_HORIZON("below-horizon", false),
  STORAGE_FULL("storage-full", false),
  BUSY("busy", false);

  private final String key;
  private final boolean invalid;

  Rejection(String key, boolean invalid) {
    this.key = key;
    this.invalid = invalid;
  }

  /** The word for it in JSON, metrics and logs. */
  public String key() {
    return key;
  }

  /** Whether the bytes themselves are at fault. */
  public boolean isInvalid() {
    return invalid;
  }
}
