package grapevine.netlab.app.run;

import grapevine.netlab.local.Feasibility;
import grapevine.netlab.local.net.LinkEmulator;
import java.util.Optional;

/**
 * How nodes and links are made on this machine.
 *
 * @param nodesPerProcess 1 unless nodes are hosted
 * @param lacking why the scenario's links are not applied; empty when they are
 */
public record LocalMeans(Feasibility.Means means, int nodesPerProcess, String lacking) {
  /** What a user may ask for. */
  public enum LinkChoice {
    /** The emulator where this machine can, otherwise loopback. */
    AUTO,
    EMULATOR,
    LOOPBACK
  }

  /**
   * @param hosted nodes in a process; 0 gives each its own
   * @throws IllegalArgumentException when what is asked for cannot be had here
   */
  public static LocalMeans choose(LinkChoice links, int hosted) throws InterruptedException {
    if (hosted > 0) {
      if (links == LinkChoice.EMULATOR) {
        throw new IllegalArgumentException(
            "--links emulator needs a process for each node, so it does not go with --hosted");
      }
      return new LocalMeans(Feasibility.Means.HOSTED, hosted, "nodes share processes");
    }
    if (links == LinkChoice.LOOPBACK) {
      return new LocalMeans(Feasibility.Means.LOOPBACK, 1, "as asked for");
    }
    Optional<String> obstacle = LinkEmulator.obstacle();
    if (obstacle.isEmpty()) {
      return new LocalMeans(Feasibility.Means.EMULATOR, 1, "");
    }
    if (links == LinkChoice.EMULATOR) {
      throw new IllegalArgumentException("links cannot be emulated here: " + obstacle.get());
    }
    return new LocalMeans(Feasibility.Means.LOOPBACK, 1, obstacle.get());
  }

  public boolean emulates() {
    return means == Feasibility.Means.EMULATOR;
  }
}
