package grapevine.node.protocol;

import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Transaction;
import java.util.List;

/** What waits for its signatures to be checked. */
sealed interface Pending {
  record OfTransaction(Transaction transaction) implements Pending {}

  /** Its checks are the header's first, then those of transactions that were not yet held. */
  record OfBlock(Block block) implements Pending {}

  record OfHeaders(List<BlockHeader> headers) implements Pending {}

  record OfRecords(List<NodeRecord> records) implements Pending {}
}
