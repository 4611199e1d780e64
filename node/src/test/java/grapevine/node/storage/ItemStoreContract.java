package grapevine.node.storage;

import static grapevine.node.storage.Samples.LIFETIME_SECONDS;
import static grapevine.node.storage.Samples.TIME_MILLIS;
import static grapevine.node.storage.Samples.block;
import static grapevine.node.storage.Samples.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemLog;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store does. */
interface ItemStoreContract<S extends ItemStore & ItemLog> {
  S store();

  /** Returns when everything put so far is durable. */
  void settle() throws Exception;

  @Test
  default void shouldReturnWhatWasPutBeforeAndAfterItIsDurable() throws Exception {
    List<Item> items = List.of(transaction(1), block(1), block(2, transaction(2), transaction(3)));
    for (Item item : items) {
      assertThat(store().put(item)).isEqualTo(PutResult.STORED);
    }
    for (int round = 0; round < 2; round++) {
      for (Item item : items) {
        assertThat(store().contains(item.id())).isTrue();
        Item read = store().item(item.id()).orElseThrow();
        assertThat(read.toBytes()).isEqualTo(item.toBytes());
        assertThat(store().put(item)).isEqualTo(PutResult.PRESENT);
      }
      assertThat(store().position()).isEqualTo(3);
      settle();
    }
    assertThat(store().committedPosition()).isEqualTo(3);
  }

  @Test
  default void shouldNotFindWhatIsNotThere() {
    assertThat(store().contains(transaction(1).id())).isFalse();
    assertThat(store().item(block(1).id())).isEmpty();
    store().remove(transaction(1).id());
    assertThat(store().position()).isZero();
  }

  @Test
  default void shouldForgetRemovedItemsAtOnceAndForGood() throws Exception {
    store().put(transaction(1));
    store().put(block(7, transaction(2)));
    settle();
    store().put(transaction(3));
    for (Item item : List.of(transaction(1), block(7, transaction(2)), transaction(3))) {
      store().remove(item.id());
    }
    for (int round = 0; round < 2; round++) {
      assertThat(store().item(transaction(1).id())).isEmpty();
      assertThat(store().contains(block(7, transaction(2)).id())).isFalse();
      assertThat(store().contains(transaction(3).id())).isFalse();
      settle();
    }
    assertThat(headerHeights()).isEmpty();
    assertThat(store().since(0, 10)).isEmpty();
  }

  @Test
  default void shouldGiveAnItemThatComesBackANewPosition() throws Exception {
    store().put(transaction(1));
    store().put(transaction(2));
    settle();
    store().remove(transaction(1).id());
    assertThat(store().put(transaction(1))).isEqualTo(PutResult.STORED);
    settle();
    assertThat(store().item(transaction(1).id())).contains(transaction(1));
    assertThat(store().since(0, 10))
        .containsExactly(
            new ItemLog.Entry(2, transaction(2).id()), new ItemLog.Entry(3, transaction(1).id()));
  }

  @Test
  default void shouldReadHeadersInAscendingHeight() throws Exception {
    List<Block> blocks = new ArrayList<>();
    for (long height : new long[] {300, 2, 1, 256, 255, 70_000, 3}) {
      blocks.add(block(height));
      store().put(blocks.getLast());
    }
    store().put(block(2, transaction(1)));
    settle();
    assertThat(headerHeights()).containsExactly(1L, 2L, 2L, 3L, 255L, 256L, 300L, 70_000L);
  }

  private List<Long> headerHeights() {
    List<Long> heights = new ArrayList<>();
    store().headers(header -> heights.add(header.height()));
    return heights;
  }

  @Test
  default void shouldReadUnexpiredTransactionsAndForgetTheOthers() throws Exception {
    for (int i = 0; i < 150; i++) {
      store().put(transaction(i));
    }
    settle();
    long expiryMillis = TIME_MILLIS + 1000 * LIFETIME_SECONDS;
    List<Transaction> read = new ArrayList<>();
    store().transactions(expiryMillis - 1, read::add);
    assertThat(read).doesNotHaveDuplicates().hasSize(150);
    store().transactions(expiryMillis, read::add);
    assertThat(read).hasSize(150);
    settle();
    store().transactions(expiryMillis - 1, read::add);
    assertThat(read).hasSize(150);
  }

  @Test
  default void shouldLetTheReaderOfTransactionsRemoveThem() throws Exception {
    for (int i = 0; i < 150; i++) {
      store().put(transaction(i));
    }
    settle();
    store().transactions(0, transaction -> store().remove(transaction.id()));
    assertThat(store().contains(transaction(149).id())).isFalse();
    settle();
    store().transactions(0, transaction -> assertThat(transaction).isNull());
  }

  @Test
  default void shouldContinueFromACursor() throws Exception {
    for (int i = 1; i <= 5; i++) {
      store().put(transaction(i));
    }
    settle();
    store().remove(transaction(2).id());
    assertThat(store().since(0, 2)).extracting(ItemLog.Entry::position).containsExactly(1L, 3L);
    assertThat(store().since(3, 9)).extracting(ItemLog.Entry::position).containsExactly(4L, 5L);
    assertThat(store().since(5, 9)).isEmpty();
    store().put(transaction(6));
    settle();
    assertThat(store().since(5, 9)).containsExactly(new ItemLog.Entry(6, transaction(6).id()));
  }
}
