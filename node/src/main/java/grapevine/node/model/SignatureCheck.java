package grapevine.node.model;

import grapevine.crypto.PublicKey;
import grapevine.crypto.Signature;

/**
 * One signature to check: {@code message} is the exact signed bytes, tag included, and is not
 * changed by anyone any more.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record SignatureCheck(PublicKey key, byte[] message, Signature signature) {
  /** What it counts for in the bounds on checks in flight. */
  public int sizeBytes() {
    return message.length + PublicKey.BYTES + 64;
  }
}
