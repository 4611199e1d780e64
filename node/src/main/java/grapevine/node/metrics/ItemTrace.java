package grapevine.node.metrics;

import grapevine.crypto.PublicKey;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.PeerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node did with one item, in the order in which it happened. Immutable.
 *
 * @param firstWallMicros the node's wall clock at the first step, µs since 1970
 * @param omitted steps that were only counted: those after a number of all, and announcements after
 *     half of it
 */
public record ItemTrace(ItemId id, long firstWallMicros, List<Step> steps, int omitted) {
  public ItemTrace {
    steps = List.copyOf(steps);
  }

  /** What happened; the words are those of the event stream, where it has one. */
  public enum Kind {
    /** A peer's inv named it. */
    ANNOUNCED("announced", "ageMillis"),
    /** Our getdata named it. */
    REQUESTED("requested", null),
    /** A request ended without the body. */
    UNANSWERED("unanswered", null),
    /** Its body came. */
    RECEIVED("received", "bytes"),
    /** Its signatures were checked. */
    VERIFIED("verified", "tookMicros"),
    /** It is held from now on. */
    ACCEPTED("accepted", "bytes"),
    REJECTED("rejected", null),
    /** It left the pool. */
    DROPPED("dropped", null),
    /** Our inv named it, or its body was pushed. */
    RELAYED("relayed", null),
    /** We gave its body. */
    SERVED("served", "bytes");

    private final String label;
    private final @Nullable String numberName;

    Kind(String label, @Nullable String numberName) {
      this.label = label;
      this.numberName = numberName;
    }

    public String label() {
      return label;
    }

    /** What the number of a step means, with its unit; null: it has none. */
    public @Nullable String numberName() {
      return numberName;
    }
  }

  /**
   * One step.
   *
   * @param afterNanos since the first step
   * @param peer with whom; null where nobody else takes part
   * @param node that peer's identity
   * @param result how it went, a word of the code; null where it can go one way only
   * @param number see {@link Kind#numberName}
   */
  public record Step(
      Kind kind,
      long afterNanos,
      @Nullable PeerId peer,
      @Nullable PublicKey node,
      @Nullable String result,
      int number) {}
}
