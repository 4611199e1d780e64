package grapevine.node.api;

import grapevine.node.protocol.NodeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Says whether the node lives and whether it is of use, in the words of Kubernetes. Any thread. */
final class Health {
  /** A loop that takes longer hangs, for whoever waits for an answer. */
  private static final long TIMEOUT_NANOS = 5_000_000_000L;

  private static final int MIN_PEERS_MAX = 1_000_000;

  private final NodeGate gate;

  Health(NodeGate gate) {
    this.gate = gate;
  }

  /** {@code GET /livez}: 200 as long as the core's thread answers. */
  void live(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    answer(call, 0, false);
  }

  /**
   * {@code GET /readyz?min_peers=N}: 200 when it also has peers, the right time, stores, and is not
   * about to end.
   */
  void ready(Call call) throws ApiError, IOException, InterruptedException {
    answer(call, Call.number(call.query("min_peers"), "min_peers", 0, MIN_PEERS_MAX, 0), true);
  }

  private void answer(Call call, long peersMin, boolean isReadiness)
      throws IOException, InterruptedException {
    List<String> reasons = new ArrayList<>();
    try {
      NodeView.Status status = Answers.await(gate.status(), TIMEOUT_NANOS);
      if (isReadiness && gate.isDraining()) {
        reasons.add(ApiError.stopping().detail());
      }
      int peers = status.peersInbound() + status.peersOutbound();
      if (peers < peersMin) {
        reasons.add(peers + " peers, expected at least " + peersMin);
      }
      if (isReadiness && status.clockJumpMillis() != 0) {
        reasons.add("the wall clock jumped by " + status.clockJumpMillis() + " ms");
      }
      String problem = gate.store().problem();
      if (isReadiness && problem != null) {
        reasons.add("nothing new is stored: " + problem);
      }
    } catch (ApiError e) {
      reasons.add(e.detail());
    }
    call.answer(reasons.isEmpty() ? 200 : 503, Json.health(reasons));
  }
}
