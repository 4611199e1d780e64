/**
 * Where the core meets the world: what it tells a driver to do ({@link
 * grapevine.node.protocol.port.Outbox}), what it tells observers ({@link
 * grapevine.node.protocol.port.NodeEvents}), where it keeps items ({@link
 * grapevine.node.protocol.port.ItemStore}), and the shape that its parts share ({@link
 * grapevine.node.protocol.port.Component}).
 */
@NullMarked
package grapevine.node.protocol.port;

import org.jspecify.annotations.NullMarked;
