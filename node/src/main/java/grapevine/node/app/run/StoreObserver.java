package grapevine.node.app.run;

import grapevine.node.metrics.DriverMetrics;
import grapevine.node.storage.LmdbItemStore;
import grapevine.node.storage.StoreProblem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what the store says: to who waits for the disk, to the figures, to the log. */
record StoreObserver(Durability durability, DriverMetrics metrics)
    implements LmdbItemStore.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(StoreObserver.class);

  @Override
  public void onCommitted(long position, long tookNanos) {
    metrics.onCommit(tookNanos);
    durability.onCommitted(position);
  }

  @Override
  public void onProblem(StoreProblem problem) {
    metrics.onStoreError(problem.kind().key());
    LOG.warn("nothing new is stored: {}: {}", problem.kind().key(), problem.detail());
  }

  @Override
  public void onRecovered() {
    LOG.info("storing again");
  }

  @Override
  public void onDamaged(String detail) {
    metrics.onStoreError("damaged-value");
    LOG.warn("damaged value: {}", detail);
  }
}
