/**
 * The wire, version 1: the vocabulary of messages, and how each stands in bytes. Works on {@link
 * java.nio.ByteBuffer} only; the page for a stranger is docs/protocol.md.
 */
@NullMarked
package grapevine.node.wire;

import org.jspecify.annotations.NullMarked;
