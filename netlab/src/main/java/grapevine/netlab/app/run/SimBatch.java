package grapevine.netlab.app.run;

import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.sim.SimResult;
import grapevine.netlab.sim.SimRun;
import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Several simulated runs, as many at a time as there are processors; within a run there is one
 * thread. Runs share nothing but how far they are. Confined to one thread.
 */
public final class SimBatch {
  private static final double NANOS = 1e9;
  private static final int PARTS = 1_000;

  /**
   * One run and its report; the trace is kept of the first run only, since a hundred thousand
   * nodes' traces are large.
   */
  public record Run(Scenario scenario, SimResult result, PropagationReport report) {}

  private final List<Scenario> scenarios;
  private final boolean checksInvariants;
  private final Interrupt interrupt;
  private final AtomicLongArray parts;
  private final AtomicLongArray inputs;

  public SimBatch(List<Scenario> scenarios, boolean checksInvariants, Interrupt interrupt) {
    this.scenarios = List.copyOf(scenarios);
    this.checksInvariants = checksInvariants;
    this.interrupt = interrupt;
    parts = new AtomicLongArray(scenarios.size());
    inputs = new AtomicLongArray(scenarios.size());
  }

  /** Runs all; those that have not begun when somebody interrupts are left out. */
  public List<Run> run(Progress progress) throws InterruptedException {
    int threads = Math.min(scenarios.size(), Runtime.getRuntime().availableProcessors());
    List<Future<Run>> futures = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    try (Progress.Phase phase = progress.phase("Simulating", (long) PARTS * scenarios.size());
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int index = 0; index < scenarios.size(); index++) {
        int number = index;
        futures.add(pool.submit(() -> runOne(number, phase)));
      }
      for (Future<Run> future : futures) {
        try {
          runs.add(future.get());
        } catch (ExecutionException e) {
          pool.shutdownNow();
          if (e.getCause() instanceof IllegalArgumentException refused) {
            throw refused;
          }
          throw new IllegalStateException("a simulated run failed", e.getCause());
        }
      }
    }
    return runs;
  }

  private Run runOne(int number, Progress.Phase phase) {
    Scenario scenario = scenarios.get(number);
    long startNanos = System.nanoTime();
    SimResult result =
        SimRun.run(
            scenario,
            checksInvariants,
            (name, nowNanos, endNanos, count) -> {
              parts.set(number, endNanos == 0 ? 0 : PARTS * nowNanos / endNanos);
              inputs.set(number, count);
              phase.stepTo(sum(parts), () -> message(name, nowNanos, endNanos, startNanos));
              return !interrupt.isRequested();
            });
    parts.set(number, PARTS);
    PropagationReport report =
        PropagationReport.of(
            result.trace(), scenario.population().relay(), scenario.observation().percents());
    return new Run(scenario, number == 0 ? result : withoutTrace(result), report);
  }

  private String message(String phase, long nowNanos, long endNanos, long startNanos) {
    double seconds = (System.nanoTime() - startNanos) / NANOS;
    double perSecond = sum(inputs) / Math.max(seconds, 1e-3);
    double toGo = (endNanos - nowNanos) * seconds / Math.max(nowNanos, 1);
    return "%s at %.1f s of %.1f s, %,.0f inputs/s, %.0f s to go"
        .formatted(phase, nowNanos / NANOS, endNanos / NANOS, perSecond, toGo);
  }

  private static long sum(AtomicLongArray values) {
    long sum = 0;
    for (int i = 0; i < values.length(); i++) {
      sum += values.get(i);
    }
    return sum;
  }

  private static SimResult withoutTrace(SimResult result) {
    Trace empty = new Trace(0, 0, List.of(), List.of(), 0, 0);
    return new SimResult(
        empty,
        result.traceHash(),
        result.complete(),
        result.violations(),
        result.refused(),
        result.inputs(),
        result.setUpInputs(),
        result.virtualNanos(),
        result.setUpCpuSeconds(),
        result.runCpuSeconds());
  }
}
