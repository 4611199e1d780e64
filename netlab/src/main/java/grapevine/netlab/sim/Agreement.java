package grapevine.netlab.sim;

import grapevine.node.protocol.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether all live nodes hold the same set, and the same tips. Confined to the simulation's thread.
 */
final class Agreement {
  private static final int NAMED_MAX = 5;

  private final Simulation simulation;

  Agreement(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Where the first live nodes differ from the lowest one; empty when all agree. */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    Optional<SimNode> first = Optional.empty();
    NodeView.SetDigest expected = null;
    for (int number = 0; number < simulation.nodes(); number++) {
      SimNode node = simulation.node(number);
      if (!node.isUp()) {
        continue;
      }
      NodeView.SetDigest digest = node.view().digest();
      if (expected == null) {
        expected = digest;
        first = Optional.of(node);
      } else if (!digest.equals(expected)) {
        differences.add(
            "node %d holds %s, node %d %s"
                .formatted(number, words(digest), first.orElseThrow().number(), words(expected)));
        if (differences.size() == NAMED_MAX) {
          break;
        }
      }
    }
    return differences;
  }

  private static String words(NodeView.SetDigest digest) {
    return "%d transactions (%.8s), %d blocks (%.8s), best %.8s, %d tips"
        .formatted(
            digest.transactions(),
            digest.transactionDigest(),
            digest.blocks(),
            digest.blockDigest(),
            digest.bestId(),
            digest.tips().size());
  }
}
