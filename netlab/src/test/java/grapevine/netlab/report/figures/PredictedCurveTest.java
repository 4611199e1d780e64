package grapevine.netlab.report.figures;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.epidemic.Coverage;
import grapevine.netlab.epidemic.Model;
import grapevine.netlab.epidemic.Prediction;
import grapevine.netlab.trace.Trace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictedCurveTest {
  @Test
  void shouldLeaveNoResidualWhenThePredictionComesTrue() {
    PredictedCurve curve = beside(new Coverage.Point(0, 0.5), new Coverage.Point(20, 1));
    assertThat(curve.residual()).startsWith("0.0 % of the nodes");
    assertThat(curve.model()).isEqualTo(Model.LOGISTIC.label());
    assertThat(curve.points())
        .containsExactly(new PredictedCurve.Point(0, 0.5), new PredictedCurve.Point(20, 1));
  }

  @Test
  void shouldTellTheRootMeanSquareOfTheDifference() {
    // Right for the first half of the shares, 20 points below for the second: √(0.5 · 20²).
    PredictedCurve curve = beside(new Coverage.Point(0, 0.5), new Coverage.Point(15, 0.8));
    assertThat(curve.residual()).startsWith("14.1 % of the nodes");
  }

  @Test
  void shouldNotKnowTheResidualOfNothing() {
    assertThat(PredictedCurve.of("a", "block", prediction(), CoverageCurve.EMPTY).residual())
        .isEqualTo("not known");
  }

  /** Two nodes; the second has it after 20 ms. */
  private static PredictedCurve beside(Coverage.Point... points) {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.handedOn(20, Trace.OWN, 0);
    return PredictedCurve.of(
        "announce", "transaction", prediction(points), hand.report().of("transaction").curve());
  }

  private static Prediction prediction(Coverage.Point... points) {
    return new Prediction(Model.LOGISTIC, new Coverage(List.of(points), Map.of()));
  }
}
