package grapevine.node.protocol.relay;

/**
 * The pace of {@code announce}: at once to a peer that has been told nothing for a batch interval,
 * so a lone transaction is never delayed; else at the end of the interval, so that one message
 * tells of all that came meanwhile.
 */
final class BatchPace implements Pace {
  @Override
  public long opensNanos(boolean outbound, long quietNanos, long nowNanos) {
    return Math.max(nowNanos, quietNanos);
  }

  @Override
  public boolean goesAlong() {
    return true;
  }
}
