package grapevine.node.protocol.relay;

import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The relay strategies. A line here enrols a strategy in the contract test, the configuration, the
 * simulator and its reports.
 */
public enum RelayKind {
  ANNOUNCE("announce", AnnounceRelay::new);

  private interface Constructor {
    RelayStrategy create(
        RelayStrategy.Limits limits, Outbox outbox, NodeEvents events, RandomGenerator random);
  }

  private final String label;
  private final Constructor constructor;

  RelayKind(String label, Constructor constructor) {
    this.label = label;
    this.constructor = constructor;
  }

  /** The word for it in configuration and reports. */
  public String label() {
    return label;
  }

  /**
   * The strategy with this label.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static RelayKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "relay strategy '%s', expected one of: %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(RelayKind::label)
                                .collect(Collectors.joining(", ")))));
  }

  public RelayStrategy create(
      RelayStrategy.Limits limits, Outbox outbox, NodeEvents events, RandomGenerator random) {
    return constructor.create(limits, outbox, events, random);
  }
}
