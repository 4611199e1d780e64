package grapevine.node.app.run;

import grapevine.node.metrics.DriverMetrics;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.storage.AddressFile;
import grapevine.node.storage.LmdbItemStore;
import grapevine.node.transport.NodeLoop;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does by the clock beside its protocol: once a second it measures itself, twice a
 * minute it looks the names of its static peers up, every few minutes it saves the addresses it
 * knows. Lives on a thread of its own, because it waits for the core and for the disk; looking up
 * has another, so that a name server that does not answer holds up no look at the disk's free
 * space.
 */
final class Clockwork {
  private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);
  private static final long MEASURE_SECONDS = 1;
  private static final long SAVE_SECONDS = 300;

  /** Kubernetes gives the names of its pods a life of about this. */
  private static final long LOOK_UP_SECONDS = 30;

  private static final long CLOSE_SECONDS = 2;

  private final NodeLoop loop;
  private final LmdbItemStore store;
  private final long mapBytesMax;
  private final DriverMetrics metrics;
  private final NodeTime time;
  private final AddressFile addressFile;
  private final PeerDesk peerDesk;
  private final ScheduledThreadPoolExecutor thread = thread("grapevine-clockwork");
  private final ScheduledThreadPoolExecutor names = thread("grapevine-names");

  /**
   * @param time the clock of the event stream, used on the loop's thread only
   */
  Clockwork(
      NodeLoop loop,
      LmdbItemStore store,
      long mapBytesMax,
      DriverMetrics metrics,
      NodeTime time,
      AddressFile addressFile,
      PeerDesk peerDesk) {
    this.loop = loop;
    this.store = store;
    this.mapBytesMax = mapBytesMax;
    this.metrics = metrics;
    this.time = time;
    this.addressFile = addressFile;
    this.peerDesk = peerDesk;
  }

  /**
   * One thread, virtual because it mostly waits and a process may hold hundreds of nodes, that
   * forgets what is not due yet when it is shut down.
   */
  static ScheduledThreadPoolExecutor thread(String name) {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(1, task -> Thread.ofVirtual().name(name).unstarted(task));
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return thread;
  }

  /** Lets the task under way end, and no other begin. */
  static void end(ScheduledThreadPoolExecutor thread) throws InterruptedException {
    thread.shutdown();
    if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
      thread.shutdownNow();
    }
  }

  void start() {
    every(MEASURE_SECONDS, thread, this::measure);
    every(SAVE_SECONDS, thread, this::save);
    every(LOOK_UP_SECONDS, names, peerDesk::refresh);
  }

  /** A task that may fail, and is tried again when it is next due. */
  private interface Task {
    void run() throws IOException, Producer.Chain.Failure, InterruptedException;
  }

  private static void every(long seconds, ScheduledThreadPoolExecutor on, Task task) {
    on.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (IOException | Producer.Chain.Failure e) {
            LOG.atWarn().addKeyValue("error", e).log("periodic work failed");
          }
        },
        seconds,
        seconds,
        TimeUnit.SECONDS);
  }

  private void measure() throws Producer.Chain.Failure, InterruptedException {
    metrics.onLoopLag(loop.lagNanos());
    store.checkSpace();
    long diskFreeBytes = store.freeBytes();
    boolean readOnly = store.health().isPresent();
    new CoreAnswers(loop)
        .ask(
            (core, nowNanos) -> {
              time.onWallClock(System.currentTimeMillis(), nowNanos);
              NodeView.Status status = core.view().status(nowNanos);
              LmdbItemStore.Usage usage = store.usage();
              metrics.onSample(
                  status,
                  core.view().gauges(),
                  new DriverMetrics.StoreUse(
                      usage.entries(),
                      usage.bytes(),
                      (double) usage.bytes() / mapBytesMax,
                      diskFreeBytes,
                      readOnly));
              return status;
            });
  }

  private void save() throws IOException, Producer.Chain.Failure, InterruptedException {
    List<NodeRecord> records =
        new CoreAnswers(loop).ask((core, nowNanos) -> core.view().recordsToSave());
    addressFile.save(records);
  }

  /** Saves a last time. */
  void stop() throws IOException, Producer.Chain.Failure, InterruptedException {
    names.shutdownNow(); // a name server may take longer than an end
    end(thread);
    save();
  }
}
