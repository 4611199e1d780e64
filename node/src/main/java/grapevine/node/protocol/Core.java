package grapevine.node.protocol;

import grapevine.node.model.Item;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.Inputs;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.protocol.sync.BlockTemplate;
import java.util.List;
import java.util.Optional;

/**
 * A core as the rest of a node knows it: {@link NodeCore}, or one that writes down what it is told
 * before it passes it on. Confined to one thread.
 */
public interface Core extends Inputs {
  /** Loads the store and what was known of other nodes; called once, before any other input. */
  void start(List<NodeRecord> savedRecords, long nowNanos);

  /** An item of this node's own API or producer, whose signatures the caller has checked. */
  NodeView.Submission submit(Item item, long nowNanos);

  /**
   * What the producer with this index should sign for the present slot: empty when the slot is not
   * its own, or has been used.
   */
  Optional<BlockTemplate.Proposal> proposal(int producer, long nowNanos);

  /**
   * Does what the operator wants. A ban may come before the start.
   *
   * @return connections that were ended; for an unban: bans that were
   */
  int onOperator(OperatorAction action, long nowNanos);

  /** What this core tells who asks. */
  NodeView view();
}
