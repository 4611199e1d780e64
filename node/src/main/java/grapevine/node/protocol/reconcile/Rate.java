package grapevine.node.protocol.reconcile;

import grapevine.node.protocol.port.TokenRate;

/**
 * How often something may happen.
 *
 * @param burst times at once
 * @param everyNanos after a burst, once in this time
 */
public record Rate(int burst, long everyNanos) {
  TokenRate tokens() {
    return new TokenRate(everyNanos, burst);
  }
}
