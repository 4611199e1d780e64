package grapevine.netlab.report;

import grapevine.crypto.Hash256;
import grapevine.netlab.trace.ItemTrace;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.NodeTrace;
import grapevine.netlab.trace.Trace;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** A trace written down in milliseconds; it starts at 0, when all nodes are up. */
final class HandMadeTrace {
  private static final long MILLI = 1_000_000;

  private final List<NodeTrace> nodes = new ArrayList<>();
  private final List<ItemTrace> items = new ArrayList<>();

  HandMadeTrace(int count) {
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeTrace(0, false, null));
    }
  }

  void restarted(int node, long upSinceMillis) {
    nodes.set(node, new NodeTrace(upSinceMillis * MILLI, true, nodes.get(node).costs()));
  }

  void down(int node) {
    nodes.set(node, new NodeTrace(Trace.NEVER, true, null));
  }

  void costs(int node, NodeCosts costs) {
    NodeTrace old = nodes.get(node);
    nodes.set(node, new NodeTrace(old.upSinceNanos(), old.restarted(), costs));
  }

  /** A transaction that all nodes hold; times by node, {@link Trace#NEVER} for unseen. */
  void transaction(long bornMillis, long... acceptedMillis) {
    transactionHeldBy(all(), bornMillis, acceptedMillis);
  }

  void transactionHeldBy(List<Integer> holders, long bornMillis, long... acceptedMillis) {
    add(ItemKind.TRANSACTION, holders, bornMillis, acceptedMillis);
  }

  void block(long bornMillis, long... acceptedMillis) {
    add(ItemKind.BLOCK, all(), bornMillis, acceptedMillis);
  }

  private List<Integer> all() {
    return IntStream.range(0, nodes.size()).boxed().toList();
  }

  private void add(ItemKind kind, List<Integer> holders, long bornMillis, long... acceptedMillis) {
    long[] accepted = new long[nodes.size()];
    for (int node = 0; node < accepted.length; node++) {
      accepted[node] = nanos(acceptedMillis[node]);
    }
    BitSet held = new BitSet();
    holders.forEach(held::set);
    byte[] hash = new byte[Hash256.BYTES];
    hash[0] = (byte) items.size();
    items.add(new ItemTrace(new ItemId(kind, Hash256.of(hash)), nanos(bornMillis), accepted, held));
  }

  private static long nanos(long millis) {
    return millis == Trace.NEVER ? Trace.NEVER : millis * MILLI;
  }

  PropagationReport report() {
    return PropagationReport.of(new Trace(0, 10_000 * MILLI, nodes, items, 0, 0));
  }
}
