package grapevine.netlab.local;

import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.TransactionMaker;
import grapevine.netlab.trace.TraceRecorder;
import grapevine.node.model.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Signs transactions of 250 bytes at a steady rate and submits each to a random node that runs. One
 * thread runs it; each submission waits for its answer on a virtual thread, so that a slow node
 * delays nobody: beyond a bound it is passed over, and only when all are slow the source falls
 * behind, which it counts.
 */
public final class TrafficSource {
  /** Of the whole encoding. */
  public static final int TRANSACTION_BYTES = 250;

  private static final int UNANSWERED_MAX = 16;
  private static final long FULL_PAUSE_NANOS = 1_000_000;
  private static final long LATE_NANOS = 100_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final LocalCluster cluster;
  private final TransactionMaker transactions;
  private final Submissions submissions;
  private final RandomGenerator random;
  private final List<Semaphore> turns = new ArrayList<>();

  private long late;

  public TrafficSource(
      LocalCluster cluster, LabNetwork network, TraceRecorder recorder, RandomGenerator random) {
    this.cluster = cluster;
    this.transactions = new TransactionMaker(network, random);
    this.submissions = new Submissions(cluster, recorder);
    this.random = random;
    for (int node = 0; node < cluster.nodes(); node++) {
      turns.add(new Semaphore(UNANSWERED_MAX));
    }
  }

  /**
   * Submits {@code count} transactions, so many a second, and waits for the last answer.
   *
   * @param onSent is told after each that was sent
   */
  public void run(long count, double ratePerSecond, Runnable onSent) throws InterruptedException {
    long startNanos = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long i = 0; i < count; i++) {
        long dueNanos = startNanos + (long) (i * NANOS_PER_SECOND / ratePerSecond);
        sleepUntil(dueNanos);
        int node = nodeWithRoom();
        if (System.nanoTime() - dueNanos > LATE_NANOS) {
          late++;
        }
        Transaction transaction = transactions.make(System.currentTimeMillis(), TRANSACTION_BYTES);
        threads.execute(() -> submit(node, transaction));
        onSent.run();
      }
    }
  }

  private static void sleepUntil(long dueNanos) throws InterruptedException {
    for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** A random node that runs and has a turn left, which is taken. */
  private int nodeWithRoom() throws InterruptedException {
    while (true) {
      int first = random.nextInt(turns.size());
      for (int i = 0; i < turns.size(); i++) {
        int node = (first + i) % turns.size();
        if (cluster.isUp(node) && turns.get(node).tryAcquire()) {
          return node;
        }
      }
      sleepUntil(System.nanoTime() + FULL_PAUSE_NANOS);
    }
  }

  private void submit(int node, Transaction transaction) {
    try {
      submissions.submit(node, transaction);
    } finally {
      turns.get(node).release();
    }
  }

  /** Submissions that a node answered to be safe. */
  public long acknowledged() {
    return submissions.acknowledged();
  }

  /** Submissions without an answer: the node was killed meanwhile, or took too long. */
  public long unanswered() {
    return submissions.unanswered();
  }

  /** Submissions that were refused, by reason. */
  public SortedMap<String, Long> refused() {
    return submissions.refused();
  }

  /** Transactions that were sent more than 100 ms after they were due. */
  public long late() {
    return late;
  }
}
