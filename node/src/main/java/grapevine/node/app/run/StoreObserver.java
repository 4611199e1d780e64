package grapevine.node.app.run;

import grapevine.node.metrics.DriverMetrics;
import grapevine.node.storage.LmdbItemStore;
import grapevine.node.storage.StoreProblem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what the store says: to who waits for the disk, to the figures, to the log. Any thread.
 * A problem is found again with each try, and logged once.
 */
final class StoreObserver implements LmdbItemStore.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(StoreObserver.class);

  private final Durability durability;
  private final DriverMetrics metrics;
  private StoreProblem.@Nullable Kind logged;

  StoreObserver(Durability durability, DriverMetrics metrics) {
    this.durability = durability;
    this.metrics = metrics;
  }

  @Override
  public void onCommitted(long position, long tookNanos) {
    metrics.onCommit(tookNanos);
    durability.onCommitted(position);
  }

  @Override
  public void onProblem(StoreProblem problem) {
    metrics.onStoreError(problem.kind().key());
    if (isNews(problem.kind())) {
      LOG.atWarn()
          .addKeyValue("reason", problem.kind().key())
          .addKeyValue("detail", problem.detail())
          .log("read-only from now on, relaying from memory");
    }
    durability.onProblem();
  }

  private synchronized boolean isNews(StoreProblem.@Nullable Kind kind) {
    boolean news = kind != logged;
    logged = kind;
    return news;
  }

  @Override
  public void onRecovered() {
    isNews(null);
    LOG.info("storing again");
  }

  @Override
  public void onDamaged(String detail) {
    metrics.onStoreError("damaged-value");
    LOG.atWarn().addKeyValue("detail", detail).log("damaged value");
  }
}
