package grapevine.node.app.run;

import grapevine.crypto.Ed25519;
import grapevine.node.api.NodeGate;
import grapevine.node.metrics.Accounts;
import grapevine.node.metrics.EventLog;
import grapevine.node.metrics.EventSubscription;
import grapevine.node.metrics.ItemTrace;
import grapevine.node.metrics.ItemTraces;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.Direction;
import grapevine.node.storage.LmdbItemStore;
import grapevine.node.storage.StoreProblem;
import grapevine.node.transport.NodeLoop;
import grapevine.node.transport.VerifyPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way from the API to the core: each question becomes one call on the loop's thread. Any
 * thread.
 *
 * <p>A submission passes three places: the pool that checks its signature, the core, which judges
 * everything else and passes it on at once, and the store, whose commit ends the wait. At most
 * {@link #SUBMISSIONS_MAX} are under way; more are refused as {@code busy}.
 */
final class LoopGate implements NodeGate {
  /** Three seconds of signature checks on one processor: a client's patience. */
  static final int SUBMISSIONS_MAX = 20_000;

  private final NodeLoop loop;
  private final VerifyPool verifyPool;
  private final Validity validity;
  private final LmdbItemStore store;
  private final Books books;
  private final Durability durability;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean draining;

  /** What observers have written down of the core; read on the loop's thread. */
  record Books(EventLog events, Accounts accounts, ItemTraces traces) {}

  /**
   * @param store its log is read on the loop's thread
   */
  LoopGate(
      NodeLoop loop,
      VerifyPool verifyPool,
      Validity validity,
      LmdbItemStore store,
      Books books,
      Durability durability) {
    this.loop = loop;
    this.verifyPool = verifyPool;
    this.validity = validity;
    this.store = store;
    this.books = books;
    this.durability = durability;
  }

  /** Takes in no more submissions; those under way go on, and everything else is answered. */
  void drain() {
    draining = true;
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  @Override
  public CompletableFuture<NodeView.Status> status() {
    return ask((core, nowNanos) -> core.view().status(nowNanos));
  }

  @Override
  public StoreState store() {
    Optional<StoreProblem> problem = store.health();
    return new StoreState(
        problem.map(each -> each.kind().key()).orElse(null),
        problem.map(StoreProblem::detail).orElse(null),
        store.freeBytes());
  }

  @Override
  public CompletableFuture<List<PeerReport>> peers() {
    return ask(
        (core, nowNanos) ->
            core.view().peers(nowNanos).stream()
                .map(peer -> new PeerReport(peer, books.accounts.of(peer.id())))
                .toList());
  }

  @Override
  public CompletableFuture<List<NodeView.Known>> known(long services, int countMax) {
    return ask((core, nowNanos) -> core.view().known(services, countMax, nowNanos));
  }

  @Override
  public CompletableFuture<Traffic> traffic() {
    return ask(
        (core, nowNanos) ->
            new Traffic(
                books.accounts.total(),
                nowNanos,
                books.accounts.socketBytes(Direction.INBOUND),
                books.accounts.socketBytes(Direction.OUTBOUND)));
  }

  @Override
  public CompletableFuture<NodeView.PoolUse> pool() {
    return ask((core, nowNanos) -> core.view().pool());
  }

  @Override
  public CompletableFuture<Optional<ItemTrace>> trace(ItemId id) {
    return ask((core, nowNanos) -> books.traces.of(id));
  }

  @Override
  public CompletableFuture<List<NodeView.Tip>> tips() {
    return ask((core, nowNanos) -> core.view().tips());
  }

  @Override
  public CompletableFuture<NodeView.SetDigest> digest() {
    return ask((core, nowNanos) -> core.view().digest());
  }

  @Override
  public CompletableFuture<Optional<Item>> item(ItemId id) {
    return ask((core, nowNanos) -> core.view().item(id));
  }

  @Override
  public CompletableFuture<List<Stored>> since(long position, int countMax) {
    return ask(
        (core, nowNanos) ->
            store.since(position, countMax).stream()
                .map(entry -> new Stored(entry.position(), entry.id()))
                .toList());
  }

  @Override
  public CompletableFuture<EventStream> subscribe(Set<String> names) {
    CompletableFuture<EventStream> stream = new CompletableFuture<>();
    CompletableFuture<Boolean> call =
        ask(
            (core, nowNanos) -> {
              try {
                return stream.complete(new Stream(books.events.subscribe(names, nowNanos)));
              } catch (IllegalArgumentException e) {
                // The caller's mistake, not the core's: thrown on, it would end the node.
                return stream.completeExceptionally(e);
              }
            });
    call.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            stream.completeExceptionally(failure);
          }
        });
    return stream;
  }

  private record Stream(EventSubscription subscription) implements EventStream {
    @Override
    public byte[] take(long timeoutNanos) throws InterruptedException {
      return subscription.take(timeoutNanos);
    }

    @Override
    public void close() {
      subscription.close();
    }
  }

  @Override
  public CompletableFuture<List<NodeView.Submission>> submit(List<Transaction> transactions) {
    if (draining) {
      return stopping();
    }
    int count = transactions.size();
    if (underWay.addAndGet(count) > SUBMISSIONS_MAX) {
      underWay.addAndGet(-count);
      return CompletableFuture.completedFuture(busy(transactions));
    }
    CompletableFuture<List<NodeView.Submission>> result;
    try {
      result =
          verdicts(transactions)
              .thenCompose(valid -> ask((core, now) -> submit(core, transactions, valid, now)))
              .thenCompose(this::whenDurable);
    } catch (RejectedExecutionException e) {
      result = CompletableFuture.completedFuture(busy(transactions));
    }
    return result.whenComplete((done, failure) -> underWay.addAndGet(-count));
  }

  @Override
  public CompletableFuture<NodeView.Submission> submit(Block block) {
    if (draining) {
      return stopping();
    }
    Optional<Rejection> refused = validity.header(block.header()).or(() -> validity.body(block));
    if (refused.isPresent()) {
      return CompletableFuture.completedFuture(refused(block, refused.get()));
    }
    // One with more is let in when nothing else is under way.
    int count = Math.min(1 + block.transactions().size(), SUBMISSIONS_MAX);
    if (underWay.addAndGet(count) > SUBMISSIONS_MAX) {
      underWay.addAndGet(-count);
      return CompletableFuture.completedFuture(refused(block, Rejection.BUSY));
    }
    CompletableFuture<NodeView.Submission> result;
    try {
      result =
          verifyPool
              .firstInvalid(checks(block))
              .thenCompose(
                  invalid ->
                      invalid < 0
                          ? ask((core, nowNanos) -> core.submit(block, nowNanos))
                          : CompletableFuture.completedFuture(refused(block, reason(invalid))))
              .thenCompose(each -> whenDurable(List.of(each)))
              .thenApply(List::getFirst);
    } catch (RejectedExecutionException e) {
      result = CompletableFuture.completedFuture(refused(block, Rejection.BUSY));
    }
    return result.whenComplete((done, failure) -> underWay.addAndGet(-count));
  }

  private static <T> CompletableFuture<T> stopping() {
    return CompletableFuture.failedFuture(
        new RejectedExecutionException("the node takes in nothing more"));
  }

  private static NodeView.Submission refused(Block block, Rejection reason) {
    return new NodeView.Submission(block.id(), reason, false, 0);
  }

  /** The header's first. */
  private List<SignatureCheck> checks(Block block) {
    BlockHeader header = block.header();
    List<SignatureCheck> checks = new ArrayList<>(1 + block.transactions().size());
    checks.add(
        new SignatureCheck(
            validity.network().producers().get(header.producer()),
            header.signedMessage(),
            header.signature()));
    block.transactions().forEach(each -> checks.add(check(each)));
    return checks;
  }

  private static Rejection reason(int firstInvalid) {
    return firstInvalid == 0 ? Rejection.BAD_SIGNATURE : Rejection.BAD_BODY;
  }

  private static SignatureCheck check(Transaction transaction) {
    return new SignatureCheck(
        transaction.sender(), transaction.signedMessage(), transaction.signature());
  }

  private static List<NodeView.Submission> busy(List<Transaction> transactions) {
    return transactions.stream()
        .map(each -> new NodeView.Submission(each.id(), Rejection.BUSY, false, 0))
        .toList();
  }

  /** Whether each signature holds. */
  private CompletableFuture<List<Boolean>> verdicts(List<Transaction> transactions) {
    List<CompletableFuture<Integer>> verdicts = new ArrayList<>(transactions.size());
    for (Transaction each : transactions) {
      verdicts.add(verifyPool.firstInvalid(List.of(check(each))));
    }
    return CompletableFuture.allOf(verdicts.toArray(CompletableFuture[]::new))
        .thenApply(done -> verdicts.stream().map(verdict -> verdict.join() < 0).toList());
  }

  private static List<NodeView.Submission> submit(
      Core core, List<Transaction> transactions, List<Boolean> valid, long nowNanos) {
    List<NodeView.Submission> results = new ArrayList<>(transactions.size());
    for (int i = 0; i < transactions.size(); i++) {
      Transaction transaction = transactions.get(i);
      results.add(
          valid.get(i)
              ? core.submit(transaction, nowNanos)
              : new NodeView.Submission(transaction.id(), badSignature(transaction), false, 0));
    }
    return results;
  }

  private static Rejection badSignature(Transaction transaction) {
    return Ed25519.isValidKey(transaction.sender())
        ? Rejection.BAD_SIGNATURE
        : Rejection.BAD_PUBLIC_KEY;
  }

  private CompletableFuture<List<NodeView.Submission>> whenDurable(
      List<NodeView.Submission> results) {
    long position =
        results.stream()
            .filter(each -> each.rejection() == null)
            .mapToLong(NodeView.Submission::storePosition)
            .max()
            .orElse(0);
    return durability
        .reached(position)
        .thenApply(
            durable -> durable ? results : results.stream().map(LoopGate::notDurable).toList());
  }

  /** It may be relayed already, and is stored when the disk takes it; but that is no promise. */
  private static NodeView.Submission notDurable(NodeView.Submission result) {
    return result.rejection() == null
        ? new NodeView.Submission(result.id(), Rejection.STORAGE_FULL, result.known(), 0)
        : result;
  }

  /** Never throws: what the loop does not take ends the future. */
  private <T> CompletableFuture<T> ask(NodeLoop.CoreCall<T> call) {
    try {
      return loop.call(call);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
