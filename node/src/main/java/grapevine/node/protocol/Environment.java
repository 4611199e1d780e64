package grapevine.node.protocol;

import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import java.util.random.RandomGenerator;

/**
 * All that a core takes from outside. {@code random} is a SecureRandom in a node, since peers must
 * not predict it, one as strong with a recorded seed in a node that is recorded, and a split
 * generator of the run's seed in netlab.
 */
public record Environment(
    Outbox outbox, NodeEvents events, ItemStore store, RandomGenerator random) {}
