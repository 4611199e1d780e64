package grapevine.node.storage;

import static grapevine.node.storage.Samples.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.port.ItemStore.PutResult;
import org.junit.jupiter.api.Test;

class MemoryItemStoreTest implements ItemStoreContract<MemoryItemStore> {
  private final MemoryItemStore store = new MemoryItemStore(1 << 20);

  @Override
  public MemoryItemStore store() {
    return store;
  }

  @Override
  public void settle() {}

  @Test
  void shouldAnswerFullAtItsBoundAndTakeMoreAfterARemoval() {
    long itemBytes = MemoryItemStore.ITEM_BYTES + transaction(1).sizeBytes();
    MemoryItemStore small = new MemoryItemStore(2 * itemBytes);
    assertThat(small.put(transaction(1))).isEqualTo(PutResult.STORED);
    assertThat(small.put(transaction(2))).isEqualTo(PutResult.STORED);
    assertThat(small.put(transaction(3))).isEqualTo(PutResult.FULL);
    assertThat(small.position()).isEqualTo(2);
    assertThat(small.put(transaction(1))).isEqualTo(PutResult.PRESENT);
    small.remove(transaction(1).id());
    assertThat(small.put(transaction(3))).isEqualTo(PutResult.STORED);
  }
}
