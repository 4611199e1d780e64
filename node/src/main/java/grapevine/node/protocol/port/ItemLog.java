package grapevine.node.protocol.port;

import grapevine.node.model.ItemId;
import java.util.List;

/**
 * What a store holds in the order in which it came, for readers outside the core that ask "what is
 * new since I last looked" and keep their place over restarts of both sides. Confined to the core's
 * thread.
 */
public interface ItemLog {
  /** One stored item; positions ascend, may have gaps, and are never used twice. */
  record Entry(long position, ItemId id) {}

  /**
   * The next stored items after a position, ascending.
   *
   * @param position of the last entry that the reader has seen; 0 for none
   * @param countMax at least 1
   * @return only what is durable and has not been removed; empty when there is nothing new yet
   */
  List<Entry> since(long position, int countMax);
}
