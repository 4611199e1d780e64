package grapevine.netlab.sim;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.Component;
import grapevine.node.storage.GroupCommit;
import grapevine.node.storage.GroupCommit.Operation;
import grapevine.node.storage.MemoryItemStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A disk that loses power: the node's own group commit over a memory that keeps only what was
 * committed. A commit takes time, and one that power cuts short leaves nothing. Confined to the
 * simulation's thread.
 */
final class CrashableStore implements SimStore {
  private final Simulation simulation;
  private final long bytesMax;
  private MemoryItemStore disk;
  private GroupCommit commits;
  private GroupCommit.Batch underWay = new GroupCommit.Batch(List.of(), 0);
  private long armedNanos = Component.NEVER;

  /** Counts crashes: what was scheduled in another life does nothing. */
  private int life;

  CrashableStore(Simulation simulation, long bytesMax) {
    this.simulation = simulation;
    this.bytesMax = bytesMax;
    disk = new MemoryItemStore(bytesMax);
    commits = new GroupCommit(GroupCommit.Limits.defaults(), 0);
  }

  @Override
  public void crash() {
    life++;
    commits = new GroupCommit(GroupCommit.Limits.defaults(), commits.committedPosition());
    armedNanos = Component.NEVER;
  }

  @Override
  public int life() {
    return life;
  }

  @Override
  public void wipe() {
    crash();
    disk = new MemoryItemStore(bytesMax);
  }

  @Override
  public PutResult put(Item item) {
    if (contains(item.id())) {
      return PutResult.PRESENT;
    }
    PutResult result = commits.put(item, simulation.nowNanos());
    arm();
    return result;
  }

  @Override
  public boolean contains(ItemId id) {
    return commits
        .pending(id)
        .map(operation -> operation instanceof Operation.Put)
        .orElseGet(() -> disk.contains(id));
  }

  @Override
  public Optional<Item> item(ItemId id) {
    Optional<Operation> pending = commits.pending(id);
    if (pending.isEmpty()) {
      return disk.item(id);
    }
    return pending.get() instanceof Operation.Put put ? Optional.of(put.item()) : Optional.empty();
  }

  @Override
  public void remove(ItemId id) {
    if (contains(id)) {
      commits.remove(id, simulation.nowNanos());
      arm();
    }
  }

  @Override
  public long position() {
    return commits.position();
  }

  @Override
  public long committedPosition() {
    return commits.committedPosition();
  }

  @Override
  public void sync() {
    commits.sync(simulation.nowNanos());
    arm();
  }

  @Override
  public void headers(Consumer<BlockHeader> sink) {
    disk.headers(sink);
  }

  @Override
  public void transactions(long wallMillis, Consumer<Transaction> sink) {
    disk.transactions(wallMillis, sink);
  }

  private void arm() {
    long dueNanos = commits.deadlineNanos();
    if (dueNanos < armedNanos) {
      armedNanos = Math.max(dueNanos, simulation.nowNanos());
      int armedLife = life;
      simulation.at(armedNanos, nowNanos -> onDue(armedLife, nowNanos));
    }
  }

  private void onDue(int armedLife, long nowNanos) {
    if (armedLife != life || nowNanos != armedNanos) {
      return;
    }
    armedNanos = Component.NEVER;
    Optional<GroupCommit.Batch> batch = commits.takeBatch(nowNanos);
    if (batch.isEmpty()) {
      arm();
      return;
    }
    underWay = batch.get();
    simulation.at(nowNanos + SimCosts.COMMIT_NANOS, later -> onCommitted(armedLife));
  }

  private void onCommitted(int armedLife) {
    if (armedLife != life) {
      return; // the power was cut: all of the batch is lost
    }
    for (Operation operation : underWay.operations()) {
      switch (operation) {
        case Operation.Put put -> disk.put(put.item());
        case Operation.Remove remove -> disk.remove(remove.id());
      }
    }
    commits.onCommitted(underWay);
    arm();
  }
}
