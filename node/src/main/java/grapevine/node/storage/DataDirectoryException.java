package grapevine.node.storage;

/**
 * The data directory cannot be used as it is. The message names the path, what was found and what
 * was expected, and is meant for the operator. Unchecked, because nobody but the program's entry
 * can do anything about it.
 */
public final class DataDirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the operator has to look at; each kind has an exit code of its own. */
  public enum Kind {
    /** Unreadable, foreign, damaged, or written by a later version. */
    DAMAGED_OR_TOO_NEW,
    /** Another node runs on it. */
    IN_USE
  }

  private final Kind kind;

  DataDirectoryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  DataDirectoryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
