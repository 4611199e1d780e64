package grapevine.netlab.report.figures;

/**
 * A node that hears late.
 *
 * @param lateMillis how long after half of the nodes it accepted an item, on average over the timed
 *     items that it was seen to accept
 * @param unseen timed items that it was not seen to accept
 */
public record Straggler(int node, double lateMillis, int unseen) {}
