package grapevine.node.protocol;

import static grapevine.node.protocol.VirtualNetwork.MILLIS;
import static grapevine.node.protocol.VirtualNetwork.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Network;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.VirtualNetwork.Node;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.storage.MemoryItemStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whole cores and what their stores hold: full ones, pruned ones, ones with gaps. */
class NodeStoreTest {
  private static final long SLOT_MILLIS = 1_000;
  private static final int HORIZON = 5;

  private final KeyPair sender = key(100);
  private final KeyPair producer = key(101);
  private final Network network =
      new Network(
          "test",
          VirtualNetwork.WALL_MILLIS - 60_000,
          SLOT_MILLIS,
          600,
          8 << 20,
          HORIZON,
          List.of(producer.publicKey()),
          new Network.Senders.Listed(new TreeMap<>(Map.of(sender.publicKey(), 60_000))));
  private final VirtualNetwork net = new VirtualNetwork(network, 10 * MILLIS, 7);
  private int keys;
  private int k;

  /** A store that can be told to be full. */
  private static final class FullableStore implements ItemStore {
    private final MemoryItemStore inner = new MemoryItemStore(64 << 20);
    private boolean full;

    @Override
    public PutResult put(Item item) {
      return full && !inner.contains(item.id()) ? PutResult.FULL : inner.put(item);
    }

    @Override
    public boolean contains(ItemId id) {
      return inner.contains(id);
    }

    @Override
    public Optional<Item> item(ItemId id) {
      return inner.item(id);
    }

    @Override
    public void remove(ItemId id) {
      inner.remove(id);
    }

    @Override
    public long position() {
      return inner.position();
    }

    @Override
    public long committedPosition() {
      return inner.committedPosition();
    }

    @Override
    public void sync() {}

    @Override
    public void headers(Consumer<BlockHeader> sink) {
      inner.headers(sink);
    }

    @Override
    public void transactions(long wallMillis, Consumer<Transaction> sink) {
      inner.transactions(wallMillis, sink);
    }
  }

  private static KeyPair key(int index) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) index);
    return KeyPair.ofSeed(seed);
  }

  private Node add(ItemStore store, Node... dials) {
    return net.add(key(++keys), store, NodeEvents.NONE, dials);
  }

  private void run(long nanos) {
    net.runUntil(() -> false, nanos);
  }

  private Transaction submit(Node node, int payload) {
    long now = net.wallMillis();
    Transaction.Draft draft =
        new Transaction.Draft(network.shortId(), Transaction.nonce(now, k++), now, 600, 1_000, 0);
    Transaction tx = Transaction.sign(sender, draft, new byte[payload]);
    node.input(() -> assertThat(node.core.submit(tx, net.nowNanos).rejection()).isNull());
    return tx;
  }

  private Block next(Node node) {
    var proposal = node.core.proposal(0, net.nowNanos).orElseThrow();
    return new Block(
        BlockHeader.sign(producer, proposal.header()), List.copyOf(proposal.transactions()));
  }

  private Optional<Rejection> give(Node node, Block block) {
    List<NodeView.Submission> answer = new ArrayList<>();
    node.input(() -> answer.add(node.core.submit(block, net.nowNanos)));
    return Optional.ofNullable(answer.getFirst().rejection());
  }

  /** The next slot's block, made and given to a node. */
  private Block produce(Node node) {
    run(SLOT_MILLIS * MILLIS);
    Block block = next(node);
    assertThat(give(node, block)).isEmpty();
    return block;
  }

  private static NodeView.SetDigest digest(Node node) {
    return node.core.view().digest();
  }

  @Test
  void shouldRelayFromMemoryWhileItsStoreIsFullAndStoreItLater() {
    FullableStore store = new FullableStore();
    Node origin = add(new FullableStore());
    Node middle = add(store, origin);
    Node end = add(new FullableStore(), middle);
    run(SECONDS);
    store.full = true;
    Transaction tx = submit(origin, 100);
    Block block = produce(origin);
    run(SECONDS);
    assertThat(digest(end)).isEqualTo(digest(origin)).isEqualTo(digest(middle));
    assertThat(end.store.contains(block.id())).isTrue();
    assertThat(store.contains(block.id())).isFalse();
    assertThat(store.contains(tx.id())).isFalse();
    store.full = false;
    run(2 * SECONDS);
    assertThat(store.contains(block.id())).isTrue();
    assertThat(store.contains(tx.id())).isTrue();
  }

  @Test
  void shouldAcceptNoBlockBeyondItsMemoryAndFetchThemLater() {
    FullableStore store = new FullableStore();
    Node origin = add(new FullableStore());
    Node full = add(store, origin);
    run(SECONDS);
    store.full = true;
    for (int height = 1; height <= 5; height++) {
      for (int i = 0; i < 50; i++) {
        submit(origin, 60_000);
      }
      produce(origin);
      run(SECONDS);
    }
    assertThat(full.core.view().status(net.nowNanos).bestHeight()).isEqualTo(3);
    store.full = false;
    run(60 * SECONDS);
    assertThat(digest(full)).isEqualTo(digest(origin));
    assertThat(store.contains(ItemId.block(digest(origin).bestId()))).isTrue();
  }

  @Test
  void shouldRefuseAnOwnBlockWithoutSpendingItsSlotWhileItsStoreIsFull() {
    FullableStore store = new FullableStore();
    Node node = add(store);
    run(SLOT_MILLIS * MILLIS);
    Block block = next(node);
    store.full = true;
    assertThat(give(node, block)).contains(Rejection.STORAGE_FULL);
    assertThat(digest(node).blocks()).isZero();
    store.full = false;
    assertThat(give(node, block)).isEmpty();
    assertThat(store.contains(block.id())).isTrue();
  }

  @Test
  void shouldNotKeepExpiredTransactionsInItsStore() {
    FullableStore store = new FullableStore();
    Node node = add(store);
    Transaction tx = submit(node, 10);
    run(599 * SECONDS);
    assertThat(store.contains(tx.id())).isTrue();
    run(2 * SECONDS);
    assertThat(store.contains(tx.id())).isFalse();
  }

  @Test
  void shouldDropBlocksBelowTheHorizonFromItsStoreAndStartFromTheRest() {
    net.limits = Limits.pruning();
    FullableStore store = new FullableStore();
    Node node = add(store);
    List<Block> blocks = new ArrayList<>();
    for (int height = 1; height <= 10; height++) {
      blocks.add(produce(node));
    }
    assertThat(blocks.stream().map(block -> store.contains(block.id())))
        .containsExactly(false, false, false, false, true, true, true, true, true, true);
    NodeView.SetDigest before = digest(node);
    node.kill();
    Node again = net.add(node.key, store, NodeEvents.NONE);
    assertThat(digest(again)).isEqualTo(before);
    produce(again);
    assertThat(store.contains(blocks.get(4).id())).isFalse();
  }

  @Test
  void shouldFetchOnlyWhatIsMissingBelowBlocksThatItFindsInItsStore() {
    Node origin = add(new FullableStore());
    FullableStore gaps = new FullableStore();
    for (int height = 1; height <= 6; height++) {
      Block block = produce(origin);
      if (height == 2 || height == 4 || height == 5) {
        gaps.put(block);
      }
    }
    List<ItemId> received = new ArrayList<>();
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onReceived(
              PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
            if (id.kind() == ItemKind.BLOCK) {
              received.add(id);
            }
          }
        };
    Node back = net.add(key(50), gaps, events, origin);
    assertThat(digest(back).blocks()).isZero();
    run(5 * SECONDS);
    assertThat(digest(back)).isEqualTo(digest(origin));
    assertThat(received).hasSize(3);
  }
}
