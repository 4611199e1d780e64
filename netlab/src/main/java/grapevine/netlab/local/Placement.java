package grapevine.netlab.local;

import grapevine.netlab.local.net.LinkEmulator;

/** Where the nodes of a cluster live. */
public sealed interface Placement {
  /** Each in a process of its own, on loopback: no delay, no loss, nobody's rights needed. */
  record Processes() implements Placement {}

  /**
   * Each in a process on a host of its own, behind emulated links.
   *
   * @param links with a host for each node; outlives the cluster, closed by who opened it
   */
  record Linked(LinkEmulator links) implements Placement {}

  /**
   * Many in one process, on loopback: at rest a fortieth of the memory, and a tenth of the
   * processor time to start. A single node cannot be killed then.
   *
   * @param nodesPerProcess at most, at least 1
   */
  record Hosted(int nodesPerProcess) implements Placement {
    public Hosted {
      if (nodesPerProcess < 1) {
        throw new IllegalArgumentException(nodesPerProcess + " nodes a process, expected some");
      }
    }
  }
}
