package grapevine.node.app.console;

import grapevine.node.storage.DataDirectoryException;

/** How the program ends; scripts and supervisors decide by these numbers. */
public enum ExitCode {
  OK(0),
  /** Something failed while it ran, or the node refused what was asked. */
  RUNTIME(1),
  /** Wrong options, configuration or network file: running it again will not help. */
  USAGE(2),
  /** The number that the JVM itself ends with under {@code -XX:+ExitOnOutOfMemoryError}. */
  OUT_OF_MEMORY(3),
  DATA_DAMAGED_OR_TOO_NEW(4),
  CANNOT_BIND(5),
  DATA_DIRECTORY_IN_USE(6);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The one place where failures become numbers. */
  public static ExitCode of(Throwable failure) {
    return switch (failure) {
      case CommandException e -> e.exitCode();
      case DataDirectoryException e when e.kind() == DataDirectoryException.Kind.IN_USE ->
          DATA_DIRECTORY_IN_USE;
      case DataDirectoryException e -> DATA_DAMAGED_OR_TOO_NEW;
      case OutOfMemoryError e -> OUT_OF_MEMORY;
      default -> RUNTIME;
    };
  }

  /**
   * Ends the process at once if memory ran out, without hooks, which would need memory too. The
   * JVM's own option sees only what the JVM throws, not what a library throws about its buffers.
   */
  public static void haltIfOutOfMemory(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      Runtime.getRuntime().halt(OUT_OF_MEMORY.code);
    }
  }
}
