package grapevine.netlab.report.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.netlab.trace.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void shouldPutRunsOfAStrategyTogether() {
    Summary summary =
        Summary.over(List.of(run("flood", 10), run("announce", 40), run("flood", 20)));
    assertThat(summary.strategies())
        .extracting(Summary.Strategy::relay)
        .containsExactly("flood", "announce");
    Summary.Kind flood = summary.strategies().getFirst().kinds().getFirst();
    assertThat(flood.items()).isEqualTo(2);
    assertThat(flood.figure(Metric.latency(100)).mean()).isEqualTo(15);
    assertThat(flood.figure(Metric.latency(100)).runs()).isEqualTo(2);
    assertThat(flood.curve().median().get(99)).isEqualTo(15);
    assertThat(flood.hops()).containsExactly(0L, 2L);
    assertThat(flood.delays().total()).isEqualTo(2);
  }

  @Test
  void shouldKnowNoCostsWhenNobodyCounted() {
    Summary.Strategy strategy = Summary.over(List.of(run("flood", 10))).strategies().getFirst();
    assertThat(strategy.traffic()).isNull();
    assertThat(strategy.perNode()).isEmpty();
  }

  @Test
  void shouldRefuseNothing() {
    assertThatThrownBy(() -> Summary.over(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  private static PropagationReport run(String relay, int lastMillis) {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.handedOn(lastMillis, Trace.OWN, 0);
    return hand.report(relay);
  }
}
