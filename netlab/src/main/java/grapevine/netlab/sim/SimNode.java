package grapevine.netlab.sim;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Item;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Validity;
import grapevine.node.protocol.Environment;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.Settings;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Drives one production core in virtual time, as a node's loop does on sockets: its outbox, its one
 * timer, its end of each connection, its line, its signature checker. The same object is the node
 * before and after a crash; the core is a new one. Confined to the simulation's thread.
 *
 * <p>A turn is one input, or the messages of one parcel. What is sent within a turn to one peer
 * goes as one parcel, so that its messages share records as they do on a socket.
 */
final class SimNode implements Outbox, Happening {
  /** What a node is made of, the same for all its lives. */
  record Nature(
      Validity validity, Settings settings, Limits limits, SimStore store, SimEvents events) {}

  /** What a dishonest or broken node does not send. */
  enum Conduct {
    HONEST,
    /** Announces and does not give. */
    WITHHOLDING,
    /** Takes and does not tell. */
    SILENT;

    boolean drops(Message message) {
      boolean body = message instanceof Message.Tx || message instanceof Message.BlockChunk;
      return switch (this) {
        case HONEST -> false;
        case WITHHOLDING -> body;
        case SILENT ->
            body
                || message instanceof Message.Inv
                || message instanceof Message.Headers
                || message instanceof Message.Digests
                || message instanceof Message.Ids;
      };
    }
  }

  private static final int EPHEMERAL_PORT = 50_000;

  private final Simulation simulation;
  private final int number;
  private final Nature nature;
  private final SplittableRandom random;
  private final NodeAddress dialsFrom;
  private final Line up;
  private final Line down;
  private final List<LinkEnd> links = new ArrayList<>(0);
  private @Nullable NodeCore core;
  private Conduct conduct = Conduct.HONEST;
  private long armedNanos = Component.NEVER;
  private long checkerFreeNanos;
  private long frozenUntilNanos;
  private long wallOffsetMillis;
  private boolean lineTurnDue;

  SimNode(Simulation simulation, int number, Nature nature, Lines lines, SplittableRandom random) {
    this.simulation = simulation;
    this.number = number;
    this.nature = nature;
    this.random = random;
    dialsFrom = NodeAddress.ip(address().host(), EPHEMERAL_PORT);
    up = new Line(lines.upBitsPerSecond);
    down = new Line(lines.downBitsPerSecond);
  }

  /** Rates of a node's access line, 0 = without limit. */
  record Lines(long upBitsPerSecond, long downBitsPerSecond) {}

  Simulation simulation() {
    return simulation;
  }

  int number() {
    return number;
  }

  PublicKey key() {
    return nature.settings.self().key();
  }

  NodeAddress address() {
    return nature.settings.self().addresses().getFirst();
  }

  /** Where its connections come from: a port that says nothing. */
  NodeAddress dialsFrom() {
    return dialsFrom;
  }

  Line up() {
    return up;
  }

  Line down() {
    return down;
  }

  SimStore store() {
    return nature.store;
  }

  /** Its core; null while it is down. */
  @Nullable NodeCore running() {
    return core;
  }

  /** Reads what every event of this node reads; a number without meaning. */
  long readAhead() {
    return up.freeNanos() + down.freeNanos() + nature.events.costs().readAhead();
  }

  boolean isUp() {
    return core != null;
  }

  boolean isFrozen(long nowNanos) {
    return nowNanos < frozenUntilNanos;
  }

  Conduct conduct() {
    return conduct;
  }

  private NodeCore core() {
    if (core == null) {
      throw new IllegalStateException("node " + number + " is down");
    }
    return core;
  }

  /** Lets the core recompute all that it promises. */
  void checkInvariants() {
    core().checkInvariants();
  }

  NodeView view() {
    return core().view();
  }

  // A node's lives.

  /** Starts with what its store holds. */
  void start(List<NodeRecord> savedRecords, long nowNanos) {
    long wallMillis = wallMillis(nowNanos);
    NodeCore started =
        new NodeCore(
            nature.validity,
            nature.settings,
            nature.limits,
            new Environment(this, nature.events, nature.store, random.split()),
            wallMillis,
            nowNanos);
    core = started;
    simulation.onInput(number, Input.START.code, wallMillis);
    started.start(savedRecords, nowNanos);
    endTurn(nowNanos);
  }

  /** Ends as by kill -9: peers find their connections closed, and nothing is said. */
  void kill(long nowNanos) {
    core = null;
    armedNanos = Component.NEVER;
    checkerFreeNanos = nowNanos;
    frozenUntilNanos = 0;
    nature.store.crash();
    for (LinkEnd link : links) {
      link.close();
      link.takePending();
      link.out().clear();
      sendClose(link, nowNanos);
      simulation.forget(link);
    }
    links.clear();
    nature.events.onKilled();
  }

  /** Stands still until then: hears nothing, and its timers wait. */
  void freeze(long untilNanos) {
    frozenUntilNanos = untilNanos;
  }

  void setConduct(Conduct conduct) {
    this.conduct = conduct;
  }

  /** From now on its wall clock is off by so much; it is told once a second, as by its driver. */
  void setWallOffset(long offsetMillis, long nowNanos) {
    boolean ticks = wallOffsetMillis != 0;
    wallOffsetMillis = offsetMillis;
    if (!ticks && offsetMillis != 0) {
      tick(nowNanos);
    }
  }

  private void tick(long nowNanos) {
    if (core != null && !isFrozen(nowNanos)) {
      long wallMillis = wallMillis(nowNanos);
      simulation.onInput(number, Input.WALL_CLOCK.code, wallMillis);
      core.onWallClock(wallMillis, nowNanos);
      endTurn(nowNanos);
    }
    simulation.at(nowNanos + SimCosts.TICK_NANOS, this::tick);
  }

  long wallMillis(long nowNanos) {
    return Simulation.WALL_MILLIS + wallOffsetMillis + nowNanos / 1_000_000;
  }

  // Inputs.

  /** What a core is told, as it enters the trace hash. */
  private enum Input {
    START(1),
    CONNECTED(2),
    MESSAGE(3),
    DISCONNECTED(4),
    DIAL_FAILED(5),
    WRITABLE(6),
    VERIFIED(7),
    TIMER(8),
    WALL_CLOCK(9),
    SUBMIT(10);

    private final int code;

    Input(int code) {
      this.code = code;
    }
  }

  /** The timer's time has come, or had come before it was set anew. */
  @Override
  public void happen(long nowNanos) {
    NodeCore running = core;
    if (running == null || nowNanos != armedNanos) {
      return;
    }
    if (isFrozen(nowNanos)) {
      armedNanos = frozenUntilNanos;
      simulation.at(frozenUntilNanos, this);
      return;
    }
    armedNanos = Component.NEVER;
    if (running.nextDeadlineNanos() <= nowNanos) {
      simulation.onInput(number, Input.TIMER.code, 0);
      running.onTimer(nowNanos);
      endTurn(nowNanos);
    } else {
      arm(running, nowNanos);
    }
  }

  /** Bytes have come through the network; when they will have come through this node's line. */
  long onArrived(long bytes, long nowNanos) {
    return down.take(Pipe.lineBytes(bytes), nowNanos);
  }

  /** A parcel has come; so are the first words of whoever has dialled this node. */
  void onParcel(LinkEnd end, Parcel parcel, long nowNanos) {
    if (isFrozen(nowNanos)) {
      simulation.at(frozenUntilNanos, parcel);
      return;
    }
    NodeCore running = core;
    if (running == null || !end.isOpen()) {
      return;
    }
    switch (parcel.kind()) {
      case OPEN -> onConnected(end, nowNanos);
      case MESSAGES -> {
        nature.events.onSocketBytes(
            Direction.INBOUND, SimCosts.socketBytes(parcel.frameBytes()), nowNanos);
        for (int i = 0; i < parcel.count() && end.isOpen(); i++) {
          Message message = parcel.message(i);
          int bytes = parcel.frameBytes(i);
          nature.events.onMessageReceived(end.id(), message.type(), bytes, nowNanos);
          simulation.onInput(number, Input.MESSAGE.code, detail(end, message, bytes));
          running.onMessage(end.id(), message, nowNanos);
        }
        endTurn(nowNanos);
      }
      case CLOSE -> {
        end.close();
        onDisconnected(end, DisconnectReason.REMOTE_CLOSED, "closed by the peer", nowNanos);
      }
    }
  }

  private static long detail(LinkEnd end, Message message, int bytes) {
    return end.id().value() << 28 ^ (long) bytes << 8 ^ message.type().code();
  }

  /** A connection of this node stands. */
  void onConnected(LinkEnd end, long nowNanos) {
    links.add(end);
    nature.events.onSocketBytes(
        Direction.OUTBOUND, SimCosts.handshakeBytes(end.direction()), nowNanos);
    simulation.onInput(number, Input.CONNECTED.code, end.id().value());
    core().onConnected(end.id(), end.other().node().key(), end.direction(), end.remote(), nowNanos);
    endTurn(nowNanos);
  }

  private void onDisconnected(LinkEnd end, DisconnectReason reason, String detail, long nowNanos) {
    if (core == null || !links.remove(end)) {
      return;
    }
    simulation.forget(end);
    simulation.onInput(number, Input.DISCONNECTED.code, end.id().value());
    core.onDisconnected(end.id(), reason, detail, nowNanos);
    endTurn(nowNanos);
  }

  void onDialFailed(NodeAddress address, long nowNanos) {
    if (core != null) {
      simulation.onInput(number, Input.DIAL_FAILED.code, 0);
      core.onDialFailed(address, nowNanos);
      endTurn(nowNanos);
    }
  }

  /** The queue of a connection has become short; told after what is happening now. */
  void onWritable(LinkEnd end, long nowNanos) {
    if (core != null && end.isOpen()) {
      simulation.onInput(number, Input.WRITABLE.code, end.id().value());
      core.onWritable(end.id(), nowNanos);
      endTurn(nowNanos);
    }
  }

  /** A client hands in an item. */
  NodeView.Submission submit(Item item, long nowNanos) {
    simulation.onInput(number, Input.SUBMIT.code, item.id().hash().prefix64());
    NodeView.Submission submission = core().submit(item, nowNanos);
    endTurn(nowNanos);
    return submission;
  }

  /** Asks the core something that may make it act. */
  <T> Optional<T> ask(Function<NodeCore, Optional<T>> question, long nowNanos) {
    Optional<T> answer = question.apply(core());
    endTurn(nowNanos);
    return answer;
  }

  private void endTurn(long nowNanos) {
    simulation.flush(nowNanos);
    NodeCore running = core();
    if (simulation.checksInvariants()) {
      running.checkInvariants();
    }
    arm(running, nowNanos);
  }

  private void arm(NodeCore running, long nowNanos) {
    long deadlineNanos = running.nextDeadlineNanos();
    // A timer that has become later is looked at when it would have been due.
    if (deadlineNanos < armedNanos) {
      armedNanos = Math.max(deadlineNanos, nowNanos);
      simulation.at(armedNanos, this);
    }
  }

  // Outputs.

  @Override
  public void send(PeerId to, Message message) {
    LinkEnd link = simulation.end(to);
    if (link == null || !link.isOpen() || conduct.drops(message)) {
      return;
    }
    int bytes = MessageCodec.measure(message, simulation.measuring());
    long nowNanos = simulation.nowNanos();
    nature.events.onMessageSent(to, message.type(), bytes, nowNanos);
    if (!isLost(link, message)) {
      add(link, message, bytes);
    }
  }

  /**
   * Whether a message vanishes above the channel. Chunks share the fate of the first, because to
   * the receiver a gap is proof of malice: no honest node skips one, and no TCP does.
   */
  private boolean isLost(LinkEnd link, Message message) {
    if (message instanceof Message.BlockChunk chunk && chunk.offset() > 0) {
      return link.isLosing(chunk.hash());
    }
    boolean lost = simulation.network().losesMessage() && !(message instanceof Message.Hello);
    if (message instanceof Message.BlockChunk chunk) {
      link.setLosing(lost ? chunk.hash() : null);
    }
    return lost;
  }

  private void add(LinkEnd link, Message message, int bytes) {
    if (!link.hasPending()) {
      simulation.flushLater(link);
    }
    link.pending().add(message, bytes);
  }

  /** Hands what was sent in this turn to the network. */
  void flush(LinkEnd link, long nowNanos) {
    Parcel parcel = link.takePending();
    if (parcel != null) {
      long socketBytes = SimCosts.socketBytes(parcel.frameBytes());
      nature.events.onSocketBytes(Direction.OUTBOUND, socketBytes, nowNanos);
      parcel.seal(socketBytes);
      link.out().send(parcel, nowNanos);
    }
    if (!link.isOpen()) {
      sendClose(link, nowNanos);
    }
  }

  private static void sendClose(LinkEnd link, long nowNanos) {
    Parcel close = new Parcel(link.other(), Parcel.Kind.CLOSE);
    close.seal(1);
    link.out().send(close, nowNanos);
  }

  @Override
  public long queuedBytes(PeerId peer) {
    LinkEnd link = simulation.end(peer);
    return link == null || !link.isOpen() ? 0 : link.queuedBytes();
  }

  @Override
  public void dial(NodeAddress target) {
    SimNode other = simulation.listener(target);
    simulation.network().dial(this, other, simulation.nowNanos());
  }

  @Override
  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    LinkEnd link = simulation.end(peer);
    if (link == null || !link.isOpen()) {
      return;
    }
    send(peer, new Message.Bye(reason.key()));
    if (!link.hasPending()) {
      simulation.flushLater(link);
    }
    link.close();
    simulation.at(
        simulation.nowNanos(), nowNanos -> onDisconnected(link, reason, detail, nowNanos));
  }

  @Override
  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    NodeCore asking = core();
    int firstInvalid = simulation.verdicts().firstInvalid(checks);
    checkerFreeNanos =
        Math.max(checkerFreeNanos, simulation.nowNanos()) + checks.size() * SimCosts.VERIFY_NANOS;
    simulation.at(checkerFreeNanos, nowNanos -> onVerdict(asking, ticket, firstInvalid, nowNanos));
  }

  private void onVerdict(NodeCore asking, Ticket ticket, int firstInvalid, long nowNanos) {
    if (core != asking) {
      return; // that life is over
    }
    if (isFrozen(nowNanos)) {
      simulation.at(frozenUntilNanos, later -> onVerdict(asking, ticket, firstInvalid, later));
      return;
    }
    simulation.onInput(number, Input.VERIFIED.code, ticket.value() << 8 ^ firstInvalid);
    asking.onVerified(ticket, firstInvalid, nowNanos);
    endTurn(nowNanos);
  }

  // The line.

  /** A connection waits for its turn on this node's line. */
  void awaitLine(Pipe pipe) {
    up.await(pipe);
    if (!lineTurnDue) {
      lineTurnDue = true;
      simulation.at(up.freeNanos(), this::onLineFree);
    }
  }

  private void onLineFree(long nowNanos) {
    lineTurnDue = false;
    Pipe next = up.next();
    if (next != null) {
      next.happen(nowNanos);
    }
    if (up.hasWaiting() && !lineTurnDue) {
      lineTurnDue = true;
      simulation.at(Math.max(up.freeNanos(), nowNanos), this::onLineFree);
    }
  }
}
