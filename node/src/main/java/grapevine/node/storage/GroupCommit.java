package grapevine.node.storage;

import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of writes on their way to a disk: what waits, what goes together, what is durable. It
 * has no thread, clock or file; an owner drives it, and answers for calls from one thread at a
 * time. LMDB and a simulated disk that loses power run under it alike, so what the simulator shows
 * about acknowledged items holds for the node.
 *
 * <p>Operations are queued in the order in which they came. A <em>batch</em> is a prefix of the
 * queue that the disk applies as one transaction, all or nothing. One batch is in flight at a time:
 *
 * <pre>
 * idle --takeBatch--> in flight --onCommitted--> idle
 *                     in flight --onFailed--> troubled: puts answer FULL
 * troubled --takeBatch after retryNanos--> in flight (an empty batch if nothing waits: a probe)
 * </pre>
 *
 * <p>What always holds: positions are given to puts in order and never twice; every put at or below
 * {@link #committedPosition()} is on disk; the last operation on an item that has not reached the
 * disk is known ({@link #pending}), so reads see it at once; waiting puts are bounded in bytes.
 * Waiting removals are bounded only by the items there are to remove: refusing them would keep a
 * full disk full.
 *
 * <p>A disk without room for more puts may still have room to remove, and only that makes room
 * again. So the first retry after a failure carries the removals alone that no waiting put of the
 * same item precedes: their order against other items does not matter.
 */
public final class GroupCommit {
  /**
   * Bounds, and how long an operation waits for company.
   *
   * @param pendingBytesMax puts beyond it answer FULL: what a crash of a busy node may lose of
   *     relayed items, and memory that a slow disk may hold
   * @param batchBytesMax a batch ends with the operation that reaches it: bounds the time and the
   *     pages of one transaction
   * @param batchOperationsMax likewise for small items; beyond some 1,000 a larger batch gains
   *     nothing
   * @param syncNanos how long a requested commit waits for others: about one fsync
   * @param flushNanos how long anything waits at most
   * @param retryNanos how long a troubled disk is left alone
   */
  public record Limits(
      long pendingBytesMax,
      long batchBytesMax,
      int batchOperationsMax,
      long syncNanos,
      long flushNanos,
      long retryNanos) {
    public static Limits defaults() {
      return new Limits(16 << 20, 4 << 20, 1024, 5_000_000, 1_000_000_000, 2_000_000_000);
    }
  }

  /** What an operation costs in memory beside the bytes of its item. */
  static final long OPERATION_BYTES = 128;

  /** One change of the disk. */
  public sealed interface Operation {
    ItemId id();

    /** Stores the item, and logs it under its position. */
    record Put(long position, Item item) implements Operation {
      @Override
      public ItemId id() {
        return item.id();
      }
    }

    /** Removes the item, if it is there. */
    record Remove(ItemId id) implements Operation {}
  }

  /**
   * What goes to disk as one transaction, in this order.
   *
   * @param committedPosition what becomes durable with it
   */
  public record Batch(List<Operation> operations, long committedPosition) {
    public Batch {
      operations = List.copyOf(operations);
    }
  }

  private final Limits limits;
  private final ArrayDeque<Operation> queue = new ArrayDeque<>();

  /** The last operation on each item that is queued or in flight; looked up, never iterated. */
  private final Map<ItemId, Operation> pending = new HashMap<>();

  private long queuedBytes;
  private long inFlightBytes;
  private long position;
  private long committedPosition;
  private long dueNanos = Component.NEVER;
  private @Nullable Batch inFlight;
  private boolean removalsNext;
  private boolean removalsOnly;
  private @Nullable StoreProblem problem;

  /**
   * @param committedPosition where the disk stands
   */
  public GroupCommit(Limits limits, long committedPosition) {
    this.limits = limits;
    this.committedPosition = committedPosition;
    position = committedPosition;
  }

  /**
   * Queues an item that the caller knows to be neither pending nor on disk.
   *
   * @return STORED, or FULL while the disk is in trouble or too much waits for it
   */
  public PutResult put(Item item, long nowNanos) {
    Operation.Put put = new Operation.Put(position + 1, item);
    if (problem != null || pendingBytes() + bytes(put) > limits.pendingBytesMax) {
      return PutResult.FULL;
    }
    position++;
    add(put, nowNanos);
    return PutResult.STORED;
  }

  /** Queues the removal of an item that is pending or on disk. */
  public void remove(ItemId id, long nowNanos) {
    add(new Operation.Remove(id), nowNanos);
  }

  private static long bytes(Operation operation) {
    return switch (operation) {
      case Operation.Put put -> OPERATION_BYTES + put.item.sizeBytes();
      case Operation.Remove remove -> OPERATION_BYTES;
    };
  }

  private void add(Operation operation, long nowNanos) {
    queue.add(operation);
    pending.put(operation.id(), operation);
    queuedBytes += bytes(operation);
    if (problem == null) {
      boolean fillsBatch =
          queuedBytes >= limits.batchBytesMax || queue.size() >= limits.batchOperationsMax;
      dueNanos = Math.min(dueNanos, nowNanos + (fillsBatch ? 0 : limits.flushNanos));
    }
  }

  /** Asks for everything queued so far to be committed soon. */
  public void sync(long nowNanos) {
    if (!queue.isEmpty() && problem == null) {
      dueNanos = Math.min(dueNanos, nowNanos + limits.syncNanos);
    }
  }

  /** The last operation on the item that is not known to be on disk; it outweighs the disk. */
  public Optional<Operation> pending(ItemId id) {
    return Optional.ofNullable(pending.get(id));
  }

  /** When the next batch can be taken; {@link Component#NEVER} while one is in flight. */
  public long deadlineNanos() {
    return inFlight == null ? dueNanos : Component.NEVER;
  }

  /**
   * Takes the batch that is due. It ends in {@link #onCommitted} or {@link #onFailed}.
   *
   * @param nowNanos {@link Component#NEVER} - 1 takes whatever there is
   */
  public Optional<Batch> takeBatch(long nowNanos) {
    if (deadlineNanos() == Component.NEVER || nowNanos < dueNanos) {
      return Optional.empty();
    }
    List<Operation> taken = removalsNext ? takeRemovals() : List.of();
    removalsNext = false;
    removalsOnly = !taken.isEmpty();
    if (taken.isEmpty()) {
      taken = takePrefix();
    }
    long last = committedPosition;
    for (Operation operation : taken) {
      queuedBytes -= bytes(operation);
      inFlightBytes += bytes(operation);
      if (operation instanceof Operation.Put put) {
        last = put.position;
      }
    }
    inFlight = new Batch(taken, last);
    // What is left was due with what was taken; what comes from now on has its own time.
    dueNanos = queue.isEmpty() ? Component.NEVER : nowNanos;
    return Optional.of(inFlight);
  }

  private List<Operation> takePrefix() {
    List<Operation> taken = new ArrayList<>();
    long bytes = 0;
    while (!queue.isEmpty()
        && bytes < limits.batchBytesMax
        && taken.size() < limits.batchOperationsMax) {
      Operation operation = queue.remove();
      bytes += bytes(operation);
      taken.add(operation);
    }
    return taken;
  }

  private List<Operation> takeRemovals() {
    List<Operation> taken = new ArrayList<>();
    Set<ItemId> waitingPuts = new HashSet<>();
    Iterator<Operation> operations = queue.iterator();
    while (operations.hasNext() && taken.size() < limits.batchOperationsMax) {
      switch (operations.next()) {
        case Operation.Put put -> waitingPuts.add(put.id());
        case Operation.Remove remove -> {
          if (!waitingPuts.contains(remove.id)) {
            operations.remove();
            taken.add(remove);
          }
        }
      }
    }
    return taken;
  }

  /** The disk holds the batch, whatever happens now. */
  public void onCommitted(Batch batch) {
    land(batch);
    committedPosition = batch.committedPosition;
    batch.operations.forEach(this::forget);
    if (problem != null) {
      // Nothing had a time while the disk was in trouble.
      dueNanos = queue.isEmpty() ? Component.NEVER : 0;
      problem = removalsOnly && !queue.isEmpty() ? problem : null;
    }
  }

  @SuppressWarnings("ReferenceEquality") // this very operation: a later equal one still waits
  private void forget(Operation operation) {
    if (pending.get(operation.id()) == operation) {
      pending.remove(operation.id());
    }
  }

  /** Nothing of the batch is on disk; it will be tried again. */
  public void onFailed(Batch batch, StoreProblem why, long nowNanos) {
    land(batch);
    for (int i = batch.operations.size() - 1; i >= 0; i--) {
      queue.addFirst(batch.operations.get(i));
      queuedBytes += bytes(batch.operations.get(i));
    }
    removalsNext = !removalsOnly;
    onTrouble(why, nowNanos);
  }

  /** The disk is known to take nothing at the moment. */
  public void onTrouble(StoreProblem why, long nowNanos) {
    problem = why;
    dueNanos = nowNanos + limits.retryNanos;
  }

  @SuppressWarnings("ReferenceEquality") // the batch that was handed out, not one that looks alike
  private void land(Batch batch) {
    if (batch != inFlight) {
      throw new IllegalStateException("a batch ended that is not in flight");
    }
    inFlight = null;
    inFlightBytes = 0;
  }

  /** Position of the last put. */
  public long position() {
    return position;
  }

  /** All puts up to this position are on disk. */
  public long committedPosition() {
    return committedPosition;
  }

  /** Bytes queued and in flight. */
  public long pendingBytes() {
    return queuedBytes + inFlightBytes;
  }

  /** Why puts are refused, while the disk is in trouble. */
  public Optional<StoreProblem> problem() {
    return Optional.ofNullable(problem);
  }

  /** Recomputes what is kept up step by step; throws at the first that does not hold. */
  public void checkInvariants() {
    List<Operation> all = new ArrayList<>();
    if (inFlight != null) {
      all.addAll(inFlight.operations);
    }
    all.addAll(queue);
    long bytes = 0;
    long last = committedPosition;
    Map<ItemId, Operation> latest = new HashMap<>();
    for (Operation operation : all) {
      bytes += bytes(operation);
      latest.put(operation.id(), operation);
      if (operation instanceof Operation.Put put) {
        require(put.position > last, "position " + put.position + " after " + last);
        last = put.position;
      }
    }
    require(last == position, "last waiting position " + last + ", expected " + position);
    require(bytes == pendingBytes(), "pending bytes " + pendingBytes() + ", expected " + bytes);
    require(latest.equals(pending), "pending differs from the queue");
    require(
        queue.isEmpty() || dueNanos != Component.NEVER || inFlight != null,
        "operations wait, but none is ever due");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }
}
