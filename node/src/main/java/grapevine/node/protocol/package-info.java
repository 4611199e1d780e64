/**
 * The protocol as one sans-IO state machine.
 *
 * <p>Two nodes connect, and each says hello. From then on whoever has accepted an item announces it
 * by hash ({@code inv}) to each neighbour that is not known to have it; a neighbour that lacks it
 * asks one announcer at a time ({@code getdata}), checks what comes, has the signature verified
 * elsewhere, stores it and announces it in turn. What an announcement missed, repair finds: digests
 * of closed minutes are compared with a random neighbour, then the ids of the minutes that differ.
 * Blocks travel the same way, and a node that was away first asks for headers. Forks are kept and
 * reported; which tip is best is a pure function of the accepted blocks.
 *
 * <p>{@link grapevine.node.protocol.NodeCore} takes the inputs and routes them to the parts, each
 * of which owns one concern; {@link grapevine.node.protocol.Intake} is an item's way from body to
 * accepted. Parts do not know each other. Time, randomness, the network, threads and the disk are
 * all outside ({@link grapevine.node.protocol.port}).
 */
@NullMarked
package grapevine.node.protocol;

import org.jspecify.annotations.NullMarked;
