package grapevine.netlab.epidemic;

/**
 * How long news takes over one link.
 *
 * @param oneWayMillis mean one-way delay of a link
 * @param legs one-way delays per hop: 3 for announce, request, body; 1 for a body at once
 * @param processingMillis from having the body to having told the next, checks included
 */
public record HopTime(double oneWayMillis, int legs, double processingMillis) {
  /**
   * @throws IllegalArgumentException when a time is negative, there are no legs, or a hop takes
   *     none
   */
  public HopTime {
    if (!(oneWayMillis >= 0 && processingMillis >= 0 && legs >= 1)
        || !(oneWayMillis + processingMillis > 0)) {
      throw new IllegalArgumentException(
          "%d legs of %s ms and %s ms of processing, expected a hop that takes time"
              .formatted(legs, oneWayMillis, processingMillis));
    }
  }

  public double millis() {
    return legs * oneWayMillis + processingMillis;
  }
}
