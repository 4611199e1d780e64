package grapevine.node.protocol.relay;

/**
 * When a transaction that waits for a peer may be announced to it. One object serves all peers of a
 * node, so that they can share a timer. It is asked only when something begins to wait: a node at
 * rest has no timers.
 */
interface Pace {
  /**
   * From when on what waits may be told; asked when a first transaction begins to wait for a peer.
   *
   * @param outbound whether this node dialled the peer
   * @param quietNanos a batch interval after the peer was last told something, or later if it reads
   *     slowly
   */
  long opensNanos(boolean outbound, long quietNanos, long nowNanos);

  /** Whether what waits goes along with whatever is told before its time. */
  boolean goesAlong();
}
