package grapevine.netlab.report.figures;

import grapevine.netlab.trace.Trace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One or more runs of one scenario, by strategy, in the order in which strategies first come.
 * Immutable.
 */
public record Summary(List<Strategy> strategies) {
  public Summary {
    strategies = List.copyOf(strategies);
  }

  /**
   * The runs of one strategy.
   *
   * @param runs at least one
   * @param perNode bytes of a node in a second; empty when costs are not known
   * @param traffic mean over runs; null when costs are not known
   */
  public record Strategy(
      String relay,
      List<PropagationReport> runs,
      List<Kind> kinds,
      Map<Metric, Estimate> perNode,
      @Nullable Traffic traffic) {
    public Strategy {
      runs = List.copyOf(runs);
      kinds = List.copyOf(kinds);
      perNode = Collections.unmodifiableMap(new LinkedHashMap<>(perNode));
    }
  }

  /**
   * One kind of item over the runs of a strategy.
   *
   * @param items of all runs together; so are delivered and timed
   * @param hops of all runs together, see {@link KindReport#hops}
   * @param sizes of the first run
   */
  public record Kind(
      String kind,
      int items,
      int delivered,
      int timed,
      Map<Metric, Estimate> figures,
      CoverageCurve curve,
      DelayHistogram delays,
      List<Long> hops,
      List<KindReport.SizeClass> sizes) {
    public Kind {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
      hops = List.copyOf(hops);
      sizes = List.copyOf(sizes);
    }

    /** Not known when there is no such figure. */
    public Estimate figure(Metric metric) {
      return figures.getOrDefault(metric, new Estimate(Double.NaN, Double.NaN, 0));
    }
  }

  /**
   * @param runs at least one
   * @throws IllegalArgumentException when there is none
   */
  public static Summary over(List<PropagationReport> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no runs, expected at least one");
    }
    Map<String, List<PropagationReport>> byRelay = new LinkedHashMap<>();
    for (PropagationReport run : runs) {
      byRelay.computeIfAbsent(run.relay(), unseen -> new ArrayList<>()).add(run);
    }
    List<Strategy> strategies = new ArrayList<>();
    byRelay.forEach((relay, each) -> strategies.add(strategy(relay, each)));
    return new Summary(strategies);
  }

  private static Strategy strategy(String relay, List<PropagationReport> runs) {
    List<Kind> kinds = new ArrayList<>();
    for (String kind : Trace.KINDS) {
      kinds.add(kind(kind, runs.stream().map(run -> run.of(kind)).toList()));
    }
    List<Traffic> known = new ArrayList<>();
    List<Map<Metric, Double>> rates = new ArrayList<>();
    for (PropagationReport run : runs) {
      Traffic traffic = run.traffic();
      if (traffic != null) {
        known.add(traffic);
        rates.add(traffic.perSecond(run.seconds()));
      }
    }
    Map<Metric, Estimate> perNode = new LinkedHashMap<>();
    for (Metric metric : known.isEmpty() ? List.<Metric>of() : Metric.PER_NODE) {
      perNode.put(metric, estimate(rates, rate -> rate.getOrDefault(metric, Double.NaN)));
    }
    return new Strategy(relay, runs, kinds, perNode, known.isEmpty() ? null : Traffic.mean(known));
  }

  private static Kind kind(String kind, List<KindReport> runs) {
    Map<Metric, Estimate> figures = new LinkedHashMap<>();
    for (Metric metric : runs.getFirst().figures().keySet()) {
      figures.put(metric, estimate(runs, run -> run.figure(metric)));
    }
    return new Kind(
        kind,
        runs.stream().mapToInt(KindReport::items).sum(),
        runs.stream().mapToInt(KindReport::delivered).sum(),
        runs.stream().mapToInt(KindReport::timed).sum(),
        figures,
        CoverageCurve.over(runs.stream().map(KindReport::curve).toList()),
        runs.stream().map(KindReport::delays).reduce(DelayHistogram.EMPTY, DelayHistogram::plus),
        hops(runs),
        runs.getFirst().sizes());
  }

  private static <T> Estimate estimate(List<T> runs, ToDoubleFunction<T> figure) {
    return Estimate.over(runs.stream().map(figure::applyAsDouble).toList());
  }

  private static List<Long> hops(List<KindReport> runs) {
    List<Long> sum = new ArrayList<>();
    for (KindReport run : runs) {
      for (int depth = 0; depth < run.hops().size(); depth++) {
        if (depth == sum.size()) {
          sum.add(0L);
        }
        sum.set(depth, sum.get(depth) + run.hops().get(depth));
      }
    }
    return sum;
  }

  /** Any run; all have the same scenario. */
  public PropagationReport firstRun() {
    return strategies.getFirst().runs().getFirst();
  }

  /** All runs, strategy by strategy. */
  public List<PropagationReport> runs() {
    return strategies.stream().flatMap(each -> each.runs().stream()).toList();
  }
}
