package grapevine.node.protocol;

import static grapevine.node.protocol.VirtualNetwork.MILLIS;
import static grapevine.node.protocol.VirtualNetwork.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.Network;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.VirtualNetwork.Node;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.storage.MemoryItemStore;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whole cores against each other, in virtual time. */
class NodeCoreTest {
  private static final long SLOT_MILLIS = 1_000;

  private final KeyPair sender = key(100);
  private final KeyPair[] producers = {key(101), key(102)};
  private final Network network =
      new Network(
          "test",
          VirtualNetwork.WALL_MILLIS - 60_000,
          SLOT_MILLIS,
          600,
          1 << 20,
          1_000,
          Arrays.stream(producers).map(KeyPair::publicKey).toList(),
          new Network.Senders.Listed(new TreeMap<>(Map.of(sender.publicKey(), 60_000))));
  private final VirtualNetwork net = new VirtualNetwork(network, 10 * MILLIS, 7);
  private final List<Node> nodes = new ArrayList<>();
  private int k;

  private static KeyPair key(int index) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) index);
    return KeyPair.ofSeed(seed);
  }

  private Node add(Node... dials) {
    return add(new MemoryItemStore(64 << 20), dials);
  }

  private Node add(ItemStore store, Node... dials) {
    Node node = net.add(key(nodes.size() + 1), store, NodeEvents.NONE, dials);
    nodes.add(node);
    return node;
  }

  /** A line: each dials the one before. */
  private void line(int count) {
    add();
    while (nodes.size() < count) {
      add(nodes.get(nodes.size() - 1));
    }
    net.runUntil(() -> false, SECONDS);
  }

  private Transaction transaction(int payload) {
    long now = net.wallMillis();
    Transaction.Draft draft =
        new Transaction.Draft(network.shortId(), Transaction.nonce(now, k++), now, 600, 1_000, 0);
    return Transaction.sign(sender, draft, new byte[payload]);
  }

  private Transaction twin(Transaction tx, int payload) {
    Transaction.Draft draft =
        new Transaction.Draft(
            network.shortId(), tx.nonce(), tx.timeMillis(), tx.lifetimeSeconds(), tx.fee(), 0);
    return Transaction.sign(sender, draft, new byte[payload]);
  }

  private void submit(Node node, Transaction tx) {
    node.input(
        () -> {
          NodeView.Submission submission = node.core.submit(tx, net.nowNanos);
          assertThat(submission.rejection()).isNull();
        });
  }

  /** Lets the node make the block of the present slot, whosever it is. */
  private Block produce(Node node) {
    int producer = network.producerOf(network.slotAt(net.wallMillis()));
    Block[] made = new Block[1];
    node.input(
        () -> {
          var proposal = node.core.proposal(producer, net.nowNanos).orElseThrow();
          BlockHeader header = BlockHeader.sign(producers[producer], proposal.header());
          made[0] = new Block(header, proposal.transactions());
          assertThat(node.core.submit(made[0], net.nowNanos).rejection()).isNull();
        });
    return made[0];
  }

  private boolean allEqual() {
    return nodes.stream().map(node -> node.core.view().digest()).distinct().count() == 1;
  }

  @Test
  void shouldChangeNothingByReadingAhead() {
    line(3);
    NodeCore core = nodes.get(1).core;
    long dueNanos = core.nextDeadlineNanos();
    long read = core.readAhead();
    for (long peer = 0; peer < 10; peer++) { // some are connected, most are not
      long ofPeer = core.readAhead(new PeerId(peer));
      assertThat(core.readAhead(new PeerId(peer))).isEqualTo(ofPeer);
    }
    assertThat(core.readAhead()).isEqualTo(read);
    assertThat(core.nextDeadlineNanos()).isEqualTo(dueNanos);
    core.checkInvariants();
  }

  @Test
  void shouldSpreadTransactionsAlongALine() {
    line(5);
    Transaction tx = transaction(100);
    submit(nodes.get(0), tx);
    // Three one-way delays and one verification a hop, four hops.
    assertThat(net.runUntil(() -> holds(nodes.get(4), tx), 4 * 31 * MILLIS)).isTrue();
    assertThat(allEqual()).isTrue();
  }

  private static boolean holds(Node node, Transaction tx) {
    return node.core.view().item(tx.id()).isPresent();
  }

  @Test
  void shouldBearASubmissionOfWhatIsBeingChecked() {
    Node origin = add();
    boolean[] received = new boolean[1];
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onReceived(
              PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
            received[0] = true;
          }
        };
    Node receiver = net.add(key(2), new MemoryItemStore(64 << 20), events, origin);
    net.runUntil(() -> false, SECONDS);
    Transaction tx = transaction(100);
    submit(origin, tx);
    assertThat(net.runUntil(() -> received[0], SECONDS)).isTrue();
    submit(receiver, tx);
    net.runUntil(() -> false, SECONDS);
    assertThat(receiver.core.view().digest()).isEqualTo(origin.core.view().digest());
  }

  @Test
  void shouldTellOfARoundTripOnce() {
    List<Long> roundTrips = new ArrayList<>();
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onRoundTrip(PeerId peer, long roundTripNanos, long nowNanos) {
            roundTrips.add(roundTripNanos);
          }
        };
    net.add(key(2), new MemoryItemStore(64 << 20), events, add());
    net.runUntil(() -> false, SECONDS);
    assertThat(roundTrips).containsExactly(20 * MILLIS);
  }

  @Test
  void shouldRepairWhenEveryAnnouncementIsLost() {
    line(3);
    net.lost = message -> message instanceof Message.Inv;
    for (int i = 0; i < 20; i++) {
      submit(nodes.get(i % 3), transaction(50));
    }
    assertThat(net.runUntil(this::allEqual, 120 * SECONDS)).isTrue();
    assertThat(nodes.get(0).core.view().digest().transactions()).isEqualTo(20);
  }

  @Test
  void shouldReconcileAtOnceWhenANewNodeConnects() {
    line(2);
    List<Transaction> txs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      txs.add(transaction(50));
      submit(nodes.get(0), txs.get(i));
    }
    net.runUntil(() -> false, SECONDS);
    Node late = add(nodes.get(1));
    assertThat(net.runUntil(() -> holds(late, txs.get(49)), 2 * SECONDS)).isTrue();
    assertThat(net.runUntil(this::allEqual, 2 * SECONDS)).isTrue();
  }

  @Test
  void shouldSpreadBlocksAndCatchUpANodeThatWasAway() {
    line(3);
    for (int i = 0; i < 30; i++) {
      submit(nodes.get(i % 3), transaction(200));
      net.runUntil(() -> false, SLOT_MILLIS * MILLIS);
      produce(nodes.get(i % 2));
    }
    net.runUntil(() -> false, SECONDS);
    assertThat(allEqual()).isTrue();
    assertThat(nodes.get(2).core.view().status(net.nowNanos).bestHeight()).isEqualTo(30);

    Node late = add(nodes.get(2));
    assertThat(net.runUntil(this::allEqual, 5 * SECONDS)).isTrue();
    assertThat(late.core.view().digest().blocks()).isEqualTo(30);
  }

  @Test
  void shouldHoldBothTipsOfAForkEverywhere() {
    line(4);
    nodes.get(1).kill();
    nodes.get(2).kill();
    Node left = nodes.get(0);
    Node right = nodes.get(3);
    net.runUntil(() -> false, SLOT_MILLIS * MILLIS);
    produce(left);
    net.runUntil(() -> false, SLOT_MILLIS * MILLIS);
    produce(right);
    nodes.subList(1, 3).clear();
    nodes.add(net.add(key(50), new MemoryItemStore(1 << 20), NodeEvents.NONE, left, right));
    assertThat(net.runUntil(() -> allEqual() && left.core.view().tips().size() == 2, 5 * SECONDS))
        .isTrue();
  }

  @Test
  void shouldCountAPairInConflictAsOneEverywhere() {
    line(3);
    Transaction one = transaction(10);
    submit(nodes.get(0), one);
    submit(nodes.get(2), twin(one, 11));
    net.runUntil(() -> false, SECONDS);
    assertThat(allEqual()).isTrue();
    assertThat(nodes.get(1).core.view().digest().transactions()).isEqualTo(1);
    nodes
        .get(1)
        .input(
            () ->
                assertThat(nodes.get(1).core.submit(twin(one, 12), net.nowNanos).rejection())
                    .isEqualTo(Rejection.CONFLICT));
  }

  @Test
  void shouldNotPromiseWhatItHoldsInMemoryAlone() {
    Node origin = add();
    MemoryItemStore store = new MemoryItemStore(1_000);
    Node full = add(store, origin);
    net.runUntil(() -> false, SECONDS);
    Transaction filler = transaction(600);
    submit(full, filler);
    Transaction tx = transaction(600);
    submit(origin, tx);
    assertThat(net.runUntil(() -> holds(full, tx), SECONDS)).isTrue();
    assertThat(store.contains(tx.id())).isFalse();

    full.input(
        () ->
            assertThat(full.core.submit(tx, net.nowNanos).rejection())
                .isEqualTo(Rejection.STORAGE_FULL));
    store.remove(filler.id());
    submit(full, tx);
    assertThat(store.contains(tx.id())).isTrue();
  }

  @Test
  void shouldLoadItsStoreAfterARestart() {
    ItemStore store = new MemoryItemStore(64 << 20);
    Node first = add(store);
    Transaction tx = transaction(10);
    submit(first, tx);
    net.runUntil(() -> false, SLOT_MILLIS * MILLIS);
    produce(first);
    NodeView.SetDigest before = first.core.view().digest();
    first.kill();
    Node again = net.add(first.key, store, NodeEvents.NONE);
    assertThat(again.core.view().digest()).isEqualTo(before);
  }

  @Test
  void shouldFillAHoleInItsStoreAndAskForNothingElseAfterARestart() {
    Node whole = add();
    MemoryItemStore store = new MemoryItemStore(64 << 20);
    List<ItemId> made = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      net.runUntil(() -> false, SLOT_MILLIS * MILLIS);
      Block block = produce(whole);
      made.add(block.id());
      if (i != 1) {
        store.put(block);
      }
    }
    List<ItemId> requested = new ArrayList<>();
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
            requested.add(id);
          }
        };
    nodes.add(net.add(key(50), store, events, whole));

    assertThat(net.runUntil(this::allEqual, 5 * SECONDS)).isTrue();
    net.runUntil(() -> false, 20 * SECONDS);
    assertThat(requested).contains(made.get(1)).doesNotContain(made.get(0), made.get(2));
  }

  @Test
  void shouldForgetWhatHasExpired() {
    line(2);
    submit(nodes.get(0), transaction(10));
    net.runUntil(() -> false, SECONDS);
    assertThat(nodes.get(1).core.view().digest().transactions()).isEqualTo(1);
    net.runUntil(() -> false, 610 * SECONDS);
    assertThat(nodes.get(1).core.view().digest().transactions()).isZero();
    assertThat(allEqual()).isTrue();
  }
}
