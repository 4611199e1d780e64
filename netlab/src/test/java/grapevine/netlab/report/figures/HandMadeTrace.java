package grapevine.netlab.report.figures;

import grapevine.crypto.Hash256;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** A trace written down in milliseconds; it starts at 0, when all nodes are up. */
public final class HandMadeTrace {
  public static final int TRANSACTION_BYTES = 250;
  private static final int BLOCK_BYTES = 100_000;
  private static final long MILLI = 1_000_000;

  private final int count;
  private final TraceRecorder recorder;
  private final List<NodeCosts> costs;
  private boolean counted;
  private int items;

  public HandMadeTrace(int count) {
    this.count = count;
    recorder = new TraceRecorder(count);
    costs = new ArrayList<>(Collections.nCopies(count, NodeCosts.NONE));
    for (int i = 0; i < count; i++) {
      recorder.onUp(i, 0);
    }
  }

  public void restarted(int node, long upSinceMillis) {
    recorder.onDown(node);
    recorder.onUp(node, upSinceMillis * MILLI);
  }

  public void down(int node) {
    recorder.onDown(node);
  }

  public void costs(int node, NodeCosts counts) {
    costs.set(node, counts);
    counted = true;
  }

  /** A transaction that all nodes hold; times by node, {@link Trace#NEVER} for unseen. */
  public void transaction(long bornMillis, long... acceptedMillis) {
    transactionHeldBy(all(), bornMillis, acceptedMillis);
  }

  public void transactionHeldBy(List<Integer> holders, long bornMillis, long... acceptedMillis) {
    add(ItemKind.TRANSACTION, holders, bornMillis, acceptedMillis);
  }

  public void block(long bornMillis, long... acceptedMillis) {
    add(ItemKind.BLOCK, all(), bornMillis, acceptedMillis);
  }

  private List<Integer> all() {
    return IntStream.range(0, count).boxed().toList();
  }

  /** A transaction of that size that all nodes hold. */
  public void sized(int bytes, long bornMillis, long... acceptedMillis) {
    add(ItemKind.TRANSACTION, bytes, all(), bornMillis, acceptedMillis);
  }

  /**
   * A transaction born at 0 that reaches one node after another.
   *
   * @param stepMillis between two nodes
   * @param parents by node; a node comes behind its parent
   */
  public void handedOn(int stepMillis, int... parents) {
    ItemId id = nextId(ItemKind.TRANSACTION);
    for (int node = 0; node < count; node++) {
      recorder.onAccepted(node, id, TRANSACTION_BYTES, parents[node], MILLI * node * stepMillis);
      recorder.onHeld(node, id);
    }
  }

  private void add(ItemKind kind, List<Integer> holders, long bornMillis, long... acceptedMillis) {
    int bytes = kind == ItemKind.BLOCK ? BLOCK_BYTES : TRANSACTION_BYTES;
    add(kind, bytes, holders, bornMillis, acceptedMillis);
  }

  private void add(
      ItemKind kind, int bytes, List<Integer> holders, long bornMillis, long... acceptedMillis) {
    ItemId id = nextId(kind);
    for (int node = 0; node < count; node++) {
      long accepted = acceptedMillis[node];
      if (accepted != Trace.NEVER) {
        int parent = accepted == bornMillis ? Trace.OWN : Trace.UNKNOWN;
        recorder.onAccepted(node, id, bytes, parent, accepted * MILLI);
      }
    }
    holders.forEach(node -> recorder.onHeld(node, id));
  }

  private ItemId nextId(ItemKind kind) {
    byte[] hash = new byte[Hash256.BYTES];
    ByteBuffer.wrap(hash).putInt(items++);
    return new ItemId(kind, Hash256.of(hash));
  }

  public Trace trace() {
    return recorder.trace(0, 10_000 * MILLI, counted ? costs : List.of());
  }

  public PropagationReport report() {
    return report("announce");
  }

  public PropagationReport report(String relay) {
    return PropagationReport.of(trace(), relay, PropagationReport.PERCENTS);
  }
}
