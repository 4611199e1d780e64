package grapevine.netlab.epidemic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.epidemic.Coverage.Point;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TheoryTest {
  private static final HopTime HOP = new HopTime(50, 3, 2);

  @Test
  void shouldAddUpTheLegsOfAHop() {
    assertThat(HOP.millis()).isEqualTo(152);
    assertThat(new HopTime(25, 1, 0).millis()).isEqualTo(25);
  }

  @Test
  void shouldLoseAHopWhenOneOfItsMessagesIsLost() {
    Conditions conditions = new Conditions(100, 8, HOP, 0.1, 0.5);
    assertThat(conditions.delivered()).isCloseTo(0.729, within(1e-12));
    assertThat(conditions.kept()).isCloseTo(0.3645, within(1e-12));
  }

  @Test
  void shouldPredictTwoHopsForTwentyNodesThatDialEight() {
    Coverage coverage = predict(Model.RANDOM_GRAPH, new Conditions(20, 8, HOP, 0, 0));
    assertThat(coverage.reachedMillis())
        .containsEntry(50, 152.0)
        .containsEntry(90, 304.0)
        .containsEntry(99, 304.0)
        .containsEntry(100, 304.0);
    assertThat(coverage.shareAt(-1)).isZero();
    assertThat(coverage.shareAt(0)).isCloseTo(0.05, within(1e-12));
    assertThat(coverage.shareAt(151.9)).isCloseTo(0.05, within(1e-12));
    // One origin, eight dials, and eleven others that dialled it with chance 8/19.
    assertThat(coverage.shareAt(152)).isCloseTo((1 + 8 + 11 * 8 / 19.0) / 20, within(1e-3));
    assertThat(coverage.finalShare()).isEqualTo(1);
  }

  @Test
  void shouldSayNeverForSharesThatLossKeepsOut() {
    Coverage coverage =
        predict(Model.RANDOM_GRAPH, new Conditions(10_000, 3, new HopTime(50, 1, 0), 0.6, 0));
    assertThat(coverage.reachedMillis().get(50)).isFinite();
    assertThat(coverage.reachedMillis()).containsEntry(99, Double.POSITIVE_INFINITY);
    assertThat(coverage.finalShare()).isCloseTo(0.907, within(0.005));
  }

  @ParameterizedTest
  @CsvSource({"20, 8, 0, 0", "1000, 2, 0, 0", "1000, 8, 0.3, 0.2", "100000, 8, 0, 0.3"})
  void shouldNeverOvertakeTheTree(int nodes, int dials, double loss, double failedShare) {
    Conditions conditions = new Conditions(nodes, dials, HOP, loss, failedShare);
    Coverage tree = predict(Model.TREE, conditions);
    List<Point> curve = predict(Model.RANDOM_GRAPH, conditions).points();
    assertThat(curve).hasSizeGreaterThan(2);
    for (Point point : curve) {
      assertThat(point.share()).isLessThanOrEqualTo(tree.shareAt(point.millis()) + 1e-9);
    }
  }

  @Test
  void shouldMultiplyByTheGrowthInAHopOfTheLogistic() {
    Coverage coverage = predict(Model.LOGISTIC, new Conditions(100_000, 8, HOP, 0, 0));
    Logistic curve = new Logistic(100_000, Math.log(Percolation.dialledGrowth(8)) / HOP.millis());
    assertThat(curve.share(152) / curve.share(0)).isCloseTo(15.48, within(0.01));
    assertThat(curve.share(curve.millisUntil(0.25))).isCloseTo(0.25, within(1e-12));
    assertThat(coverage.reachedMillis().get(50))
        .isCloseTo(152 * Math.log(99_999) / Math.log(15.483), within(0.01));
  }

  @Test
  void shouldNotGrowBelowTheThreshold() {
    Conditions conditions = new Conditions(1_000, 2, HOP, 0.5, 0);
    assertThat(predict(Model.LOGISTIC, conditions).reachedMillis())
        .containsEntry(50, Double.POSITIVE_INFINITY);
    assertThat(Theory.reachable(conditions)).isZero();
  }

  @Test
  void shouldCountReferenceProtocolsInHopTimes() {
    Conditions conditions = new Conditions(1_000, 8, HOP, 0, 0);
    assertThat(predict(Model.PITTEL, conditions).reachedMillis().get(100))
        .isCloseTo(16.8735 * 152, within(0.1));
    assertThat(predict(Model.PITTEL, conditions).points()).isEmpty();
    double rounds = predict(Model.PUSH, conditions).reachedMillis().get(100) / 152;
    assertThat(rounds).isCloseTo(Exchange.PUSH.roundsExpected(1_000), within(1.0));
  }

  @ParameterizedTest
  @EnumSource
  void shouldDescribeEveryModelAndRiseWithTime(Model model) {
    Coverage coverage = predict(model, new Conditions(1_000, 8, HOP, 0.1, 0.1));
    assertThat(model.assumptions()).endsWith(".");
    assertThat(model.source()).isNotBlank();
    double last = 0;
    for (Point point : coverage.points()) {
      assertThat(point.share()).isBetween(last, 1.0);
      last = point.share();
    }
  }

  @Test
  void shouldPredictByEveryModelInOrder() {
    assertThat(Theory.predict(new Conditions(100, 4, HOP, 0, 0)))
        .extracting(Prediction::model)
        .containsExactly(Model.values());
  }

  @Test
  void shouldCountALoneSurvivorAsAll() {
    for (Prediction prediction : Theory.predict(new Conditions(2, 1, HOP, 0, 0.5))) {
      if (prediction.model() != Model.PITTEL) {
        assertThat(prediction.coverage().reachedMillis().get(100))
            .as("%s", prediction)
            .isEqualTo(0.0);
      }
    }
  }

  @Test
  void shouldRefuseWhatIsNoScenario() {
    assertThatThrownBy(() -> new Conditions(1, 8, HOP, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Conditions(10, 8, HOP, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loss 1.0");
    assertThatThrownBy(() -> new Conditions(10, 8, HOP, 0, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HopTime(0, 3, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Coverage predict(Model model, Conditions conditions) {
    return Theory.predict(conditions).stream()
        .filter(prediction -> prediction.model() == model)
        .findFirst()
        .orElseThrow()
        .coverage();
  }
}
