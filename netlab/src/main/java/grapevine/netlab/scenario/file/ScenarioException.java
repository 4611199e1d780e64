package grapevine.netlab.scenario.file;

/**
 * A scenario cannot be read. The message is for its author: it names file, line and key, what was
 * found and what was expected.
 */
public final class ScenarioException extends Exception {
  private static final long serialVersionUID = 1L;

  ScenarioException(String message) {
    super(message);
  }
}
