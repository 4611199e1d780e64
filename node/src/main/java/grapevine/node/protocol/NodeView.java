package grapevine.node.protocol;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import grapevine.node.protocol.peers.AddressTable;
import grapevine.node.protocol.peers.DialPolicy;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the core tells who asks. Called on the core's thread; answers are values, copied, safe to
 * hand to another thread. Changes nothing.
 */
public final class NodeView {
  private final Parts parts;
  private final Validity validity;
  private final NodeRecord self;
  private final Environment environment;
  private final long startNanos;

  NodeView(
      Parts parts, Validity validity, NodeRecord self, Environment environment, long startNanos) {
    this.parts = parts;
    this.validity = validity;
    this.self = self;
    this.environment = environment;
    this.startNanos = startNanos;
  }

  /**
   * The node at a glance.
   *
   * @param bestId id of the best tip; the network id while there is no block
   * @param clockJumpMillis how far off an unfollowed wall clock is, 0 = followed
   */
  public record Status(
      PublicKey nodeId,
      Hash256 networkId,
      long uptimeNanos,
      long wallMillis,
      long clockJumpMillis,
      long bestHeight,
      Hash256 bestId,
      int tips,
      int poolTransactions,
      long poolBytes,
      int peersInbound,
      int peersOutbound,
      int addressTableEntries,
      long storePosition,
      long storeCommitted) {}

  /**
   * What only the figures tell.
   *
   * @param sendQueueBytes given to all ready peers and not taken by the network yet
   * @param clockOffsetMicros how far the peers' clocks are ahead of ours, by the median of their
   *     pongs
   * @param addresses entries of the address table by what our dials say of them
   */
  public record Gauges(
      long sendQueueBytes, OptionalLong clockOffsetMicros, Map<String, Integer> addresses) {}

  /**
   * One ready peer.
   *
   * @param why whose wish the connection is, a word of {@link DialPolicy.Why}
   * @param roundTripNanos latest, -1 = not yet measured
   * @param sameMinute whether its last closed minute held the same set as ours; null = not known
   */
  public record Peer(
      PeerId id,
      PublicKey key,
      Direction direction,
      String why,
      NodeAddress remote,
      String agent,
      long connectedNanos,
      long roundTripNanos,
      long roundTripMinNanos,
      int inFlight,
      long queuedBytes,
      long bestHeight,
      @Nullable Boolean sameMinute) {}

  /**
   * What the pool holds, and what is on its way into it.
   *
   * @param bytesMax of encoded transactions that it may hold
   * @param feeFloor lowest fee per 1,000 bytes that is taken now; 0 = any
   * @param feeMin lowest fee per 1,000 bytes in it, rounded down; 0 when it is empty
   * @param conflicts pairs of transactions of the same sender and nonce
   * @param nextExpiryMillis when the first of them expires, wall clock; empty when it is empty
   * @param wanted items announced or missed and not here
   * @param verifyingBytes of items whose signatures are being checked
   */
  public record PoolUse(
      int transactions,
      long bytes,
      int transactionsMax,
      long bytesMax,
      long feeFloor,
      long feeMin,
      long feeMax,
      int senders,
      int conflicts,
      OptionalLong nextExpiryMillis,
      int wanted,
      int inFlightTransactions,
      int inFlightBlocks,
      long verifyingBytes) {}

  public record Tip(Hash256 id, long height, long slot, int producer, boolean best) {}

  /**
   * What the node holds, to be compared between nodes.
   *
   * @param transactionDigest SHA-256 over the live set's elements, ascending (a conflict counts as
   *     its conflict element)
   * @param blockDigest SHA-256 over the ids of all accepted blocks, ascending
   */
  public record SetDigest(
      int transactions,
      Hash256 transactionDigest,
      int blocks,
      Hash256 blockDigest,
      Hash256 bestId,
      List<Hash256> tips) {}

  /**
   * What became of a submission.
   *
   * @param rejection null when the item is held
   * @param known whether it was held before
   * @param storePosition durable once the store's committed position has reached it
   */
  public record Submission(
      ItemId id, @Nullable Rejection rejection, boolean known, long storePosition) {}

  public Status status(long nowNanos) {
    return new Status(
        self.key(),
        validity.networkId(),
        nowNanos - startNanos,
        parts.time.millis(nowNanos),
        parts.time.jumpMillis(),
        parts.tree().bestHeight(),
        parts.tree().bestId(),
        parts.tree().tips().size(),
        parts.pool().size(),
        parts.pool().bytes(),
        parts.sessions().count(Direction.INBOUND),
        parts.sessions().count(Direction.OUTBOUND),
        parts.addresses.size(),
        environment.store().position(),
        environment.store().committedPosition());
  }

  /** Costs a pass over the address table: for once a second, not for each request. */
  public Gauges gauges() {
    long queuedBytes = 0;
    for (PeerInfo peer : parts.sessions().ready()) {
      queuedBytes += environment.outbox().queuedBytes(peer.id());
    }
    Map<String, Integer> addresses = new LinkedHashMap<>();
    for (AddressTable.Liveness liveness : AddressTable.Liveness.values()) {
      addresses.put(liveness.label(), parts.addresses.count(liveness));
    }
    return new Gauges(queuedBytes, parts.keepalive().clockOffsetMicros(), addresses);
  }

  /** Ready peers in order of connection. */
  public List<Peer> peers(long nowNanos) {
    return parts.sessions().ready().stream().map(peer -> peer(peer, nowNanos)).toList();
  }

  private Peer peer(PeerInfo peer, long nowNanos) {
    PeerId id = peer.id();
    return new Peer(
        id,
        peer.key(),
        peer.direction(),
        parts.dialPolicy().why(id).label(),
        peer.remote(),
        peer.hello().agent(),
        nowNanos - parts.sessions().connectedNanos(id),
        parts.keepalive().roundTripNanos(id),
        parts.keepalive().roundTripMinNanos(id),
        parts.fetch().inFlight(id),
        environment.outbox().queuedBytes(id),
        peer.hello().bestHeight(),
        parts.reconciler().sameMinute(id));
  }

  /** Costs a pass over the pool. */
  public PoolUse pool() {
    long feeMin = Long.MAX_VALUE;
    long feeMax = 0;
    long nextExpiryMillis = Long.MAX_VALUE;
    int paired = 0;
    Set<PublicKey> senders = new HashSet<>(); // never iterated
    for (Transaction each : parts.pool().transactions()) {
      long fee = (long) (each.fee() * 1000.0 / each.sizeBytes());
      feeMin = Math.min(feeMin, fee);
      feeMax = Math.max(feeMax, fee);
      nextExpiryMillis = Math.min(nextExpiryMillis, each.expiryMillis());
      paired += parts.pool().pair(each.slot()) == null ? 0 : 1;
      senders.add(each.sender());
    }
    boolean empty = parts.pool().size() == 0;
    return new PoolUse(
        parts.pool().size(),
        parts.pool().bytes(),
        parts.pool().limits().transactionsMax(),
        parts.pool().limits().bytesMax(),
        parts.pool().feeFloor(),
        empty ? 0 : feeMin,
        feeMax,
        senders.size(),
        paired / 2,
        empty ? OptionalLong.empty() : OptionalLong.of(nextExpiryMillis),
        parts.fetch().wanted(),
        parts.fetch().inFlight(ItemKind.TRANSACTION),
        parts.fetch().inFlight(ItemKind.BLOCK),
        parts.verifications.inFlightBytes());
  }

  /** All tips, the best first. */
  public List<Tip> tips() {
    List<Tip> tips = new ArrayList<>();
    for (Hash256 id : parts.tree().tips()) {
      BlockHeader header = parts.tree().header(id).orElseThrow();
      boolean best = id.equals(parts.tree().bestId());
      tips.add(new Tip(id, header.height(), header.slot(), header.producer(), best));
    }
    return tips;
  }

  public SetDigest digest() {
    return new SetDigest(
        parts.reconciler().liveElements(),
        parts.reconciler().liveDigest(),
        parts.tree().blockSet().count(),
        parts.tree().blockSet().digest(),
        parts.tree().bestId(),
        parts.tree().tips());
  }

  /** An item that this node holds, in the pool or in the store. */
  public Optional<Item> item(ItemId id) {
    return parts.shelf.item(id);
  }

  /**
   * A node that is known, connected or not.
   *
   * @param liveness what our dials say of it, a word of {@link AddressTable.Liveness}
   * @param answeredAgoNanos since our last dial was answered; -1 = never
   */
  public record Known(NodeRecord record, String liveness, long answeredAgoNanos) {}

  /**
   * Nodes of the address table that offer all of these services.
   *
   * @param services bits; 0 for all nodes
   */
  public List<Known> known(long services, int max, long nowNanos) {
    return parts.addresses.known(services, max).stream()
        .map(
            each ->
                new Known(
                    each.record(),
                    each.liveness().label(),
                    each.answeredNanos() < 0 ? -1 : nowNanos - each.answeredNanos()))
        .toList();
  }

  /**
   * A ban that lasts.
   *
   * @param endMillis by this node's wall clock
   * @param byOperator otherwise by this node, for misconduct
   */
  public record Ban(BanSubject who, long endMillis, boolean byOperator) {}

  public List<Ban> bans(long nowNanos) {
    return parts.misconduct.bans(nowNanos).stream()
        .map(ban -> new Ban(ban.who(), parts.time.millis(ban.endNanos()), ban.byOperator()))
        .toList();
  }

  /** Records of other nodes worth keeping for the next start. */
  public List<NodeRecord> recordsToSave() {
    return parts.addresses.records();
  }
}
