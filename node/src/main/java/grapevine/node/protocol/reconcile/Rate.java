package grapevine.node.protocol.reconcile;

/**
 * How often something may happen.
 *
 * @param burst times at once
 * @param everyNanos after a burst, once in this time
 */
public record Rate(int burst, long everyNanos) {}
