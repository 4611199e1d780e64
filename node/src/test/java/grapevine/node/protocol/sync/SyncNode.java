package grapevine.node.protocol.sync;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.protocol.sync.HeaderTree.Admission;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A tree and its sync, routed as NodeCore does it but for signatures and fetching: verified headers
 * return at once, and bodies stay wanted until a test delivers them.
 */
final class SyncNode implements Outbox {
  static final long SECOND = 1_000_000_000L;

  private static final KeyPair ANYONE = KeyPair.generate(new SplittableRandom(2));

  record Sent(PeerId to, Message message) {}

  final Chains chains;
  final HeaderTree tree;
  final BlockSync sync;
  final Deque<Sent> sent = new ArrayDeque<>();
  final List<BlockSync.Wanted> wanted = new ArrayList<>();
  final List<String> disconnected = new ArrayList<>();
  final List<String> limited = new ArrayList<>();
  final Map<Hash256, Block> blocks = new LinkedHashMap<>();
  long queuedBytes;
  private int settled;
  long wallMillis = Chains.GENESIS_MILLIS + 100_000_000;

  SyncNode(Chains chains, BlockSync.Limits limits) {
    this.chains = chains;
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onLimited(String reason, int count, long nowNanos) {
            limited.add(reason);
          }
        };
    tree = new HeaderTree(HeaderTree.Limits.defaults(), chains.validity, events);
    sync = new BlockSync(limits, tree, new NodeTime(wallMillis, 0), this, events);
  }

  SyncNode(Chains chains) {
    this(chains, BlockSync.Limits.defaults());
  }

  static PeerId peer(long number) {
    return new PeerId(number);
  }

  void ready(PeerId peer, long bestHeight, Hash256 bestId, long nowNanos) {
    NodeRecord record = NodeRecord.sign(ANYONE, 1, 1, List.of(), 0);
    Message.Hello hello =
        new Message.Hello(1, 1, 0, bestHeight, bestId, 0, 0, record, "test", List.of());
    NodeAddress remote = NodeAddress.ip(new byte[] {127, 0, 0, 1}, 7700);
    sync.onPeerReady(
        new PeerInfo(peer, record.key(), Direction.OUTBOUND, remote, 1, 0, hello), nowNanos);
    settle(nowNanos);
  }

  void ready(PeerId peer) {
    ready(peer, 0, chains.network.id(), 0);
  }

  /** A block that came from nowhere in particular. */
  void accept(Block block, long nowNanos) {
    Hash256 id = block.header().hash();
    assertThat(tree.add(block.header(), nowNanos)).isNotInstanceOf(Admission.Refused.class);
    accepted(null, id, block, nowNanos);
    settle(nowNanos);
  }

  void acceptAll(List<BlockHeader> headers) {
    headers.forEach(header -> accept(Chains.empty(header), 0));
  }

  private void accepted(@Nullable PeerId from, Hash256 id, Block block, long nowNanos) {
    tree.onBody(id, nowNanos);
    blocks.put(id, block);
    sync.onBlockAccepted(from, id, nowNanos);
    tree.prune();
  }

  /** A wanted body came. */
  void deliver(BlockSync.Wanted body, Block block, long nowNanos) {
    wanted.removeIf(other -> other.entry().id().equals(body.entry().id()));
    accepted(body.from(), block.header().hash(), block, nowNanos);
    settle(nowNanos);
  }

  /** A block came without having been wanted here. */
  void onBlock(PeerId from, Block block, long nowNanos) {
    if (sync.isFuture(block.header(), nowNanos)) {
      sync.holdFuture(from, block, nowNanos);
    } else {
      switch (tree.add(block.header(), nowNanos)) {
        case Admission.Orphan orphan -> sync.hold(from, block, nowNanos);
        case Admission.Refused refused -> {}
        case Admission.Added added -> accepted(from, block.header().hash(), block, nowNanos);
        case Admission.Known known -> accepted(from, block.header().hash(), block, nowNanos);
      }
    }
    settle(nowNanos);
  }

  void onMessage(PeerId from, Message message, long nowNanos) {
    switch (message) {
      case Message.GetHeaders m -> sync.onGetHeaders(from, m, nowNanos);
      case Message.Headers m -> {
        List<BlockHeader> fresh = sync.onHeaders(from, m, nowNanos);
        if (!fresh.isEmpty()) {
          sync.onVerifiedHeaders(from, fresh, nowNanos);
        }
      }
      default -> throw new AssertionError(message);
    }
    settle(nowNanos);
  }

  void onTimer(long nowNanos) {
    sync.onTimer(nowNanos);
    for (BlockSync.Held held : sync.due(nowNanos)) {
      Block block = held.block();
      assertThat(tree.add(block.header(), nowNanos)).isNotInstanceOf(Admission.Orphan.class);
      accepted(held.from(), block.header().hash(), block, nowNanos);
    }
    settle(nowNanos);
  }

  private void settle(long nowNanos) {
    wanted.addAll(sync.wanted(nowNanos));
    // From scratch each time, so only now and then where that is long.
    if (tree.highestHeight() < 64 || ++settled % 64 == 0) {
      sync.checkInvariants();
      tree.checkInvariants();
    }
  }

  /** The getheaders sent since the last look. */
  List<Sent> requests() {
    List<Sent> requests =
        sent.stream().filter(s -> s.message() instanceof Message.GetHeaders).toList();
    sent.removeAll(requests);
    return requests;
  }

  @Override
  public void send(PeerId to, Message message) {
    sent.add(new Sent(to, message));
  }

  @Override
  public long queuedBytes(PeerId peer) {
    return queuedBytes;
  }

  @Override
  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    disconnected.add(peer + " " + reason.key());
  }

  @Override
  public void dial(NodeAddress address) {
    throw new AssertionError("sync does not dial");
  }

  @Override
  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    throw new AssertionError("sync leaves the verifying to NodeCore");
  }
}
