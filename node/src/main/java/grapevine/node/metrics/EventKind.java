package grapevine.node.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The events of the stream; {@link #HELLO} and {@link #LOST} speak of the stream itself. */
enum EventKind {
  HELLO("hello"),
  LOST("lost"),
  ANNOUNCED("announced"),
  REQUESTED("requested"),
  RECEIVED("received"),
  ACCEPTED("accepted"),
  REJECTED("rejected"),
  RELAYED("relayed"),
  SERVED("served"),
  DROPPED("dropped"),
  PEER_UP("peer-up"),
  PEER_DOWN("peer-down"),
  BEST_TIP("best-tip");

  private final String label;

  EventKind(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * The kinds with these labels; all when there are none. Those of the stream itself are always
   * among them.
   *
   * @throws IllegalArgumentException for a label that no kind has
   */
  static Set<EventKind> of(Collection<String> labels) {
    if (labels.isEmpty()) {
      return EnumSet.allOf(EventKind.class);
    }
    Set<EventKind> kinds = EnumSet.of(HELLO, LOST);
    for (String label : labels) {
      kinds.add(of(label));
    }
    return kinds;
  }

  private static EventKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no event is called \""
                        + label
                        + "\", expected some of "
                        + Arrays.stream(values())
                            .map(EventKind::label)
                            .collect(Collectors.joining(", "))));
  }
}
