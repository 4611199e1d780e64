/**
 * Fetching: who is asked for which item, when, and what becomes of the answer. {@link
 * grapevine.node.protocol.fetch.FetchScheduler} owns every announcement of an item that this node
 * lacks and decides about requests; {@link grapevine.node.protocol.fetch.BlockAssembly} owns the
 * parts of blocks that have come so far. Neither knows what is held: NodeCore names what is missing
 * and says when an item is settled.
 */
@NullMarked
package grapevine.node.protocol.fetch;

import org.jspecify.annotations.NullMarked;
