/**
 * Whom to know and whom to be connected to: the table of addresses ({@link
 * grapevine.node.protocol.peers.AddressTable}), how it fills ({@link
 * grapevine.node.protocol.peers.PeerExchange}), whom to dial ({@link
 * grapevine.node.protocol.peers.DialPolicy}) and who goes when the house is full ({@link
 * grapevine.node.protocol.peers.Eviction}). All four exist against one attacker: the one who wants
 * to be everybody that a node knows (Heilman et al., "Eclipse Attacks", 2015).
 */
@NullMarked
package grapevine.node.protocol.peers;

import org.jspecify.annotations.NullMarked;
