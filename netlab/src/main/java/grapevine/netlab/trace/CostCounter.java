package grapevine.netlab.trace;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one node does, in the simulator from the node's own events, elsewhere from what the
 * node says of itself. Confined to one thread.
 *
 * <p>An event costs an addition in an array: no map, no boxing. The array is made with the first
 * event, so a node that nothing has happened to costs one small object.
 */
public final class CostCounter implements NodeEvents {
  private long @Nullable [] counts;

  /** What was counted so far. */
  public NodeCosts snapshot() {
    return counts == null ? NodeCosts.NONE : new NodeCosts(counts.clone());
  }

  /** Reads where most events are counted; a number without meaning. */
  public long readAhead() {
    return counts == null ? 0 : counts[0] + counts[NodeCosts.SOCKET_SENT];
  }

  /** Forgets everything: from here on is measured. */
  public void clear() {
    counts = null;
  }

  /**
   * Adds messages of a type that a node has counted.
   *
   * @param type a label; an unknown one counts as {@link NodeCosts#OTHER}
   */
  public void addSent(String type, long messages, long bytes) {
    int start = NodeCosts.typeStart(type);
    add(start, messages);
    add(start + 1, bytes);
  }

  public void addReceived(String type, long messages, long bytes) {
    int start = NodeCosts.typeStart(type);
    add(start + 2, messages);
    add(start + 3, bytes);
  }

  /**
   * @param kind one of {@link Trace#KINDS}
   */
  public void add(String kind, KindCount count, long amount) {
    add(NodeCosts.index(Trace.kindIndex(kind), count), amount);
  }

  public void addSocketBytes(long sent, long received) {
    add(NodeCosts.SOCKET_SENT, sent);
    add(NodeCosts.SOCKET_RECEIVED, received);
  }

  @SuppressWarnings("EnumOrdinal") // positions in memory: a map would cost more than the counting
  private void add(ItemId id, KindCount count, long amount) {
    add(NodeCosts.index(id.kind().ordinal(), count), amount);
  }

  private void add(int index, long amount) {
    long[] into = counts;
    if (into == null) {
      into = new long[NodeCosts.LENGTH];
      counts = into;
    }
    into[index] += amount;
  }

  @Override
  public void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {
    int start = NodeCosts.typeStart(type);
    add(start, 1);
    add(start + 1, bytes);
  }

  @Override
  public void onMessageReceived(PeerId from, MessageType type, int bytes, long nowNanos) {
    int start = NodeCosts.typeStart(type);
    add(start + 2, 1);
    add(start + 3, bytes);
  }

  @Override
  public void onSocketBytes(Direction direction, long bytes, long nowNanos) {
    add(direction == Direction.INBOUND ? NodeCosts.SOCKET_RECEIVED : NodeCosts.SOCKET_SENT, bytes);
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    add(entry.id(), KindCount.ANNOUNCED_IN, 1);
  }

  @Override
  public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
    add(id, KindCount.ANNOUNCED_OUT, 1);
    add(id, KindCount.RELAY_DELAY_NANOS, sinceAcceptedNanos);
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    add(id, KindCount.REQUESTED, 1);
    add(id, KindCount.REQUEST_DELAY_NANOS, waitedNanos);
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    add(id, KindCount.BODIES, 1);
    switch (result) {
      case DUPLICATE -> add(id, KindCount.DUPLICATES, 1);
      case UNREQUESTED -> add(id, KindCount.UNREQUESTED, 1);
      case NEW -> add(id, KindCount.NEW, 1);
      case INVALID -> {}
    }
  }

  @Override
  public void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {
    add(id, KindCount.VERIFIED, 1);
  }
}
