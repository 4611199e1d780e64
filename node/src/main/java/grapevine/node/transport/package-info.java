/**
 * The driver that runs a core over real sockets with Netty: {@link
 * grapevine.node.transport.NodeLoop} is the core's outbox, clock and timer; {@link
 * grapevine.node.transport.PeerChannel} is one connection, from encrypted bytes to messages and
 * back. All of it lives on one thread, the node's event loop; only signature checks leave it, to
 * {@link grapevine.node.transport.VerifyPool}.
 */
@NullMarked
package grapevine.node.transport;

import org.jspecify.annotations.NullMarked;
