package grapevine.netlab.sim;

import java.util.List;

/**
 * What must hold at the end of every run, whatever went wrong in it: no honest peer was banned, no
 * item was verified twice by one node, no request is outstanding for ever, and every part of every
 * core keeps its bounds. Confined to the simulation's thread.
 */
final class Promises {
  private static final int NAMED_MAX = 10;

  private final World world;
  private final Simulation simulation;

  Promises(World world) {
    this.world = world;
    simulation = world.simulation();
  }

  /** Adds what does not hold. */
  void check(List<String> violations) {
    int before = violations.size();
    for (int n = 0; n < simulation.nodes() && violations.size() < before + NAMED_MAX; n++) {
      check(simulation.node(n), world.events(n), violations);
    }
  }

  private void check(SimNode node, SimEvents events, List<String> violations) {
    if (events.bans() > 0) {
      violations.add(
          "node %d banned %d peers, none of which forged anything"
              .formatted(node.number(), events.bans()));
    }
    if (events.verifiedTwice() > 0) {
      violations.add(
          "node %d verified %d items twice".formatted(node.number(), events.verifiedTwice()));
    }
    if (!node.isUp()) {
      return;
    }
    try {
      node.checkInvariants();
    } catch (IllegalStateException e) {
      violations.add("node %d: %s".formatted(node.number(), e.getMessage()));
    }
  }
}
