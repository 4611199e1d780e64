package grapevine.node.transport;

import grapevine.crypto.ChannelIdentity;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Inputs;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import grapevine.node.wire.WireWriter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one core over real sockets: its outbox, its clock, its one timer, and the thread that all
 * of it lives on. That thread is a Netty event loop, so that a message passes from the socket
 * through the core to the next socket without a queue between; other threads reach the core by
 * {@link #call} only.
 *
 * <p>At the end of each turn ({@link Turns}) every connection that something was sent on is
 * drained, so that messages share records and system calls, and the timer follows the core's
 * deadline.
 *
 * <p>What always holds: the core is called on this thread only, never from within a call of its own
 * to the outbox (asserted), with time that starts at 0 and never decreases. Whatever it throws ends
 * the node: nothing is delivered to the core any more, all connections are closed, and {@code
 * onFatal} hears of it.
 */
public final class NodeLoop implements Outbox, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);

  /** What a call from another thread does with the core. */
  @FunctionalInterface
  public interface CoreCall<T> {
    T on(Core core, long nowNanos);
  }

  private final ChannelIdentity identity;
  private final VerifyPool verifyPool;
  private final NodeEvents events;
  private final TransportLimits limits;
  private final Consumer<Throwable> onFatal;

  private final Sockets sockets = Sockets.available();
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop eventLoop;
  private final Turns turns;
  private final Dialer dialer;
  private final WireWriter scratch = new WireWriter();
  private final Connections connections;
  private final Queue<PeerChannel> toDrain = new ArrayDeque<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger callsWaiting = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();

  private @Nullable Core nodeCore;
  private @Nullable Inputs core;
  private @Nullable Alarm timer;
  private boolean inOutbox;
  private boolean stopping;
  private volatile long tickDueNanos = Long.MAX_VALUE;
  private volatile long lastLagNanos;

  /**
   * @param events called on the loop's thread
   * @param originNanos reading of {@link System#nanoTime} that is the core's time 0
   * @param onFatal hears once of the first mistake of ours, on the loop's thread: it starts the
   *     node's end on another
   */
  public NodeLoop(
      ChannelIdentity identity,
      VerifyPool verifyPool,
      NodeEvents events,
      TransportLimits limits,
      long originNanos,
      Consumer<Throwable> onFatal) {
    this.identity = identity;
    this.verifyPool = verifyPool;
    this.events = events;
    this.limits = limits;
    this.onFatal = onFatal;
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("grapevine-loop"), sockets.handlers());
    this.eventLoop = group.next();
    this.turns = new Turns(eventLoop, originNanos, this::endTurn, this::onFailure);
    this.connections = new Connections(limits.pendingMax());
    this.dialer = new Dialer(this, group, sockets);
  }

  // For whoever starts and asks; any thread.

  /** The core's time: nanoseconds since the origin. */
  public long nowNanos() {
    return turns.nowNanos();
  }

  /**
   * Gives the loop its core, which was made with this loop as its outbox, and starts it; once,
   * first.
   *
   * @param savedRecords what was known of other nodes at the last stop
   * @param bans told to the core before its start, which dials
   */
  public void start(Core newCore, List<NodeRecord> savedRecords, List<OperatorAction.Ban> bans) {
    turns.post(
        "start",
        this,
        () -> {
          nodeCore = newCore;
          take(newCore);
          bans.forEach(ban -> newCore.onOperator(ban, nowNanos()));
          newCore.start(savedRecords, nowNanos());
        });
  }

  /** Starts with anything that takes a core's inputs. */
  void start(Inputs inputs) {
    turns.post("start", this, () -> take(inputs));
  }

  private void take(Inputs inputs) {
    core = inputs;
    timer =
        new Alarm(turns, "the core", inputs::nextDeadlineNanos, () -> inputs.onTimer(nowNanos()));
    scheduleTick();
  }

  /**
   * Binds an address, so that its port is known. Blocks until it is bound; nobody is let in before
   * {@link Listener#accept}.
   *
   * @throws IOException if the address cannot be bound
   */
  public Listener bind(InetSocketAddress address) throws IOException {
    Listener listener = new Listener(this, group, sockets, address);
    listeners.add(listener);
    return listener;
  }

  /**
   * Does something with the core on the loop's thread. What depends on the result must not run
   * there: use {@code get}, {@code join} or an {@code ...Async} method.
   *
   * @return fails with what the call threw (which also ends the node), or when the node has ended
   * @throws RejectedExecutionException when too many calls wait, or the loop is closed
   */
  public <T> CompletableFuture<T> call(CoreCall<T> call) {
    return ask(
        () -> {
          if (nodeCore == null) {
            throw new IllegalStateException("a call before the start");
          }
          return call.on(nodeCore, nowNanos());
        });
  }

  <T> CompletableFuture<T> ask(Supplier<T> question) {
    if (callsWaiting.incrementAndGet() > limits.callsMax()) {
      callsWaiting.decrementAndGet();
      throw new RejectedExecutionException(limits.callsMax() + " calls wait already");
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    eventLoop.execute(
        () -> {
          callsWaiting.decrementAndGet();
          turns.run("call", "another thread", () -> answer(question, result));
          if (turns.hasFailed()) {
            result.completeExceptionally(new IllegalStateException("the node has ended"));
          }
        });
    return result;
  }

  private static <T> void answer(Supplier<T> question, CompletableFuture<T> result) {
    try {
      result.complete(question.get());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      throw e;
    }
  }

  /** How late the loop does what is due: the latest measurement, or more if it is stuck now. */
  public long lagNanos() {
    return Math.max(lastLagNanos, nowNanos() - tickDueNanos);
  }

  /**
   * Lets the core say goodbye to everyone, waits as long as closing connections may linger, and
   * ends the thread. Listeners are closed with it. Blocks; not on the loop's thread. Harmless when
   * done twice.
   */
  @Override
  public void close() {
    if (turns.areMine()) {
      throw new IllegalStateException("the loop cannot wait for itself");
    }
    try {
      if (!eventLoop.isShuttingDown()) {
        // Netty's group may end without closing what it has bound, when no quiet period is given.
        listeners.forEach(Listener::close);
        eventLoop.execute(this::stop);
        drained.get(limits.lingerNanos() + TimeUnit.SECONDS.toNanos(1), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException e) {
      LOG.warn("connections are still open at the end");
    } catch (ExecutionException e) {
      throw new IllegalStateException("this future never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private void stop() {
    stopping = true;
    turns.run(
        "shutdown",
        this,
        () -> {
          if (core != null) {
            core().shutdown(nowNanos());
          }
          for (PeerChannel connection : connections.all()) {
            connection.end(DisconnectReason.SHUTDOWN, "the node stops");
          }
        });
    noteDrained();
  }

  private void noteDrained() {
    if (stopping && (turns.hasFailed() || connections.isEmpty())) {
      drained.complete(null);
    }
  }

  // Outputs: the core calls them on the loop's thread.

  @Override
  public void send(PeerId to, Message message) {
    PeerChannel channel = connections.find(to);
    if (channel == null || !channel.isOpen()) {
      return;
    }
    inOutbox = true;
    ByteBuffer frame = MessageCodec.encode(message, scratch);
    int frameBytes = frame.remaining();
    if (channel.send(frame)) {
      events.onMessageSent(to, message.type(), frameBytes, nowNanos());
    } else {
      events.onLimited("send-queue-full", 1, nowNanos());
    }
    inOutbox = false;
  }

  /** The frame that tells a peer why its connection ends; good until the next message. */
  ByteBuffer goodbye(PeerId to, DisconnectReason reason) {
    Message bye = new Message.Bye(reason.key());
    ByteBuffer frame = MessageCodec.encode(bye, scratch);
    events.onMessageSent(to, bye.type(), frame.remaining(), nowNanos());
    return frame;
  }

  @Override
  public long queuedBytes(PeerId peer) {
    PeerChannel channel = connections.find(peer);
    return channel == null ? 0 : channel.queuedBytes();
  }

  @Override
  public void dial(NodeAddress address) {
    inOutbox = true;
    dialer.dial(address);
    inOutbox = false;
  }

  @Override
  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    PeerChannel channel = connections.find(peer);
    if (channel != null) {
      inOutbox = true;
      channel.disconnect(reason, detail);
      inOutbox = false;
    }
  }

  @Override
  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    verifyPool
        .firstInvalid(checks)
        .whenComplete(
            (index, failure) ->
                turns.post("verdict", ticket, () -> onVerdict(ticket, index, failure)));
  }

  private void onVerdict(Ticket ticket, @Nullable Integer index, @Nullable Throwable failure) {
    if (index != null) {
      core().onVerified(ticket, index, nowNanos());
    } else if (failure != null) {
      turns.fail("verdict", ticket, failure);
    }
  }

  // For the connections, on the loop's thread.

  Turns turns() {
    return turns;
  }

  ChannelIdentity identity() {
    return identity;
  }

  TransportLimits limits() {
    return limits;
  }

  NodeEvents events() {
    return events;
  }

  /** The core, to be told something. */
  Inputs core() {
    assert turns.areMine() : "not the loop's thread";
    assert !inOutbox : "called back from within an output";
    if (core == null) {
      throw new IllegalStateException("an input before the start");
    }
    return core;
  }

  /** Takes in a connection that has just been made. */
  void begin(SocketChannel channel, Direction direction, NodeAddress remote) {
    if (stopping) {
      channel.close();
      return;
    }
    PeerChannel peer = new PeerChannel(this, channel, connections.nextId(), direction, remote);
    connections.add(peer);
    channel.pipeline().addLast(peer);
    peer.start();
  }

  /** The connection has ended. */
  void remove(PeerChannel connection) {
    connections.remove(connection);
    noteDrained();
  }

  /** Something waits to be sent. */
  void drainAtEndOfTurn(PeerChannel connection) {
    toDrain.add(connection);
  }

  private void endTurn() {
    for (PeerChannel channel = toDrain.poll(); channel != null; channel = toDrain.poll()) {
      channel.drain();
    }
    if (timer != null) {
      timer.adjust();
    }
  }

  private void onFailure(Throwable failure) {
    try {
      turns.execute(this::abandon);
    } finally {
      onFatal.accept(failure);
    }
  }

  private void abandon() {
    for (PeerChannel connection : connections.all()) {
      connection.close(DisconnectReason.SHUTDOWN, "the node has failed");
    }
  }

  private void scheduleTick() {
    tickDueNanos = nowNanos() + limits.tickNanos();
    turns.schedule("tick", this, this::onTick, tickDueNanos);
  }

  private void onTick() {
    long nowNanos = nowNanos();
    lastLagNanos = nowNanos - tickDueNanos;
    core().onWallClock(System.currentTimeMillis(), nowNanos);
    scheduleTick();
  }
}
