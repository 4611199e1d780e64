package grapevine.netlab.sim;

import grapevine.crypto.ChannelIdentity;
import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Network;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Validity;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.Environment;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.Settings;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.relay.RelayKind;
import grapevine.node.protocol.sync.BlockTemplate;
import grapevine.node.record.OutputTrace;
import grapevine.node.record.RecordedNode;
import grapevine.node.record.Recording;
import grapevine.node.storage.LmdbItemStore;
import grapevine.node.storage.MemoryItemStore;
import grapevine.node.transport.Listener;
import grapevine.node.transport.NodeLoop;
import grapevine.node.transport.TransportLimits;
import grapevine.node.transport.VerifyPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A node over real sockets and a real store, which may be recorded. */
final class RealNode implements AutoCloseable {
  static final KeyPair SENDER = KeyPair.generate(new SecureRandom());
  static final KeyPair PRODUCER = KeyPair.generate(new SecureRandom());
  private static final long PATIENCE_SECONDS = 20;

  private final Seen seen = new Seen();
  private final LmdbItemStore store;
  private final VerifyPool pool = new VerifyPool(1);
  private final NodeLoop loop;
  private final Listener listener;
  private final @Nullable Recording recording;

  /**
   * @param data where its store is, or will be
   * @param port 0 for any
   * @param record null when it is not recorded
   */
  RealNode(Network network, Path data, int port, List<NodeAddress> peers, @Nullable Path record)
      throws IOException {
    Validity validity = new Validity(network);
    KeyPair identity = KeyPair.generate(new SecureRandom());
    Files.createDirectories(data);
    store =
        LmdbItemStore.open(
            data, validity.networkId(), LmdbItemStore.Limits.defaults(), (position, nanos) -> {});
    loop =
        new NodeLoop(
            new ChannelIdentity(identity, validity.networkId(), null, new SecureRandom()),
            pool,
            seen,
            TransportLimits.defaults(),
            System.nanoTime(),
            failure -> {});
    listener = loop.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    long wallMillis = System.currentTimeMillis();
    NodeRecord self = NodeRecord.sign(identity, wallMillis, wallMillis, List.of(address()), 0);
    Settings settings = new Settings(self, "test", peers, 0, RelayKind.ANNOUNCE);
    Environment outside = new Environment(loop, seen, store, new SecureRandom());
    Core core;
    if (record == null) {
      recording = null;
      core = new NodeCore(validity, settings, Limits.defaults(), outside, wallMillis, 0);
    } else {
      recording = Recording.open(record, 64 << 20);
      RecordedNode.Clock clock = new RecordedNode.Clock(wallMillis, 0);
      core = recording.core("test", network, settings, Limits.defaults(), clock, outside);
    }
    loop.start(core, List.of(), List.of());
    listener.accept();
  }

  /** A core that is recorded, speaks to nobody and stores in memory. */
  static Core offline(Recording recording, Network network) {
    long wallMillis = System.currentTimeMillis();
    KeyPair identity = KeyPair.generate(new SecureRandom());
    NodeRecord self = NodeRecord.sign(identity, wallMillis, wallMillis, List.of(), 0);
    return recording.core(
        "test",
        network,
        new Settings(self, "test", List.of(), 0, RelayKind.ANNOUNCE),
        Limits.defaults(),
        new RecordedNode.Clock(wallMillis, 0),
        new Environment(
            new ReplayOutbox(new OutputTrace(), new ReplayAnswers()),
            NodeEvents.NONE,
            new MemoryItemStore(1 << 20),
            new SecureRandom()));
  }

  NodeAddress address() {
    return NodeAddress.ip(InetAddress.getLoopbackAddress().getAddress(), port());
  }

  int port() {
    return listener.port();
  }

  <T> T ask(NodeLoop.CoreCall<T> call) throws Exception {
    return loop.call(call).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** What became of it; an item that was taken counts as seen. */
  NodeView.Submission submit(Item item) throws Exception {
    return ask((core, nowNanos) -> core.submit(item, nowNanos));
  }

  /** Makes a block of all that may go into one, as soon as there is a slot that is free. */
  Block produce() throws Exception {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Optional<BlockTemplate.Proposal> proposal = Optional.empty();
    while (proposal.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
      proposal = ask((core, nowNanos) -> core.proposal(0, nowNanos));
    }
    BlockTemplate.Proposal found = proposal.orElseThrow();
    Block block = new Block(BlockHeader.sign(PRODUCER, found.header()), found.transactions());
    NodeView.Submission made = submit(block);
    if (made.rejection() != null) {
      throw new AssertionError("block refused: " + made.rejection());
    }
    return block;
  }

  void awaitItems(Collection<ItemId> ids) throws InterruptedException {
    seen.await(ids);
  }

  /** Until so many peers have come and gone. */
  void awaitGone(int count) throws InterruptedException {
    seen.awaitGone(count);
  }

  @Override
  public void close() {
    listener.close();
    loop.close();
    if (recording != null) {
      recording.close();
    }
    pool.close();
    store.close();
  }

  /** What the core tells of itself; written on the loop's thread. */
  private static final class Seen implements NodeEvents {
    private final Set<ItemId> accepted = new HashSet<>();
    private int gone;

    @Override
    public synchronized void onAccepted(
        ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
      accepted.add(id);
      notifyAll();
    }

    @Override
    public synchronized void onPeerDown(
        PeerId peer,
        @Nullable PeerInfo info,
        DisconnectReason reason,
        String detail,
        long nowNanos) {
      gone++;
      notifyAll();
    }

    synchronized void await(Collection<ItemId> ids) throws InterruptedException {
      await(() -> accepted.containsAll(ids), "items");
    }

    synchronized void awaitGone(int count) throws InterruptedException {
      await(() -> gone >= count, "peers that go");
    }

    private synchronized void await(BooleanSupplier done, String what) throws InterruptedException {
      long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!done.getAsBoolean()) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (leftMillis <= 0) {
          throw new AssertionError("waited in vain for " + what);
        }
        wait(leftMillis);
      }
    }
  }
}
