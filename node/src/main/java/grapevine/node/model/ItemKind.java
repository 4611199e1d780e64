package grapevine.node.model;

/** What an item is; the code is the u8 that stands for it on the wire and on disk. */
public enum ItemKind {
  TRANSACTION(1, "transaction"),
  BLOCK(2, "block");

  private final int code;
  private final String label;

  ItemKind(int code, String label) {
    this.code = code;
    this.label = label;
  }

  public int code() {
    return code;
  }

  /** The word for it in JSON, metrics and logs. */
  public String label() {
    return label;
  }

  /**
   * The kind with this code.
   *
   * @throws MalformedException when no kind has it
   */
  public static ItemKind of(int code) throws MalformedException {
    return switch (code) {
      case 1 -> TRANSACTION;
      case 2 -> BLOCK;
      default -> throw new MalformedException("item kind " + code + ", expected 1 or 2");
    };
  }
}
