package grapevine.node.model;

/**
 * Bytes that are not the canonical encoding of anything: names the offending field, what was found
 * and what was expected. Carries no stack trace: a peer's mistake is a value, and a peer decides
 * how many of them are made.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedException(String detail) {
    super(detail, null, false, false);
  }

  /** The sentence that names field, finding and expectation; never contains bytes of the peer. */
  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
