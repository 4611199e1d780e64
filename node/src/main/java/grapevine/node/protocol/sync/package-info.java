/**
 * Blocks as a tree, and how a node that was away catches up.
 *
 * <p>{@link grapevine.node.protocol.sync.HeaderTree} holds every header above the horizon, all
 * branches alike; {@link grapevine.node.protocol.sync.ForkChoice} only says which tip is called
 * best. {@link grapevine.node.protocol.sync.BlockSync} learns branches headers first: whoever
 * claims a tip that the tree lacks is asked for the headers that lead to it, their signatures are
 * checked, then their bodies are wanted from whoever showed them. Gossip of new blocks does not
 * depend on any of it. {@link grapevine.node.protocol.sync.BlockTemplate} is the other end: what a
 * producer puts into a block.
 */
@NullMarked
package grapevine.node.protocol.sync;

import org.jspecify.annotations.NullMarked;
