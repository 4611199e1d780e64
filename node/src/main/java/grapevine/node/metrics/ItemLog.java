package grapevine.node.metrics;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes to the log what becomes of items. Confined to the core's thread.
 *
 * <p>What somebody must have done on purpose (two blocks of a slot, two transactions of a nonce, an
 * item that is invalid) is told always, a few lines a minute; a new best tip too, since there is
 * one a slot. Everything else happens to every item, and is told at debug.
 */
public final class ItemLog implements NodeEvents {
  private final Logger log;
  private final Map<Rejection, LogBudget> rejections = new EnumMap<>(Rejection.class);
  private final LogBudget contradictions = new LogBudget();
  private final LogBudget tips = new LogBudget();

  public ItemLog() {
    this(LoggerFactory.getLogger(ItemLog.class));
  }

  ItemLog(Logger log) {
    this.log = log;
  }

  private static LoggingEventBuilder about(LoggingEventBuilder line, ItemId id) {
    return line.addKeyValue("item", id.hash()).addKeyValue("kind", id.kind().label());
  }

  private static LoggingEventBuilder from(LoggingEventBuilder line, @Nullable PeerId peer) {
    return peer == null ? line : line.addKeyValue("peer", peer);
  }

  @Override
  public void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
    if (log.isDebugEnabled()) {
      from(about(log.atDebug(), id), from)
          .addKeyValue("bytes", bytes)
          .addKeyValue("ageMillis", ageMillis)
          .log("accepted");
    }
  }

  @Override
  public void onRejected(ItemId id, Rejection reason, @Nullable PeerId from, long nowNanos) {
    LogBudget budget = rejections.computeIfAbsent(reason, first -> new LogBudget());
    if (budget.allows(nowNanos)) {
      LoggingEventBuilder line = from(about(log.atInfo(), id), from);
      budget.write(line.addKeyValue("reason", reason.key()), "rejected");
    }
  }

  @Override
  public void onDropped(ItemId id, Rejection reason, long nowNanos) {
    if (log.isDebugEnabled()) {
      about(log.atDebug(), id).addKeyValue("reason", reason.key()).log("dropped");
    }
  }

  @Override
  public void onConflict(ItemId kept, ItemId other, long nowNanos) {
    tellContradiction(kept, other, "conflict", nowNanos);
  }

  @Override
  public void onEquivocation(ItemId first, ItemId second, long nowNanos) {
    tellContradiction(first, second, "equivocation", nowNanos);
  }

  private void tellContradiction(ItemId first, ItemId second, String message, long nowNanos) {
    if (contradictions.allows(nowNanos)) {
      LoggingEventBuilder line = about(log.atWarn(), first);
      contradictions.write(line.addKeyValue("other", second.hash()), message);
    }
  }

  @Override
  public void onBestTip(ItemId id, long height, int tipCount, long nowNanos) {
    if (id.kind() == ItemKind.BLOCK && tips.allows(nowNanos)) {
      LoggingEventBuilder line = about(log.atInfo(), id);
      tips.write(line.addKeyValue("height", height).addKeyValue("tips", tipCount), "best tip");
    }
  }
}
