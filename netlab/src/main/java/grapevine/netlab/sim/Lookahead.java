package grapevine.netlab.sim;

import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.port.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Reads what events that are near will read, before any of them happens, and changes nothing.
 * Confined to the simulation's thread.
 *
 * <p>The nodes of a large run fit in no cache, and each event is another node's: it waits for a
 * dozen places in memory, of which each tells where the next one is. The events of a moment do not
 * depend on one another, so their first places are read together, then their second ones, and so
 * on: a processor has many reads on their way at once where none needs the answer of another
 * (Kocberber et al., "Asynchronous memory access chaining", 2015; here without its state machines).
 */
final class Lookahead {
  /** As many reads as a processor has on their way; what they bring fits into its nearest cache. */
  private static final int EVENTS_MAX = 32;

  // Of one event each: where its parcel arrives, null for a timer; and what is read of it on the
  // way.
  private final @Nullable LinkEnd[] ends = new @Nullable LinkEnd[EVENTS_MAX];
  private final @Nullable SimNode[] nodes = new @Nullable SimNode[EVENTS_MAX];
  private final @Nullable NodeCore[] cores = new @Nullable NodeCore[EVENTS_MAX];
  private final @Nullable PeerId[] peers = new @Nullable PeerId[EVENTS_MAX];
  private int size;

  /** Of all that was read: what is written has to be computed, and so read. */
  @SuppressWarnings("UnusedVariable")
  private long sum;

  /** One more event that is near. */
  void add(Happening event) {
    if (event instanceof Parcel parcel) {
      ends[size] = parcel.to();
      nodes[size++] = null;
    } else if (event instanceof SimNode node) {
      ends[size] = null;
      nodes[size++] = node;
    }
    if (size == EVENTS_MAX) {
      readAhead();
    }
  }

  /** Reads for all that were added, and forgets them. */
  void readAhead() {
    long read = 0;
    for (int i = 0; i < size; i++) {
      LinkEnd end = ends[i];
      if (end != null) {
        nodes[i] = end.node();
        peers[i] = end.id();
        read += end.out().readAhead();
      }
    }
    for (int i = 0; i < size; i++) {
      SimNode node = nodes[i];
      if (node != null) {
        cores[i] = node.running();
        read += node.readAhead();
      }
    }
    for (int i = 0; i < size; i++) {
      NodeCore core = cores[i];
      read += core == null ? 0 : core.readAhead();
    }
    for (int i = 0; i < size; i++) {
      NodeCore core = cores[i];
      PeerId peer = peers[i];
      read += core == null || peer == null ? 0 : core.readAhead(peer);
      peers[i] = null;
    }
    sum += read;
    size = 0;
  }
}
