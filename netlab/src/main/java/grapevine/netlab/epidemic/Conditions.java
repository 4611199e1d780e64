package grapevine.netlab.epidemic;

/**
 * What the models need to know of a scenario, in plain numbers.
 *
 * @param nodes all, dead ones included; at least 2
 * @param outboundDegree how many others each node dials; at least 1
 * @param loss chance that one message is lost and not sent again, 0 to below 1
 * @param failedShare share of the nodes that are dead from the start, 0 to below 1
 */
public record Conditions(
    int nodes, int outboundDegree, HopTime hop, double loss, double failedShare) {
  /**
   * @throws IllegalArgumentException when a number is out of its range or no node lives
   */
  public Conditions {
    if (nodes < 2 || outboundDegree < 1) {
      throw new IllegalArgumentException(
          "%d nodes that dial %d, expected at least 2 and 1".formatted(nodes, outboundDegree));
    }
    if (!(loss >= 0 && loss < 1 && failedShare >= 0 && failedShare < 1)
        || !(nodes * (1 - failedShare) >= 1)) {
      throw new IllegalArgumentException(
          "loss %s and failed share %s, expected at least 0, below 1, and a live node"
              .formatted(loss, failedShare));
    }
  }

  /** Live nodes, the origin included; not whole when a share is not. */
  double live() {
    return nodes * (1 - failedShare);
  }

  /** Chance that all messages of one hop arrive. */
  double delivered() {
    return StrictMath.pow(1 - loss, hop.legs());
  }

  /** Chance that a hop to a random node leads to a live one and succeeds. */
  double kept() {
    return delivered() * (1 - failedShare);
  }

  /** Dials per node; no more than there are others. */
  int dials() {
    return Math.min(outboundDegree, nodes - 1);
  }
}
