package grapevine.netlab.app;

import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.sim.SimResult;
import grapevine.netlab.sim.SimRun;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.NodeTrace;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToLongFunction;

/**
 * Measures what the simulator takes: nodes of 8 outbound connections in the six regions of 2019 are
 * linked, rest, and pass one transaction of 250 bytes on to everyone. Confined to one thread, whose
 * CPU time is what counts: collecting garbage is in the wall-clock times only.
 */
final class SimBench implements SimRun.Watcher {
  private static final int DEGREE = 8;
  private static final int BODY_BYTES = 250;
  private static final long WARM_UP_MILLIS = 1_000;
  private static final long IDLE_MILLIS = 5_000;
  private static final long SPREAD_MILLIS = 2_000;
  private static final long SETTLE_MILLIS = 30_000;
  private static final int HEAP_EVENTS = 2_000_000;
  private static final int READS = 2_000_000;

  /** Far beyond any cache; so much can be had beside what a hundred thousand nodes leave behind. */
  private static final long READ_BYTES_MAX = 1L << 30;

  private static final List<String> SPREADING = List.of("inv", "getdata", "tx");

  /** What a part of a run took: seconds of the clock and of CPU, and inputs of cores. */
  record Part(double wallSeconds, double cpuSeconds, long inputs) {
    double cpuMicrosPerInput() {
      return inputs == 0 ? 0 : cpuSeconds * 1e6 / inputs;
    }
  }

  /**
   * What one run took.
   *
   * @param heapBytes in use after a collection, when all are linked
   * @param messagesPerNode that carry the transaction or speak of it, sent by a node
   * @param heapMicros CPU of an event in a bare heap of as many events as there are ends of links
   * @param readMicros CPU of a read that depends on the one before, over {@code heapBytes} or the
   *     most that is read for that
   */
  record Figures(
      Part setUp,
      Part idle,
      Part spread,
      long heapBytes,
      double messagesPerNode,
      double bytesPerNode,
      double heapMicros,
      double readMicros,
      List<String> violations) {}

  /** Where a run is. */
  private enum Phase {
    SET_UP,
    WARM_UP,
    IDLE,
    SPREAD
  }

  private final long startedNanos = System.nanoTime();
  private final long startedCpuNanos = cpuNanos();
  private final Map<Phase, Part> parts = new EnumMap<>(Phase.class);
  private Phase phase = Phase.SET_UP;
  private long sinceNanos = startedNanos;
  private long sinceCpuNanos = startedCpuNanos;
  private long sinceInputs;
  private long lastNanos = startedNanos;
  private long lastCpuNanos = startedCpuNanos;
  private long lastInputs;
  private long heapBytes;

  static Figures run(int nodes, long seed) {
    SimBench bench = new SimBench();
    SimResult result = SimRun.run(scenario(nodes, seed), false, bench);
    bench.end(Phase.SPREAD);
    double messages = 0;
    double bytes = 0;
    for (NodeTrace node : result.trace().nodes()) {
      NodeCosts costs = node.costs() == null ? NodeCosts.NONE : node.costs();
      for (String type : SPREADING) {
        messages += costs.sentMessages(type);
        bytes += costs.sentBytes(type);
      }
    }
    return new Figures(
        bench.part(Phase.SET_UP),
        bench.part(Phase.IDLE),
        bench.part(Phase.SPREAD),
        bench.heapBytes,
        messages / nodes,
        bytes / nodes,
        heapMicros(2 * DEGREE * nodes),
        readMicros(Math.min(bench.heapBytes, READ_BYTES_MAX)),
        result.violations());
  }

  private static Scenario scenario(int nodes, long seed) {
    return new Scenario(
        "bench",
        "One transaction to everyone",
        new Scenario.Population(nodes, seed, "announce", Map.of()),
        new TopologyPlan.Random(DEGREE),
        new Links(new Links.Latency.Regions(2019), new Links.Bandwidth.Regions(2019), 0, 0),
        List.of(new Load.Burst(IDLE_MILLIS, 1, BODY_BYTES)),
        List.of(),
        new Scenario.Observation(
            WARM_UP_MILLIS, IDLE_MILLIS + SPREAD_MILLIS, SETTLE_MILLIS, List.of(50, 90, 100)));
  }

  @Override
  public boolean onProgress(String name, long nowNanos, long endNanos, long inputs) {
    if (name.equals("running")) {
      long leftMillis = (endNanos - nowNanos) / 1_000_000;
      if (phase == Phase.SET_UP) {
        end(Phase.SET_UP);
        measureHeap();
        begin(Phase.WARM_UP, inputs);
      }
      if (phase == Phase.WARM_UP && leftMillis <= IDLE_MILLIS + SPREAD_MILLIS) {
        end(Phase.WARM_UP);
        begin(Phase.IDLE, inputs);
      }
      if (phase == Phase.IDLE && leftMillis <= SPREAD_MILLIS) {
        end(Phase.IDLE);
        begin(Phase.SPREAD, inputs);
      }
    }
    lastNanos = System.nanoTime();
    lastCpuNanos = cpuNanos();
    lastInputs = inputs;
    return true;
  }

  /** Ends a phase with what was seen last: what comes after a run are checks of it. */
  private void end(Phase ended) {
    if (phase != ended) {
      throw new IllegalStateException("the run ended in " + phase + ", too small to be measured");
    }
    parts.put(
        ended,
        new Part(
            (lastNanos - sinceNanos) / 1e9,
            (lastCpuNanos - sinceCpuNanos) / 1e9,
            lastInputs - sinceInputs));
  }

  private Part part(Phase ended) {
    return Objects.requireNonNull(parts.get(ended));
  }

  private void begin(Phase begun, long inputs) {
    phase = begun;
    sinceNanos = System.nanoTime();
    sinceCpuNanos = cpuNanos();
    sinceInputs = inputs;
  }

  private void measureHeap() {
    System.gc();
    heapBytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static double heapMicros(int events) {
    return micros(new BareHeap(events)::run, HEAP_EVENTS);
  }

  private static double readMicros(long bytes) {
    return micros(new BareMemory(bytes)::run, READS);
  }

  /** CPU of one step of so many, once the compiler has seen them and they are in no order. */
  private static double micros(IntToLongFunction run, int steps) {
    long sum = run.applyAsLong(steps);
    long beforeNanos = cpuNanos();
    sum += run.applyAsLong(steps);
    long tookNanos = cpuNanos() - beforeNanos;
    if (sum == Long.MIN_VALUE) { // never; but a compiler may leave out what nobody asks for
      throw new IllegalStateException("nothing happened");
    }
    return tookNanos / 1e3 / steps;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
