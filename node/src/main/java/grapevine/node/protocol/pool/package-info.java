/**
 * What a node holds and what it remembers: verified transactions in memory ({@link
 * grapevine.node.protocol.pool.Pool}), what became of the ids it no longer holds ({@link
 * grapevine.node.protocol.pool.RecentItems}), and signature checks under way ({@link
 * grapevine.node.protocol.pool.Verifications}). All three are bounded by arithmetic.
 */
@NullMarked
package grapevine.node.protocol.pool;

import org.jspecify.annotations.NullMarked;
