package grapevine.netlab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What lies between any two nodes of a run, in numbers. Immutable; any thread. What is drawn once
 * for a pair of nodes is computed from a hash of seed and pair whenever it is asked for, so that a
 * hundred thousand nodes cost a byte each. Equal on every machine: StrictMath only.
 */
public final class Wires {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BITS_PER_MBIT = 1e6;

  /** A normal delay is not below this part of its mean. */
  private static final double NORMAL_MIN = 0.1;

  /** SimBlock's Pareto distribution: shape 0.2 × mean, scale mean − 5 ms; its mean is the mean. */
  private static final double PARETO_SHAPE = 0.2;

  private static final double PARETO_BELOW_MILLIS = 5;
  private static final double TWO_TO_53 = 0x1p53;

  private final Links links;
  private final long seed;
  private final byte @Nullable [] regions;
  private final @Nullable RegionTable latencies;
  private final @Nullable RegionTable bandwidths;
  private final boolean jitters;

  private Wires(Links links, int nodes, long seed) {
    this.links = links;
    this.seed = seed;
    this.latencies =
        links.latency() instanceof Links.Latency.Regions r ? RegionTable.of(r.year()) : null;
    this.bandwidths =
        links.bandwidth() instanceof Links.Bandwidth.Regions r ? RegionTable.of(r.year()) : null;
    RegionTable home = latencies == null ? bandwidths : latencies;
    this.regions = home == null ? null : home.assign(nodes, mix(seed));
    this.jitters =
        switch (links.latency()) {
          case Links.Latency.Uniform u -> u.jitterMillis() > 0;
          case Links.Latency.Regions r -> true;
          case Links.Latency.Matrix m ->
              m.jitterMillis().stream().flatMap(List::stream).anyMatch(jitter -> jitter > 0);
          case Links.Latency.Normal n -> false;
          case Links.Latency.LogNormal n -> false;
        };
  }

  /**
   * @throws IllegalArgumentException for a table of a year that there is not
   */
  public static Wires of(Links links, int nodes, long seed) {
    return new Wires(links, nodes, seed);
  }

  /** How long one packet takes one way. */
  public long delayNanos(int from, int to, RandomGenerator random) {
    long baseNanos = baseDelayNanos(from, to);
    return jitters ? delayNanos(from, to, baseNanos, random) : baseNanos;
  }

  /**
   * The same for whoever has {@link #baseDelayNanos} of the two at hand, where there is jitter.
   *
   * @throws IllegalStateException where there is none
   */
  public long delayNanos(int from, int to, long baseNanos, RandomGenerator random) {
    double millis =
        switch (links.latency()) {
          case Links.Latency.Uniform u ->
              u.delayMillis() + jitter(u.jitterMillis(), random.nextDouble());
          case Links.Latency.Matrix m ->
              at(m.delayMillis(), from, to)
                  + jitter(at(m.jitterMillis(), from, to), random.nextDouble());
          case Links.Latency.Regions r -> pareto(baseNanos / NANOS_PER_MILLI, random.nextDouble());
          case Links.Latency.Normal n -> throw new IllegalStateException("has no jitter");
          case Links.Latency.LogNormal n -> throw new IllegalStateException("has no jitter");
        };
    return nanos(millis);
  }

  /**
   * The same without jitter: the mean where each packet is drawn anew. Alike in both directions.
   */
  public long baseDelayNanos(int from, int to) {
    return nanos(
        switch (links.latency()) {
          case Links.Latency.Uniform u -> u.delayMillis();
          case Links.Latency.Normal n ->
              Math.max(
                  NORMAL_MIN * n.meanMillis(),
                  n.meanMillis() + n.deviationMillis() * gaussian(from, to));
          case Links.Latency.LogNormal n ->
              n.medianMillis() * StrictMath.exp(n.sigma() * gaussian(from, to));
          case Links.Latency.Regions r -> regionMillis(from, to);
          case Links.Latency.Matrix m -> at(m.delayMillis(), from, to);
        });
  }

  /** Whether two packets on one link can take different times. */
  public boolean hasJitter() {
    return jitters;
  }

  /** 0 = unlimited. */
  public long upBitsPerSecond(int node) {
    return bits(
        switch (links.bandwidth()) {
          case Links.Bandwidth.Unlimited u -> 0;
          case Links.Bandwidth.Uniform u -> u.upMbit();
          case Links.Bandwidth.Regions r ->
              bandwidths == null ? 0 : bandwidths.upMbit(region(node));
          case Links.Bandwidth.Listed l -> l.upMbit().get(node % l.upMbit().size());
        });
  }

  /** 0 = unlimited. */
  public long downBitsPerSecond(int node) {
    return bits(
        switch (links.bandwidth()) {
          case Links.Bandwidth.Unlimited u -> 0;
          case Links.Bandwidth.Uniform u -> u.downMbit();
          case Links.Bandwidth.Regions r ->
              bandwidths == null ? 0 : bandwidths.downMbit(region(node));
          case Links.Bandwidth.Listed l -> l.downMbit().get(node % l.downMbit().size());
        });
  }

  /** Number of the region in which a node lives; -1 = there are none. */
  public int region(int node) {
    return regions == null ? -1 : regions[node];
  }

  /** Names of the regions by number; none when there are no regions. */
  public List<String> regionNames() {
    return Optional.ofNullable(latencies == null ? bandwidths : latencies)
        .map(RegionTable::names)
        .orElse(List.of());
  }

  /** Share of messages that vanish above the channel. */
  public double messageLoss() {
    return links.messageLoss();
  }

  /** Share of packets that have to be sent again. */
  public double packetLoss() {
    return links.packetLoss();
  }

  private double regionMillis(int from, int to) {
    return latencies == null ? 0 : latencies.latencyMillis(region(from), region(to));
  }

  private static double pareto(double meanMillis, double uniform) {
    // 1 − uniform lies in (0, 1], where the logarithm is finite. As a power it would take five
    // times
    // as long, and a simulation asks for every packet.
    return (meanMillis - PARETO_BELOW_MILLIS)
        * StrictMath.exp(-StrictMath.log(1 - uniform) / (PARETO_SHAPE * meanMillis));
  }

  /** Evenly from −width to width. */
  private static double jitter(double width, double uniform) {
    return width * (2 * uniform - 1);
  }

  /** A matrix that is smaller than the network repeats: its places hold several nodes each. */
  private static double at(List<List<Double>> matrix, int from, int to) {
    return matrix.get(from % matrix.size()).get(to % matrix.size());
  }

  /** Standard normal, the same for (a, b) and (b, a); by Box and Muller. */
  private double gaussian(int a, int b) {
    long pair = mix(mix(seed + Math.min(a, b)) ^ Math.max(a, b));
    double u = ((pair >>> 11) + 1) / TWO_TO_53;
    double v = (mix(pair) >>> 11) / TWO_TO_53;
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
  }

  /** Steele, Lea and Flood's SplitMix64: one step of the generator of that seed. */
  private static long mix(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static long nanos(double millis) {
    return (long) (millis * NANOS_PER_MILLI);
  }

  private static long bits(double mbit) {
    return (long) (mbit * BITS_PER_MBIT);
  }
}
