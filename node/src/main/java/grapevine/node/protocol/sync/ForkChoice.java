package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;

/**
 * Which of two accepted blocks is the better tip: the higher one, then the one with the lower id. A
 * pure function, so that nodes with the same blocks agree in whatever order these came. It stands
 * alone because gossip must never ask it: what is relayed, stored or reported does not depend on
 * which branch wins.
 */
public final class ForkChoice {
  private ForkChoice() {}

  /** Whether a block of this height and id beats the other. */
  public static boolean better(long height, Hash256 id, long otherHeight, Hash256 otherId) {
    return compare(height, id, otherHeight, otherId) < 0;
  }

  /** Best first: negative when the first block beats the second, 0 when they are the same. */
  static int compare(long height, Hash256 id, long otherHeight, Hash256 otherId) {
    return height == otherHeight ? id.compareTo(otherId) : Long.compare(otherHeight, height);
  }
}
