/**
 * A connection from its first message to its last: who is let in ({@link
 * grapevine.node.protocol.session.Sessions}, {@link grapevine.node.protocol.session.Handshake}),
 * who is still there ({@link grapevine.node.protocol.session.Keepalive}), who has gone too far
 * ({@link grapevine.node.protocol.session.Misconduct}) and how fast bodies are given out ({@link
 * grapevine.node.protocol.session.Backlog}).
 */
@NullMarked
package grapevine.node.protocol.session;

import org.jspecify.annotations.NullMarked;
