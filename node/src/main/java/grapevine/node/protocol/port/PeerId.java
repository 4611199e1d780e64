package grapevine.node.protocol.port;

/** One connection, numbered by the driver from 1 and never reused within a run. */
public record PeerId(long value) implements Comparable<PeerId> {
  @Override
  public int compareTo(PeerId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "p" + value;
  }
}
