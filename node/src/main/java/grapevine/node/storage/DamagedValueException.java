package grapevine.node.storage;

/** A stored value is not what its key names; says which key, what was found and expected. */
final class DamagedValueException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedValueException(String detail) {
    super(detail);
  }
}
