package grapevine.node.api;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.metrics.Account;
import grapevine.node.metrics.EventLog;
import grapevine.node.metrics.EventSubscription;
import grapevine.node.metrics.ItemTrace;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Rejection;
import grapevine.node.model.Service;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.MessageType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A node that is not there: fixed answers, an event log that the test feeds. */
final class FakeGate implements NodeGate {
  static final KeyPair KEYS = KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]);
  static final PublicKey NODE = KEYS.publicKey();
  static final Hash256 NETWORK = Hash256.fromHex("0a".repeat(32));
  static final Hash256 BEST = Hash256.fromHex("0b".repeat(32));
  static final Account ACCOUNT =
      new Account(
          Map.of(
              MessageType.INV,
              new Account.Traffic(1, 20, 3, 40),
              MessageType.TX,
              new Account.Traffic(5, 600, 0, 0)),
          10,
          6,
          4,
          1,
          2);
  static final Transaction TRANSACTION = transaction(1);
  static final Block BLOCK = block();

  final EventLog log = new EventLog(NODE, System.nanoTime(), nowNanos -> 0);
  final List<EventSubscription> subscriptions = new ArrayList<>();
  final List<List<Transaction>> submitted = new ArrayList<>();
  final Map<ItemId, Rejection> rejections = new ConcurrentHashMap<>();
  volatile CompletableFuture<NodeView.Status> status =
      CompletableFuture.completedFuture(status(2, 3, 0));
  volatile CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);

  volatile boolean draining;

  volatile StoreState store = new StoreState(null, null, 1_000_000);

  @Override
  public StoreState store() {
    return store;
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  static Transaction transaction(int k) {
    return Transaction.sign(
        KEYS,
        new Transaction.Draft(
            NETWORK.prefix64(),
            Transaction.nonce(60_000, k),
            60_000,
            600,
            7,
            0x8000_0000_0000_00ffL),
        "hi".getBytes(StandardCharsets.UTF_8));
  }

  private static Block block() {
    List<Transaction> transactions = List.of(TRANSACTION);
    BlockHeader.Draft draft =
        new BlockHeader.Draft(
            NETWORK.prefix64(),
            NETWORK,
            1,
            12,
            60_500,
            1,
            TRANSACTION.sizeBytes(),
            Block.transactionRoot(transactions),
            0,
            Hash256.ZERO);
    return new Block(BlockHeader.sign(KEYS, draft), transactions);
  }

  static NodeView.Status status(int inbound, int outbound, long clockJumpMillis) {
    return new NodeView.Status(
        NODE,
        NETWORK,
        1_500_000_000L,
        60_000,
        clockJumpMillis,
        4,
        BEST,
        2,
        11,
        2_200,
        inbound,
        outbound,
        99,
        55,
        54);
  }

  @Override
  public CompletableFuture<NodeView.Status> status() {
    return status;
  }

  @Override
  public CompletableFuture<List<PeerReport>> peers() {
    NodeAddress address = NodeAddress.ip(new byte[] {10, 0, 0, 1}, 7700);
    return CompletableFuture.completedFuture(
        List.of(
            new PeerReport(
                new NodeView.Peer(
                    new PeerId(1),
                    NODE,
                    Direction.INBOUND,
                    "inbound",
                    address,
                    "stranger \"x\"",
                    2_000_000_000L,
                    1_500_000,
                    1_250_000,
                    3,
                    400,
                    5,
                    true),
                ACCOUNT),
            new PeerReport(
                new NodeView.Peer(
                    new PeerId(2),
                    NODE,
                    Direction.OUTBOUND,
                    "operator",
                    address,
                    "a",
                    0,
                    -1,
                    -1,
                    0,
                    0,
                    0,
                    null),
                Account.EMPTY)));
  }

  @Override
  public CompletableFuture<List<NodeView.Known>> known(long services, int countMax) {
    NodeAddress address = NodeAddress.ip(new byte[] {10, 0, 0, 1}, 7700);
    NodeRecord record = NodeRecord.sign(KEYS, 1, 0, List.of(address), Service.ARCHIVE.bit());
    return CompletableFuture.completedFuture(
        List.of(
                new NodeView.Known(record, "alive", 2_000_000),
                new NodeView.Known(record, "untried", -1))
            .subList(0, Math.min(2, countMax)));
  }

  @Override
  public CompletableFuture<Traffic> traffic() {
    return CompletableFuture.completedFuture(new Traffic(ACCOUNT, 1_500_000_000L, 1000, 2000));
  }

  @Override
  public CompletableFuture<NodeView.PoolUse> pool() {
    return CompletableFuture.completedFuture(
        new NodeView.PoolUse(
            11, 2_200, 100, 10_000, 7, 8, 9, 3, 1, OptionalLong.of(61_000), 5, 2, 1, 500));
  }

  @Override
  public CompletableFuture<Optional<ItemTrace>> trace(ItemId id) {
    ItemTrace trace =
        new ItemTrace(
            id,
            60_000_001,
            List.of(
                new ItemTrace.Step(ItemTrace.Kind.ANNOUNCED, 0, new PeerId(1), NODE, "new", 30),
                new ItemTrace.Step(ItemTrace.Kind.REQUESTED, 12_345, new PeerId(1), NODE, null, 0),
                new ItemTrace.Step(ItemTrace.Kind.ACCEPTED, 99_999, null, null, null, 200)),
            4);
    return CompletableFuture.completedFuture(
        id.equals(TRANSACTION.id()) ? Optional.of(trace) : Optional.empty());
  }

  @Override
  public CompletableFuture<List<NodeView.Tip>> tips() {
    return CompletableFuture.completedFuture(List.of(new NodeView.Tip(BEST, 4, 17, 1, true)));
  }

  @Override
  public CompletableFuture<NodeView.SetDigest> digest() {
    return CompletableFuture.completedFuture(
        new NodeView.SetDigest(11, NETWORK, 4, BEST, BEST, List.of(BEST)));
  }

  @Override
  public CompletableFuture<Optional<Item>> item(ItemId id) {
    for (Item item : List.of(TRANSACTION, BLOCK)) {
      if (item.id().equals(id)) {
        return CompletableFuture.completedFuture(Optional.of(item));
      }
    }
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletableFuture<List<Stored>> since(long position, int countMax) {
    List<Stored> all = List.of(new Stored(3, TRANSACTION.id()), new Stored(7, BLOCK.id()));
    return CompletableFuture.completedFuture(
        all.stream().filter(each -> each.position() > position).limit(countMax).toList());
  }

  @Override
  public synchronized CompletableFuture<List<NodeView.Submission>> submit(
      List<Transaction> transactions) {
    submitted.add(transactions);
    notifyAll();
    return durable.thenApply(
        done -> {
          List<NodeView.Submission> results = new ArrayList<>();
          for (Transaction each : transactions) {
            boolean known = each.equals(TRANSACTION);
            results.add(new NodeView.Submission(each.id(), rejections.get(each.id()), known, 1));
          }
          return results;
        });
  }

  @Override
  public CompletableFuture<NodeView.Submission> submit(Block block) {
    return durable.thenApply(
        done ->
            new NodeView.Submission(
                block.id(), rejections.get(block.id()), block.equals(BLOCK), 1));
  }

  synchronized void awaitSubmission() throws InterruptedException {
    while (submitted.isEmpty()) {
      wait();
    }
  }

  @Override
  public synchronized CompletableFuture<EventStream> subscribe(Set<String> events) {
    EventSubscription subscription;
    try {
      subscription = log.subscribe(events, 0);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    subscriptions.add(subscription);
    return CompletableFuture.completedFuture(
        new EventStream() {
          @Override
          public byte[] take(long timeoutNanos) throws InterruptedException {
            return subscription.take(timeoutNanos);
          }

          @Override
          public void close() {
            subscription.close();
            synchronized (FakeGate.this) {
              subscriptions.remove(subscription);
            }
          }
        });
  }

  synchronized int streams() {
    return subscriptions.size();
  }
}
