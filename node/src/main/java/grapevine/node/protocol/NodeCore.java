package grapevine.node.protocol;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Validity;
import grapevine.node.protocol.pool.Verifications;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.protocol.session.Handshake;
import grapevine.node.protocol.sync.BlockTemplate;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One node's protocol: takes inputs, routes each to the part that owns the concern, and owns the
 * parts. Confined to one thread; reads no clock, socket, file, thread or global random.
 *
 * <p>Every input carries the time since the node's start, which never decreases. What follows from
 * an input leaves through the {@link grapevine.node.protocol.port.Outbox} before the method
 * returns. A driver keeps one timer armed for {@link #nextDeadlineNanos()}. Where two parts must
 * speak, they do so here (or, for items, in {@link Arrivals} and {@link Intake}), in one visible
 * line.
 */
public final class NodeCore implements Core {
  /** Stands for this node where a peer is expected: records from its own disk. */
  private static final PeerId SELF = new PeerId(0);

  private final Parts parts;
  private final Intake intake;
  private final Arrivals arrivals;
  private final Outbox outbox;
  private final NodeEvents events;
  private final Validity validity;
  private final Settings settings;
  private final Environment environment;
  private final List<Component> components;
  private final long startNanos;
  private long lastNanos;

  /**
   * A core that has yet to be started.
   *
   * @param wallMillis the system's wall clock at {@code nowNanos}
   */
  public NodeCore(
      Validity validity,
      Settings settings,
      Limits limits,
      Environment environment,
      long wallMillis,
      long nowNanos) {
    this.validity = validity;
    this.settings = settings;
    this.environment = environment;
    events = environment.events();
    outbox = environment.outbox();
    parts = new Parts(validity, settings, limits, environment, new NodeTime(wallMillis, nowNanos));
    intake = new Intake(parts, validity, environment);
    arrivals = new Arrivals(parts, intake, environment);
    components = parts.components;
    startNanos = nowNanos;
    lastNanos = nowNanos;
  }

  @Override
  public void start(List<NodeRecord> savedRecords, long nowNanos) {
    intake.load(nowNanos);
    verifyRecords(SELF, savedRecords, nowNanos);
    onTimer(nowNanos);
  }

  @Override
  public void onConnected(
      PeerId peer, PublicKey key, Direction direction, NodeAddress remote, long nowNanos) {
    advance(nowNanos);
    parts.dialPolicy().onConnected(peer, remote, key, direction, nowNanos);
    if (key.equals(settings.self().key()) && direction == Direction.OUTBOUND) {
      parts.dialPolicy().onSelf(remote, nowNanos);
    }
    parts.sessions().onConnected(peer, key, direction, remote, hello(nowNanos), nowNanos);
    settle(nowNanos);
  }

  private Message.Hello hello(long nowNanos) {
    return parts.handshake.hello(
        new Handshake.Present(
            parts.tree().bestHeight(),
            parts.tree().bestId(),
            parts.pool().retentionFloorMinute(nowNanos),
            parts.pool().feeFloor(),
            settings.self(),
            settings.agent()));
  }

  @Override
  public void onMessage(PeerId from, Message message, long nowNanos) {
    advance(nowNanos);
    if (!parts.sessions().admit(from, message, nowNanos)) {
      return;
    }
    parts.keepalive().onHeard(from, nowNanos);
    switch (message) {
      case Message.Hello m -> onHello(from, m, nowNanos);
      case Message.Bye m ->
          outbox.disconnect(from, DisconnectReason.REMOTE_BYE, "because " + known(m.reason()));
      case Message.Ping m -> onPing(from, m, nowNanos);
      case Message.Pong m -> onPong(from, m, nowNanos);
      case Message.GetPeers m -> parts.exchange.onGetPeers(from, m, nowNanos);
      case Message.Peers m ->
          verifyRecords(from, parts.exchange.onPeers(from, m, nowNanos), nowNanos);
      case Message.FeeFloor m -> parts.feeFloors().onFeeFloor(from, m.feePerKilobyte());
      case Message.Inv m -> arrivals.onInv(from, m, nowNanos);
      case Message.GetData m -> parts.backlog().onGetData(from, m.ids(), nowNanos);
      case Message.NotFound m -> {
        parts.fetch().onNotFound(from, m.ids(), nowNanos);
        parts.sync().onNotFound(from, m.ids(), nowNanos);
      }
      case Message.Tx m -> arrivals.onTx(from, m, nowNanos);
      case Message.BlockChunk m -> arrivals.onBlockChunk(from, m, nowNanos);
      case Message.Push m -> parts.relay().onPush(from, m, nowNanos);
      case Message.GetHeaders m -> parts.sync().onGetHeaders(from, m, nowNanos);
      case Message.Headers m -> onHeaders(from, m, nowNanos);
      case Message.GetDigests m ->
          parts.reconciler().onGetDigests(from, m, parts.tree().tips(), nowNanos);
      case Message.Digests m -> onDigests(from, m, nowNanos);
      case Message.GetIds m -> parts.reconciler().onGetIds(from, m, nowNanos);
      case Message.Ids m ->
          arrivals.announced(from, parts.reconciler().onIds(from, m, nowNanos), nowNanos);
      case Message.Unknown m -> {} // counted by sessions
    }
    settle(nowNanos);
  }

  /** A peer's reason as a word of ours, since its own words go to the log. */
  private static String known(String reasonKey) {
    return Arrays.stream(DisconnectReason.values())
        .map(DisconnectReason::key)
        .filter(reasonKey::equals)
        .findFirst()
        .orElse("of a reason that is not known here");
  }

  private void onHello(PeerId from, Message.Hello hello, long nowNanos) {
    Optional<PeerInfo> ready = parts.sessions().onHello(from, hello, nowNanos);
    if (ready.isEmpty()) {
      return;
    }
    PeerInfo peer = ready.get();
    events.onPeerUp(peer, nowNanos);
    components.forEach(component -> component.onPeerReady(peer, nowNanos));
    parts.agenda.touchAll();
    verifyRecords(from, List.of(hello.record()), nowNanos);
    parts.relay().announceTo(from, tips(nowNanos), nowNanos);
  }

  private List<Message.Inv.Entry> tips(long nowNanos) {
    List<Message.Inv.Entry> entries = new ArrayList<>();
    for (Hash256 tip : parts.tree().tips()) {
      parts
          .tree()
          .header(tip)
          .ifPresent(
              header -> {
                int ageMillis = parts.births.ageMillis(header.id(), nowNanos);
                entries.add(
                    new Message.Inv.Entry(header.id(), (int) header.blockBytes(), ageMillis));
              });
    }
    return entries;
  }

  private void onPing(PeerId from, Message.Ping ping, long nowNanos) {
    long minute = parts.reconciler().closedMinute(nowNanos);
    parts.keepalive().onPing(from, ping, minute, parts.reconciler().digest(minute), nowNanos);
  }

  private void onPong(PeerId from, Message.Pong pong, long nowNanos) {
    long roundTripNanos = parts.keepalive().onPong(from, pong, nowNanos);
    if (roundTripNanos >= 0) {
      parts.fetch().onRoundTrip(from, roundTripNanos);
      parts.reconciler().onPong(from, pong.minute(), pong.minuteDigest());
    }
  }

  private void onHeaders(PeerId from, Message.Headers m, long nowNanos) {
    List<BlockHeader> headers = parts.sync().onHeaders(from, m, nowNanos);
    if (headers.isEmpty()) {
      return;
    }
    List<SignatureCheck> checks = headers.stream().map(intake::check).toList();
    int bytes = checks.stream().mapToInt(SignatureCheck::sizeBytes).sum();
    if (!parts.verifications.start(from, new Pending.OfHeaders(headers), checks, bytes, nowNanos)) {
      events.onLimited("verifications", headers.size(), nowNanos);
    }
  }

  private void onDigests(PeerId from, Message.Digests m, long nowNanos) {
    if (parts.reconciler().onDigests(from, m, nowNanos)) {
      parts.sync().onTips(from, m.tips(), nowNanos);
    }
  }

  private void verifyRecords(PeerId from, List<NodeRecord> records, long nowNanos) {
    if (records.isEmpty()) {
      return;
    }
    List<SignatureCheck> checks = new ArrayList<>(records.size());
    int bytes = 0;
    for (NodeRecord record : records) {
      SignatureCheck check = record.check();
      checks.add(check);
      bytes += check.sizeBytes();
    }
    if (!parts.verifications.start(from, new Pending.OfRecords(records), checks, bytes, nowNanos)) {
      events.onLimited("verifications", records.size(), nowNanos);
    }
  }

  @Override
  public void onVerified(Ticket ticket, int firstInvalid, long nowNanos) {
    advance(nowNanos);
    Optional<Verifications.Pending<Pending>> finished = parts.verifications.finish(ticket);
    if (finished.isEmpty()) {
      return;
    }
    PeerId from = finished.get().from();
    long tookNanos = nowNanos - finished.get().startedNanos();
    boolean valid = firstInvalid < 0;
    switch (finished.get().subject()) {
      case Pending.OfTransaction p -> {
        events.onVerified(p.transaction().id(), valid, tookNanos, nowNanos);
        intake.onVerified(from, p.transaction(), valid, nowNanos);
      }
      case Pending.OfBlock p -> {
        events.onVerified(p.block().id(), valid, tookNanos, nowNanos);
        intake.onVerified(from, p.block(), firstInvalid, nowNanos);
      }
      case Pending.OfHeaders p when valid -> intake.onVerified(from, p.headers(), nowNanos);
      case Pending.OfRecords p when valid -> onVerifiedRecords(from, p.records(), nowNanos);
      case Pending.OfHeaders p ->
          outbox.disconnect(from, DisconnectReason.BAD_SIGNATURE, "header with a bad signature");
      case Pending.OfRecords p ->
          outbox.disconnect(from, DisconnectReason.BAD_RECORD, "node record with a bad signature");
    }
    settle(nowNanos);
  }

  private void onVerifiedRecords(PeerId from, List<NodeRecord> records, long nowNanos) {
    if (from.equals(SELF)) {
      parts.addresses.load(records, parts.time.millis(nowNanos), nowNanos);
    } else {
      parts.exchange.onVerified(from, records, nowNanos);
    }
    parts.dialPolicy().onAddresses(nowNanos);
  }

  @Override
  public void onViolation(PeerId from, ProtocolViolation violation, long nowNanos) {
    advance(nowNanos);
    parts
        .sessions()
        .disconnect(from, DisconnectReason.of(violation.reason()), violation.detail(), nowNanos);
  }

  @Override
  public void onDisconnected(PeerId peer, DisconnectReason reason, String detail, long nowNanos) {
    advance(nowNanos);
    PeerInfo info = parts.sessions().onDisconnected(peer, nowNanos);
    events.onPeerDown(peer, info, reason, detail, nowNanos);
    if (info != null) {
      components.forEach(component -> component.onPeerGone(peer, nowNanos));
      parts.agenda.touchAll();
      parts.assembly.onPeerGone(peer);
      if (reason.bans()) {
        parts.misconduct.ban(info.key(), info.remote(), nowNanos);
      }
    }
    parts.dialPolicy().onDisconnected(peer, nowNanos);
    settle(nowNanos);
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    advance(nowNanos);
    parts.dialPolicy().onDialFailed(address, nowNanos);
    settle(nowNanos);
  }

  @Override
  public void onWritable(PeerId peer, long nowNanos) {
    advance(nowNanos);
    parts.backlog().onWritable(peer, nowNanos);
    parts.relay().onWritable(peer, nowNanos);
    settle(nowNanos);
  }

  @Override
  public void onTimer(long nowNanos) {
    advance(nowNanos);
    intake.expire(nowNanos);
    parts.agenda.onTimer(nowNanos);
    settle(nowNanos);
  }

  @Override
  public void onWallClock(long wallMillis, long nowNanos) {
    advance(nowNanos);
    parts.time.onWallClock(wallMillis, nowNanos);
    parts.agenda.touchAll();
  }

  @Override
  public NodeView.Submission submit(Item item, long nowNanos) {
    advance(nowNanos);
    NodeView.Submission submission = intake.submit(item, nowNanos);
    settle(nowNanos);
    return submission;
  }

  @Override
  public int onOperator(OperatorAction action, long nowNanos) {
    advance(nowNanos);
    int count =
        switch (action) {
          case OperatorAction.StaticPeers(List<NodeAddress> addresses) -> {
            parts.dialPolicy().onStaticPeers(addresses);
            yield 0;
          }
          case OperatorAction.Drop(PeerId peer) ->
              parts
                  .sessions()
                  .disconnectIf(
                      (id, key, remote) -> id.equals(peer),
                      DisconnectReason.OPERATOR,
                      "dropped by its operator",
                      nowNanos);
          case OperatorAction.Ban(BanSubject who, long forNanos) -> {
            parts.misconduct.ban(who, forNanos, nowNanos);
            yield parts
                .sessions()
                .disconnectIf(
                    (id, key, remote) -> who.names(key, remote),
                    DisconnectReason.BANNED,
                    "banned by its operator",
                    nowNanos);
          }
          case OperatorAction.Unban(BanSubject who) -> parts.misconduct.unban(who);
        };
    settle(nowNanos);
    return count;
  }

  @Override
  public long nextDeadlineNanos() {
    return parts.agenda.nextNanos();
  }

  /**
   * Reads what every input of this core will read, and changes nothing: a first step before {@link
   * #readAhead(PeerId)}. A driver of many cores lets all whose inputs are near take one step before
   * any takes the next, so that the processor waits for many places in memory at once; inputs would
   * wait for one after another.
   *
   * @return a number without meaning: whoever uses it keeps the compiler from leaving the reading
   *     out
   */
  public long readAhead() {
    return lastNanos + parts.agenda.readAhead();
  }

  /** Reads what any message of this peer will read; as {@link #readAhead()}. */
  public long readAhead(PeerId from) {
    return parts.readAhead(from);
  }

  private void advance(long nowNanos) {
    if (nowNanos < lastNanos) {
      throw new IllegalArgumentException("time went back from " + lastNanos + " to " + nowNanos);
    }
    lastNanos = nowNanos;
  }

  /** What every input ends with: blocks that are due, bodies that are wanted, requests to send. */
  private void settle(long nowNanos) {
    if (parts.agenda.isStirred(Parts.SYNC, nowNanos)) {
      intake.placeDue(nowNanos);
      parts
          .sync()
          .wanted(nowNanos)
          .forEach(wanted -> arrivals.suspected(wanted.from(), wanted.entry(), nowNanos));
    }
    if (parts.agenda.isStirred(Parts.FETCH, nowNanos)) {
      parts.fetch().flush(nowNanos);
    }
  }

  @Override
  public Optional<BlockTemplate.Proposal> proposal(int producer, long nowNanos) {
    advance(nowNanos);
    BlockTemplate template = new BlockTemplate(validity);
    return template
        .place(parts.tree(), producer, parts.time.millis(nowNanos))
        .map(
            place ->
                template.propose(
                    place,
                    parts.pool().transactions(),
                    parts.tree().branch(place.parent(), validity.network().horizonBlocks()),
                    id -> parts.shelf.item(ItemId.block(id)).map(Block.class::cast)));
  }

  @Override
  public void shutdown(long nowNanos) {
    advance(nowNanos);
    for (PeerInfo peer : List.copyOf(parts.sessions().ready())) {
      outbox.disconnect(peer.id(), DisconnectReason.SHUTDOWN, "node stops");
    }
  }

  @Override
  public NodeView view() {
    return new NodeView(parts, validity, settings.self(), environment, startNanos);
  }

  /** Recomputes what every part promises; throws {@link IllegalStateException} at what fails. */
  public void checkInvariants() {
    components.forEach(Component::checkInvariants);
    parts.agenda.checkInvariants();
  }
}
