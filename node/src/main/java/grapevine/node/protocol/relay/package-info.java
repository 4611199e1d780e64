/**
 * Relaying: who is told of what this node has accepted, when and in which words. {@link
 * grapevine.node.protocol.relay.RelayStrategy} is the contract, {@link
 * grapevine.node.protocol.relay.RelayKind} the list of strategies. A strategy owns what each peer
 * is known to have, what waits to be told, and what may be pushed; it neither holds items nor
 * serves them. What peers may push to this node is {@link
 * grapevine.node.protocol.relay.PushGrants}'.
 */
@NullMarked
package grapevine.node.protocol.relay;

import org.jspecify.annotations.NullMarked;
