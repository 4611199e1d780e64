package grapevine.node.protocol;

import static grapevine.node.protocol.VirtualNetwork.MILLIS;
import static grapevine.node.protocol.VirtualNetwork.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.node.Samples;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.VirtualNetwork.Node;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.relay.RelayKind;
import grapevine.node.storage.MemoryItemStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whole cores that push to each other, in virtual time. */
class FloodNetworkTest {
  private static final long HOP = 10 * MILLIS;
  private static final long VERIFY = MILLIS;

  private final KeyPair sender = Samples.key(100);
  private final KeyPair producer = Samples.key(101);
  private final Network network =
      new Network(
          "test",
          VirtualNetwork.WALL_MILLIS - 60_000,
          1_000,
          600,
          1 << 20,
          1_000,
          List.of(producer.publicKey()),
          new Network.Senders.Listed(new TreeMap<>(Map.of(sender.publicKey(), 60_000))));
  private final VirtualNetwork net = new VirtualNetwork(network, HOP, 7);
  private final List<Node> nodes = new ArrayList<>();
  private final Map<ItemKind, Integer> copies = new TreeMap<>();
  private final Map<ItemKind, Integer> checks = new TreeMap<>();
  private final Map<ItemKind, Integer> requests = new TreeMap<>();
  private int k;

  private final NodeEvents events =
      new NodeEvents() {
        @Override
        public void onReceived(
            PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
          copies.merge(id.kind(), 1, Integer::sum);
        }

        @Override
        public void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {
          checks.merge(id.kind(), 1, Integer::sum);
        }

        @Override
        public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
          requests.merge(id.kind(), 1, Integer::sum);
        }
      };

  private Node add(RelayKind relay, Node... dials) {
    net.relay = relay;
    Node node =
        net.add(Samples.key(nodes.size() + 1), new MemoryItemStore(64 << 20), events, dials);
    nodes.add(node);
    return node;
  }

  private void settle() {
    net.runUntil(() -> false, SECONDS);
    copies.clear();
    checks.clear();
    requests.clear();
  }

  private Transaction submit(Node node, int payloadBytes) {
    long now = net.wallMillis();
    Transaction.Draft draft =
        new Transaction.Draft(network.shortId(), Transaction.nonce(now, k++), now, 600, 1_000, 0);
    Transaction tx = Transaction.sign(sender, draft, new byte[payloadBytes]);
    node.input(() -> assertThat(node.core.submit(tx, net.nowNanos).rejection()).isNull());
    return tx;
  }

  private Block produce(Node node) {
    Block[] made = new Block[1];
    node.input(
        () -> {
          var proposal = node.core.proposal(0, net.nowNanos).orElseThrow();
          BlockHeader header = BlockHeader.sign(producer, proposal.header());
          made[0] = new Block(header, proposal.transactions());
          assertThat(node.core.submit(made[0], net.nowNanos).rejection()).isNull();
        });
    return made[0];
  }

  private boolean holdAll(ItemId id) {
    return nodes.stream().allMatch(node -> node.core.view().item(id).isPresent());
  }

  private void line(RelayKind... kinds) {
    add(kinds[0]);
    for (int i = 1; i < kinds.length; i++) {
      add(kinds[i], nodes.get(i - 1));
    }
    settle();
  }

  @Test
  void shouldNeedOneOneWayDelayAHop() {
    line(RelayKind.FLOOD, RelayKind.FLOOD, RelayKind.FLOOD, RelayKind.FLOOD, RelayKind.FLOOD);

    Transaction tx = submit(nodes.get(0), 100);

    assertThat(net.runUntil(() -> holdAll(tx.id()), 4 * (HOP + VERIFY))).isTrue();
    assertThat(copies).containsEntry(ItemKind.TRANSACTION, 4);
    assertThat(requests).isEmpty();
  }

  @Test
  void shouldPassABlockOfManyChunksOnAsFast() {
    line(RelayKind.FLOOD, RelayKind.FLOOD, RelayKind.FLOOD);
    for (int i = 0; i < 10; i++) {
      submit(nodes.get(0), 30_000);
    }
    settle();
    Block block = produce(nodes.get(0));
    assertThat(block.sizeBytes()).isGreaterThan(300_000);

    assertThat(net.runUntil(() -> holdAll(block.id()), 2 * (HOP + VERIFY))).isTrue();
    assertThat(copies).containsEntry(ItemKind.BLOCK, 2);
    assertThat(requests).isEmpty();
  }

  @Test
  void shouldSendACopyOnEachLinkInEachDirectionAtMostAndCheckEachItemOnce() {
    int count = 8;
    for (int i = 0; i < count; i++) {
      add(RelayKind.FLOOD, nodes.toArray(Node[]::new)); // everybody with everybody
    }
    settle();

    Transaction tx = submit(nodes.get(0), 100);
    settleUntilQuiet(tx);

    // The origin reaches all in one hop; each of the others then pushes to all but the origin,
    // whose copy it has: n − 1 first copies, and (n − 1)(n − 2) that cross each other.
    assertThat(copies).containsEntry(ItemKind.TRANSACTION, (count - 1) + (count - 1) * (count - 2));
    assertThat(checks).containsEntry(ItemKind.TRANSACTION, count - 1);
    assertThat(requests).isEmpty();
  }

  private void settleUntilQuiet(Transaction tx) {
    assertThat(net.runUntil(() -> holdAll(tx.id()), HOP + VERIFY)).isTrue();
    net.runUntil(() -> false, SECONDS);
  }

  @Test
  void shouldWorkWithNodesThatOnlyAnnounce() {
    line(RelayKind.FLOOD, RelayKind.ANNOUNCE, RelayKind.FLOOD, RelayKind.TRICKLE, RelayKind.FLOOD);

    Transaction tx = submit(nodes.get(2), 100);

    assertThat(net.runUntil(() -> holdAll(tx.id()), 60 * SECONDS)).isTrue();
    assertThat(copies).containsEntry(ItemKind.TRANSACTION, 4);
    assertThat(checks).containsEntry(ItemKind.TRANSACTION, 4);
  }

  @Test
  void shouldLoseNothingOfABurstBeyondTheCredit() {
    line(RelayKind.FLOOD, RelayKind.FLOOD, RelayKind.FLOOD);
    List<Transaction> burst = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      burst.add(submit(nodes.get(0), 20_000)); // three windows at one instant
    }

    boolean all = net.runUntil(() -> burst.stream().allMatch(tx -> holdAll(tx.id())), SECONDS);

    assertThat(all).isTrue();
    assertThat(checks).containsEntry(ItemKind.TRANSACTION, 80);
    assertThat(copies).containsEntry(ItemKind.TRANSACTION, 80);
    assertThat(requests.get(ItemKind.TRANSACTION)).isBetween(1, 79);
  }
}
