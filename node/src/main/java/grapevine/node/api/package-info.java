/**
 * How people and programs on the same machine speak to a node: HTTP with JSON, on loopback ({@link
 * grapevine.node.api.ApiServer}), and read-only figures and health for a scraper ({@link
 * grapevine.node.api.MetricsServer}). Both know the node only through {@link
 * grapevine.node.api.NodeGate}, whose answers come from the core's thread as futures; a request
 * waits for them on a virtual thread of its own.
 */
@NullMarked
package grapevine.node.api;

import org.jspecify.annotations.NullMarked;
