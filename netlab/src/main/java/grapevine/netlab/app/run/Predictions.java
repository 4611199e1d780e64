package grapevine.netlab.app.run;

import grapevine.netlab.epidemic.Conditions;
import grapevine.netlab.epidemic.HopTime;
import grapevine.netlab.epidemic.Model;
import grapevine.netlab.epidemic.Prediction;
import grapevine.netlab.epidemic.Theory;
import grapevine.netlab.report.figures.CoverageCurve;
import grapevine.netlab.report.figures.PredictedCurve;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.scenario.Wires;
import java.util.List;
import java.util.Optional;

/**
 * What theory says of a scenario: the random-graph model, where the scenario is of the kind that it
 * speaks of: a random graph without faults, and a strategy that waits for nothing.
 */
final class Predictions {
  /** One check of a signature, which every hop of a transaction takes. */
  private static final double PROCESSING_MILLIS = 0.145;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int LEGS_ANNOUNCE = 3;
  private static final int LEGS_FLOOD = 1;

  private Predictions() {}

  /** The curve for transactions beside the measured one; empty where the model says nothing. */
  static Optional<PredictedCurve> of(Scenario scenario, CoverageCurve measured) {
    if (!(scenario.topology() instanceof TopologyPlan.Random random)
        || !scenario.faults().isEmpty()
        || measured.isEmpty()) {
      return Optional.empty();
    }
    String relay = scenario.population().relay();
    int legs =
        switch (relay) {
          case "announce" -> LEGS_ANNOUNCE;
          case "flood" -> LEGS_FLOOD;
          default -> 0;
        };
    if (legs == 0) {
      return Optional.empty();
    }
    HopTime hop = new HopTime(meanDelayMillis(scenario), legs, PROCESSING_MILLIS);
    Conditions conditions =
        new Conditions(
            scenario.population().nodes(), random.degree(), hop, scenario.links().messageLoss(), 0);
    List<Prediction> predictions = Theory.predict(conditions);
    return predictions.stream()
        .filter(prediction -> prediction.model() == Model.RANDOM_GRAPH)
        .findFirst()
        .map(prediction -> PredictedCurve.of(relay, "transaction", prediction, measured));
  }

  private static double meanDelayMillis(Scenario scenario) {
    Wires wires = scenario.drawWires();
    Topology topology = scenario.drawTopology();
    double sum = 0;
    long links = 0;
    for (int node = 0; node < topology.nodes(); node++) {
      for (int peer : topology.dials(node)) {
        sum += wires.baseDelayNanos(node, peer) / NANOS_PER_MILLI;
        links++;
      }
    }
    return links == 0 ? 0 : sum / links;
  }
}
