package grapevine.node.record;

/** A recording that cannot be used: damaged, of a later version, or of another build's limits. */
public final class RecordingException extends Exception {
  private static final long serialVersionUID = 1L;

  RecordingException(String message) {
    super(message);
  }
}
