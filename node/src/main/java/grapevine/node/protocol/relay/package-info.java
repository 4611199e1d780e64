/**
 * Relaying: who is told of what this node has accepted, when and in which words. {@link
 * grapevine.node.protocol.relay.RelayStrategy} is the contract, {@link
 * grapevine.node.protocol.relay.RelayKind} the list of strategies, one file each. A strategy owns
 * what each peer is known to have and what waits to be told; it neither holds items nor serves
 * them.
 */
@NullMarked
package grapevine.node.protocol.relay;

import org.jspecify.annotations.NullMarked;
