package grapevine.netlab.scenario;

import java.util.List;

/**
 * What lies between two nodes. Immutable.
 *
 * @param latency how long a packet takes
 * @param bandwidth how many bits a second a node's own line carries
 * @param messageLoss share of messages that vanish above the channel; in the simulator only, since
 *     no TCP loses messages
 * @param packetLoss share of packets that have to be sent again
 */
public record Links(Latency latency, Bandwidth bandwidth, double messageLoss, double packetLoss) {
  /** One-way delays. */
  public sealed interface Latency {
    /** The same between all nodes. */
    record Uniform(double delayMillis, double jitterMillis) implements Latency {}

    /** Drawn once for each pair of nodes; not below a tenth of the mean. */
    record Normal(double meanMillis, double deviationMillis) implements Latency {}

    /** Drawn once for each pair of nodes. */
    record LogNormal(double medianMillis, double sigma) implements Latency {}

    /** Nodes live in the six regions of this year's published table; drawn anew for each packet. */
    record Regions(int year) implements Latency {}

    /** By node number, as listed. */
    record Matrix(List<List<Double>> delayMillis, List<List<Double>> jitterMillis)
        implements Latency {}
  }

  /** Bits a second of each node's line, in both directions. */
  public sealed interface Bandwidth {
    record Unlimited() implements Bandwidth {}

    record Uniform(double upMbit, double downMbit) implements Bandwidth {}

    /** What the region has in the table of the latencies' year. */
    record Regions(int year) implements Bandwidth {}

    /** By node number, as listed. */
    record Listed(List<Double> upMbit, List<Double> downMbit) implements Bandwidth {}
  }
}
