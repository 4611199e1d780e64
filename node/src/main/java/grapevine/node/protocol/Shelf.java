package grapevine.node.protocol;

import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.protocol.pool.Pool;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.session.Backlog;
import java.util.Optional;

/** Where served bodies come from: memory first, then the store. */
record Shelf(Pool pool, Unstored unstored, ItemStore store, Births births)
    implements Backlog.Source {
  @Override
  public Optional<Item> item(ItemId id) {
    if (id.kind() == ItemKind.TRANSACTION) {
      Optional<Item> pooled = pool.transaction(id.hash()).map(tx -> tx);
      if (pooled.isPresent()) {
        return pooled;
      }
    }
    return unstored.item(id).or(() -> store.item(id));
  }

  @Override
  public int ageMillis(ItemId id, long nowNanos) {
    return births.ageMillis(id, nowNanos);
  }
}
