package grapevine.node.protocol.session;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.port.TokenRate;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides who is connected, and which messages of a connection the rest of the core gets to see.
 * Confined to the core's thread.
 *
 * <pre>
 * state           input          next            when
 * (none)          onConnected    AWAITING_HELLO  let in; our hello is sent at once
 * (none)          onConnected    (none)          refused: self, banned, duplicate, too many
 * AWAITING_HELLO  onHello        READY           versions and features agree
 * AWAITING_HELLO  onHello        LEAVING         they do not
 * AWAITING_HELLO  admit          AWAITING_HELLO  a bye goes on: we are refused, and told why
 * AWAITING_HELLO  admit          LEAVING         any other message
 * AWAITING_HELLO  onTimer        LEAVING         no hello in time
 * READY           admit          READY           the message goes on, or is dropped and counted
 * READY           admit          LEAVING         second hello, too many messages
 * either          onConnected    LEAVING         a newcomer's twin or room for a newcomer
 * either          disconnect     LEAVING         another part has had enough of it
 * any             onDisconnected (none)
 * </pre>
 *
 * <p>In AWAITING_HELLO and READY a connection holds a slot of its direction; a LEAVING one holds
 * none and is only remembered until the driver has closed it. Nothing of a LEAVING connection gets
 * through.
 *
 * <p><b>One connection per pair of nodes.</b> When two nodes dial each other at once, both must
 * keep the same one of the two connections, in whatever order they see them: the one dialled by the
 * node with the lower key. A second connection in the same direction is refused.
 *
 * <p><b>A full house.</b> Inbound connections never cost an outbound one, since an attacker can
 * make any number of the former and none of the latter. To let a newcomer in, the oldest connection
 * that still owes its hello goes, else whoever the eviction rule names, else the newcomer. Limits
 * per host and group hold for globally routable inbound connections only: behind loopback and in
 * private networks everybody shares them.
 *
 * <p><b>Message rate.</b> The fair rate of a peer (500/s, burst 2,000) is a matter of turns and
 * binds only while others wait. Here stands only a ceiling that no honest peer comes near, which
 * keeps one connection from owning the loop with messages that cost nothing to make.
 */
public final class Sessions implements Component {
  /**
   * @param helloTimeoutNanos from connection to their hello; geth: 5 s
   * @param outboundMax 8, and room for anchors, feelers and the operator's own
   * @param perIpMax inbound connections of one host; of IPv6: one /64
   * @param perGroupMax inbound connections of one {@link NodeAddress#group}
   * @param messageIntervalNanos one over the ceiling of messages a second
   */
  public record Limits(
      long helloTimeoutNanos,
      int inboundMax,
      int outboundMax,
      int perIpMax,
      int perGroupMax,
      long messageIntervalNanos,
      int messageBurst) {
    public static Limits defaults() {
      return new Limits(5_000_000_000L, 32, 16, 2, 4, 50_000, 40_000);
    }
  }

  /** Who this node is and what it speaks; versions 1 to 65,535, both included. */
  public record Self(
      PublicKey key, Hash256 networkId, int versionMin, int versionMax, long features) {}

  private enum State {
    AWAITING_HELLO,
    READY,
    LEAVING
  }

  private static final class Session {
    private final PeerId id;
    private final PublicKey key;
    private final Direction direction;
    private final NodeAddress remote;
    private final long connectedNanos;
    private long messagesPaidNanos;
    private State state = State.AWAITING_HELLO;
    private @Nullable PeerInfo info;

    Session(PeerId id, PublicKey key, Direction direction, NodeAddress remote, long nowNanos) {
      this.id = id;
      this.key = key;
      this.direction = direction;
      this.remote = remote;
      connectedNanos = nowNanos;
    }

    boolean isInbound() {
      return direction == Direction.INBOUND;
    }
  }

  private final Limits limits;
  private final TokenRate messages;
  private final Self self;
  private final Handshake handshake;
  private final Misconduct misconduct;
  private final Outbox outbox;
  private final NodeEvents events;
  private final Supplier<Optional<PeerId>> evictable;

  /** Every connection until the driver has closed it, in order of connection. */
  private final PeerMap<Session> sessions = new PeerMap<>();

  /** Those that hold a slot. */
  private final Map<PublicKey, Session> byKey = new HashMap<>(); // never iterated

  /** Those in AWAITING_HELLO, in order of connection: the first has the next deadline. */
  private final LinkedHashSet<Session> awaiting = new LinkedHashSet<>();

  private int inbound;
  private int outbound;

  /**
   * @param evictable names the ready inbound peer that is to make room for another, if any may
   */
  public Sessions(
      Limits limits,
      Self self,
      Misconduct misconduct,
      Outbox outbox,
      NodeEvents events,
      Supplier<Optional<PeerId>> evictable) {
    this.limits = limits;
    messages = new TokenRate(limits.messageIntervalNanos, limits.messageBurst);
    this.self = self;
    this.misconduct = misconduct;
    this.outbox = outbox;
    this.events = events;
    this.evictable = evictable;
    handshake = new Handshake(self);
  }

  /**
   * A connection whose channel has proved {@code key} stands.
   *
   * @param ours the hello that is sent if it is let in
   * @return false when it was refused, and disconnected
   */
  public boolean onConnected(
      PeerId peer,
      PublicKey key,
      Direction direction,
      NodeAddress remote,
      Message.Hello ours,
      long nowNanos) {
    if (key.equals(self.key)) {
      return refuse(peer, DisconnectReason.SELF_CONNECTION, "bears this node's own key");
    }
    if (misconduct.isBanned(key, remote, nowNanos)) {
      return refuse(peer, DisconnectReason.BANNED, "is banned");
    }
    Session twin = byKey.get(key);
    if (twin != null && !replaces(twin, direction)) {
      return refuse(
          peer, DisconnectReason.DUPLICATE_CONNECTION, "is already connected as " + twin.id);
    }
    if (direction == Direction.INBOUND
        ? !hasRoomFor(remote, nowNanos)
        : outbound >= limits.outboundMax) {
      return refuse(
          peer,
          DisconnectReason.TOO_MANY_PEERS,
          "%d inbound and %d outbound are connected".formatted(inbound, outbound));
    }
    if (twin != null) {
      leave(twin, DisconnectReason.DUPLICATE_CONNECTION, "is now connected as " + peer, nowNanos);
    }
    Session session = new Session(peer, key, direction, remote, nowNanos);
    sessions.put(peer, session);
    byKey.put(key, session);
    awaiting.add(session);
    addToCount(direction, 1);
    outbox.send(peer, ours);
    return true;
  }

  private boolean refuse(PeerId peer, DisconnectReason reason, String detail) {
    outbox.disconnect(peer, reason, detail);
    return false;
  }

  /** Whether a connection in this direction takes the place of its twin. */
  private boolean replaces(Session twin, Direction direction) {
    boolean diallerIsLower =
        direction == Direction.OUTBOUND
            ? self.key.compareTo(twin.key) < 0
            : twin.key.compareTo(self.key) < 0;
    return direction != twin.direction && diallerIsLower;
  }

  /** Whether an inbound connection finds a slot, after somebody has made room if need be. */
  private boolean hasRoomFor(NodeAddress remote, long nowNanos) {
    if (remote.isGloballyRoutable() && isCrowded(remote)) {
      return false;
    }
    if (inbound < limits.inboundMax) {
      return true;
    }
    Session goes = evicted();
    if (goes == null) {
      return false;
    }
    leave(goes, DisconnectReason.EVICTED, "made room for another inbound peer", nowNanos);
    return true;
  }

  private boolean isCrowded(NodeAddress remote) {
    NodeAddress host = Misconduct.host(remote);
    String group = remote.group();
    int ofHost = 0;
    int ofGroup = 0;
    for (Session other : sessions.values()) {
      if (other.state != State.LEAVING
          && other.isInbound()
          && other.remote.isGloballyRoutable()
          && other.remote.group().equals(group)) {
        ofGroup++;
        ofHost += Misconduct.host(other.remote).equals(host) ? 1 : 0;
      }
    }
    return ofHost >= limits.perIpMax || ofGroup >= limits.perGroupMax;
  }

  private @Nullable Session evicted() {
    for (Session session : awaiting) {
      if (session.isInbound()) {
        return session;
      }
    }
    Session chosen = evictable.get().map(sessions::get).orElse(null);
    return chosen != null && chosen.isInbound() && chosen.state == State.READY ? chosen : null;
  }

  /** Reads what {@link #admit} will read; a number without meaning. */
  public long readAhead(PeerId from) {
    Session session = sessions.get(from);
    return awaiting.size() + (session == null ? 0 : session.messagesPaidNanos);
  }

  /** Whether the message is to be handled; what is not has been dropped, and counted if need be. */
  public boolean admit(PeerId from, Message message, long nowNanos) {
    Session session = sessions.get(from);
    if (session == null) {
      return false;
    }
    return switch (session.state) {
      case AWAITING_HELLO -> admitFirst(session, message, nowNanos);
      case READY -> admitNext(session, message, nowNanos);
      case LEAVING -> false;
    };
  }

  private boolean admitFirst(Session session, Message message, long nowNanos) {
    if (message instanceof Message.Hello || message instanceof Message.Bye) {
      return true;
    }
    leave(
        session,
        DisconnectReason.BEFORE_HELLO,
        message instanceof Message.Unknown unknown
            ? "its first message has type " + unknown.code() + ", expected hello"
            : "its first message is " + message.type().label() + ", expected hello",
        nowNanos);
    return false;
  }

  private boolean admitNext(Session session, Message message, long nowNanos) {
    if (!messages.isReady(session.messagesPaidNanos, nowNanos)) {
      events.onLimited("message-rate", 1, nowNanos);
      leave(
          session,
          DisconnectReason.MESSAGE_RATE,
          "sent %d messages beyond one every %d ns"
              .formatted(limits.messageBurst, limits.messageIntervalNanos),
          nowNanos);
      return false;
    }
    session.messagesPaidNanos = messages.take(session.messagesPaidNanos, nowNanos);
    if (message instanceof Message.Hello) {
      leave(session, DisconnectReason.DUPLICATE_HELLO, "sent a second hello", nowNanos);
      return false;
    }
    if (message instanceof Message.Unknown) {
      if (misconduct.onUnknownType(session.id, nowNanos)) {
        leave(
            session,
            DisconnectReason.UNKNOWN_TYPE_FLOOD,
            "sent too many of unknown type",
            nowNanos);
      }
      return false;
    }
    return true;
  }

  /** The peer that an admitted hello makes of a connection; empty when the two cannot agree. */
  public Optional<PeerInfo> onHello(PeerId from, Message.Hello hello, long nowNanos) {
    Session session = sessions.get(from);
    if (session == null || session.state != State.AWAITING_HELLO) {
      return Optional.empty();
    }
    return switch (handshake.judge(session.key, hello)) {
      case Handshake.Verdict.Refused(DisconnectReason reason, String detail) -> {
        leave(session, reason, detail, nowNanos);
        yield Optional.empty();
      }
      case Handshake.Verdict.Agreed(int version, long features) -> {
        PeerInfo info =
            new PeerInfo(
                from, session.key, session.direction, session.remote, version, features, hello);
        session.state = State.READY;
        session.info = info;
        awaiting.remove(session);
        yield Optional.of(info);
      }
    };
  }

  /**
   * Forgets a connection that is closed.
   *
   * @return what it was if it was ever ready, so that the other parts must forget it too
   */
  public @Nullable PeerInfo onDisconnected(PeerId peer, long nowNanos) {
    Session session = sessions.remove(peer);
    if (session == null) {
      return null;
    }
    release(session);
    return session.info;
  }

  /**
   * Ends a connection, and bans its node when the reason does; nothing more of it is admitted. Does
   * nothing for one that is already leaving.
   *
   * @param detail as in {@link Outbox#disconnect}
   */
  public void disconnect(PeerId peer, DisconnectReason reason, String detail, long nowNanos) {
    Session session = sessions.get(peer);
    if (session != null && session.state != State.LEAVING) {
      leave(session, reason, detail, nowNanos);
    }
  }

  /** Names connections. */
  public interface Choice {
    boolean takes(PeerId peer, PublicKey key, NodeAddress remote);
  }

  /** Ends all connections that are chosen, as {@link #disconnect} does; returns how many. */
  public int disconnectIf(Choice choice, DisconnectReason reason, String detail, long nowNanos) {
    List<Session> chosen = new ArrayList<>();
    for (Session session : sessions.values()) {
      if (session.state != State.LEAVING && choice.takes(session.id, session.key, session.remote)) {
        chosen.add(session);
      }
    }
    chosen.forEach(session -> leave(session, reason, detail, nowNanos));
    return chosen.size();
  }

  private void leave(Session session, DisconnectReason reason, String detail, long nowNanos) {
    release(session);
    if (reason.bans()) {
      misconduct.ban(session.key, session.remote, nowNanos);
    }
    outbox.disconnect(session.id, reason, detail);
  }

  /** Gives the slot back, once. */
  private void release(Session session) {
    if (session.state != State.LEAVING) {
      session.state = State.LEAVING;
      byKey.remove(session.key);
      awaiting.remove(session);
      addToCount(session.direction, -1);
    }
  }

  private void addToCount(Direction direction, int change) {
    switch (direction) {
      case INBOUND -> inbound += change;
      case OUTBOUND -> outbound += change;
    }
  }

  @Override
  public void onTimer(long nowNanos) {
    while (nowNanos >= nextDeadlineNanos()) {
      leave(
          awaiting.getFirst(),
          DisconnectReason.HANDSHAKE_TIMEOUT,
          "sent no hello in time",
          nowNanos);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return awaiting.isEmpty()
        ? NEVER
        : awaiting.getFirst().connectedNanos + limits.helloTimeoutNanos;
  }

  /** The peer if it is ready. */
  public @Nullable PeerInfo peer(PeerId peer) {
    Session session = sessions.get(peer);
    return session == null || session.state != State.READY ? null : session.info;
  }

  /** All ready peers in order of connection; a copy. */
  public Collection<PeerInfo> ready() {
    List<PeerInfo> ready = new ArrayList<>(byKey.size());
    for (Session session : sessions.values()) {
      if (session.state == State.READY && session.info != null) {
        ready.add(session.info);
      }
    }
    return ready;
  }

  /** Connections that hold a slot, ready or not. */
  public int count(Direction direction) {
    return direction == Direction.INBOUND ? inbound : outbound;
  }

  /** Whether a connection of this node holds a slot, ready or not. */
  public boolean isConnected(PublicKey key) {
    return byKey.containsKey(key);
  }

  /** The connection of this node that holds a slot, ready or not. */
  public Optional<PeerId> byKey(PublicKey key) {
    return Optional.ofNullable(byKey.get(key)).map(session -> session.id);
  }

  /** When it was connected; -1 for a connection that is not known. */
  public long connectedNanos(PeerId peer) {
    Session session = sessions.get(peer);
    return session == null ? -1 : session.connectedNanos;
  }

  @Override
  public void checkInvariants() {
    int in = 0;
    int out = 0;
    int waiting = 0;
    for (Session session : sessions.values()) {
      boolean holdsSlot = session.state != State.LEAVING;
      check(holdsSlot == (byKey.get(session.key) == session), "slot of " + session.id);
      check(
          (session.state == State.AWAITING_HELLO) == awaiting.contains(session),
          "hello awaited of " + session.id);
      check(session.state != State.READY || session.info != null, "info of " + session.id);
      in += holdsSlot && session.isInbound() ? 1 : 0;
      out += holdsSlot && !session.isInbound() ? 1 : 0;
      waiting += session.state == State.AWAITING_HELLO ? 1 : 0;
    }
    check(in == inbound && in <= limits.inboundMax, in + " inbound, counted " + inbound);
    check(out == outbound && out <= limits.outboundMax, out + " outbound, counted " + outbound);
    check(waiting == awaiting.size(), waiting + " awaiting, listed " + awaiting.size());
    check(byKey.size() == in + out, byKey.size() + " keys for " + (in + out) + " slots");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("sessions: " + what);
    }
  }
}
