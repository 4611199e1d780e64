package grapevine.node.protocol.port;

/** Who dialled: outbound when this node did. */
public enum Direction {
  INBOUND("inbound"),
  OUTBOUND("outbound");

  private final String label;

  Direction(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
