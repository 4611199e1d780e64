package grapevine.node.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a node offers beyond its part in the protocol, as it says in its {@link NodeRecord}: each is
 * one bit of the record's services. A bit that is none of these stands for what a later version
 * offers, and is passed on as it is. docs/protocol.md, Node record.
 */
public enum Service {
  /** Keeps and serves all blocks, however old. */
  ARCHIVE(0, "archive");

  private final int number;
  private final String label;

  Service(int number, String label) {
    this.number = number;
    this.label = label;
  }

  /** Its bit, as the only one that is set. */
  public long bit() {
    return 1L << number;
  }

  /** The word for it in commands and JSON. */
  public String label() {
    return label;
  }

  /** The services of these bits that are known here. */
  public static List<Service> of(long bits) {
    return Arrays.stream(values()).filter(service -> (bits & service.bit()) != 0).toList();
  }

  /** The service that has this label. */
  public static Optional<Service> ofLabel(String label) {
    return Arrays.stream(values()).filter(service -> service.label.equals(label)).findFirst();
  }
}
