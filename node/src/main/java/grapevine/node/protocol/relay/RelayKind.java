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
  ANNOUNCE(
      "announce",
      false,
      0,
      (limits, bodies, outbox, events, random) ->
          new AnnounceRelay(limits, new BatchPace(), outbox, events, random)),
  TRICKLE(
      "trickle",
      false,
      2_000_000_000L, // Core's NONPREF_PEER_TX_DELAY
      (limits, bodies, outbox, events, random) ->
          new AnnounceRelay(limits, new TricklePace(limits, random), outbox, events, random)),
  FLOOD("flood", true, 0, FloodRelay::new);

  private interface Constructor {
    RelayStrategy create(
        RelayStrategy.Limits limits,
        RelayStrategy.Bodies bodies,
        Outbox outbox,
        NodeEvents events,
        RandomGenerator random);
  }

  private final String label;
  private final boolean opensLinks;
  private final long inboundDelayNanos;
  private final Constructor constructor;

  RelayKind(String label, boolean opensLinks, long inboundDelayNanos, Constructor constructor) {
    this.label = label;
    this.opensLinks = opensLinks;
    this.inboundDelayNanos = inboundDelayNanos;
    this.constructor = constructor;
  }

  /** The word for it in configuration and reports. */
  public String label() {
    return label;
  }

  /** Whether a node of this kind lets its peers push bodies, see {@link PushGrants}. */
  public boolean opensLinks() {
    return opensLinks;
  }

  /**
   * How long a transaction is not asked for from an inbound peer that announces it, whoever else is
   * connected; 0 where only the head start of outbound peers counts.
   */
  public long inboundDelayNanos() {
    return inboundDelayNanos;
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
      RelayStrategy.Limits limits,
      RelayStrategy.Bodies bodies,
      Outbox outbox,
      NodeEvents events,
      RandomGenerator random) {
    return constructor.create(limits, bodies, outbox, events, random);
  }
}
