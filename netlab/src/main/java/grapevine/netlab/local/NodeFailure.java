package grapevine.netlab.local;

/** A node process that did not do what the run needs; the message says which and why. */
public final class NodeFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  NodeFailure(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  NodeFailure(String message) {
    this(message, -1);
  }

  /** The exit code of the process, or -1 if it still ran. */
  int exitCode() {
    return exitCode;
  }
}
