package grapevine.netlab.local;

import grapevine.netlab.scenario.BlockMaker;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Schedule;
import grapevine.netlab.scenario.TransactionMaker;
import grapevine.node.model.Block;
import grapevine.node.model.Transaction;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands real nodes what a schedule says is born, each at its node and its time. One thread walks
 * the schedule; each item waits for its answer on a virtual thread, so that a slow node delays
 * nobody. When too many wait for answers the walk falls behind, which is counted.
 *
 * <p>A block that brings its own transactions is made here, upon the best tip of its producer's
 * node; one that takes what a pool holds the node makes of its own accord.
 */
final class LoadDriver {
  private static final int UNANSWERED_MAX = 1_000;
  private static final long LATE_NANOS = 100_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LocalCluster cluster;
  private final LabNetwork network;
  private final Submissions submissions;
  private final Origin origin;
  private final TransactionMaker transactions;
  private final BlockMaker blocks;

  /** The makers serve one thread at a time. */
  private final ReentrantLock making = new ReentrantLock();

  private final Semaphore turns = new Semaphore(UNANSWERED_MAX);
  private long late;

  LoadDriver(
      Scenario scenario,
      LocalCluster cluster,
      LabNetwork network,
      Submissions submissions,
      Origin origin) {
    this.cluster = cluster;
    this.network = network;
    this.submissions = submissions;
    this.origin = origin;
    transactions = scenario.transactionMaker(network);
    blocks = new BlockMaker(network, transactions);
  }

  /**
   * Walks the schedule to its end and waits for the last answer.
   *
   * @param onBorn is told after each
   */
  void run(Schedule schedule, Runnable onBorn) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        int nextTurn = 0;
        for (Schedule.Birth birth : schedule.births()) {
          nextTurn = takeTurns(schedule, nextTurn, birth.atNanos(), threads, onBorn);
          bear(birth, threads);
          onBorn.run();
        }
        takeTurns(schedule, nextTurn, Long.MAX_VALUE, threads, onBorn);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  /** All turns that come before a time; returns the number of the next. */
  private int takeTurns(
      Schedule schedule, int first, long beforeNanos, ExecutorService threads, Runnable onBorn)
      throws InterruptedException {
    int next = first;
    while (next < schedule.turns().size() && schedule.turns().get(next).atNanos() <= beforeNanos) {
      Schedule.Turn turn = schedule.turns().get(next++);
      if (turn.bytes() > 0) {
        await(turn.atNanos());
        threads.execute(() -> produce(turn));
      }
      onBorn.run();
    }
    return next;
  }

  private void await(long atNanos) throws InterruptedException {
    turns.acquire();
    long dueNanos = origin.nanos() + atNanos;
    Origin.sleepUntil(dueNanos);
    if (System.nanoTime() - dueNanos > LATE_NANOS) {
      late++;
    }
  }

  private void bear(Schedule.Birth birth, ExecutorService threads) throws InterruptedException {
    await(birth.atNanos());
    if (!cluster.isUp(birth.node())) {
      turns.release();
      return;
    }
    Transaction transaction;
    making.lock();
    try {
      transaction = transactions.make(System.currentTimeMillis(), birth.bytes());
    } finally {
      making.unlock();
    }
    threads.execute(
        () -> {
          try {
            submissions.submit(birth.node(), transaction);
          } finally {
            turns.release();
          }
        });
  }

  private void produce(Schedule.Turn turn) {
    int node = network.producers().get(turn.producer());
    try {
      if (cluster.isUp(node)) {
        submissions.submit(node, make(turn, cluster.api(node).best()));
      }
    } catch (NodeFailure | IOException e) {
      submissions.onUnanswered();
    } catch (InterruptedException e) {
      submissions.onUnanswered();
      Thread.currentThread().interrupt();
    } finally {
      turns.release();
    }
  }

  /** With the time at which its slot begins, even when it is made a little later. */
  private Block make(Schedule.Turn turn, NodeApi.Tip parent) {
    long slotMillis = origin.wallMillis() + turn.atNanos() / NANOS_PER_MILLI;
    making.lock();
    try {
      return blocks.make(
          turn.producer(),
          parent.id(),
          parent.height(),
          slotMillis,
          turn.bytes(),
          turn.transactionBytes());
    } finally {
      making.unlock();
    }
  }

  /** Items that were due more than 100 ms before they were sent. */
  long late() {
    return late;
  }
}
