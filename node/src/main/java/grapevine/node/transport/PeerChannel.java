package grapevine.node.transport;

import grapevine.crypto.ChannelException;
import grapevine.crypto.SecureChannel;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.transport.Deadlines.Wait;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageReader;
import grapevine.node.wire.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: its secure channel, the messages in what it receives, the queue of what it sends,
 * and how it ends. Confined to the loop's thread.
 *
 * <pre>
 * HANDSHAKING  the TCP connection stands; the core does not know of it
 *   → OPEN     the secure channel opened                        core.onConnected
 *   → CLOSED   it failed, took too long, or lost its place      events.onPeerDown;
 *                                                               if we dialled, core.onDialFailed
 * OPEN         messages go both ways
 *   → CLOSING  the core disconnects, or has heard of a violation
 *   → CLOSED   the other side closed, a record is damaged, a frame is stuck, nothing is taken
 * CLOSING      what is queued goes out, then the end of the stream; what comes is thrown away, so
 *              that no reset overtakes our goodbye
 *   → CLOSED   the other side closed too, or the linger time is over
 * CLOSED       core.onDisconnected follows, posted, if the core knew of it
 * </pre>
 *
 * <p>What always holds: between onConnected and the one onDisconnected lies everything that the
 * core hears of this peer, and after {@link #disconnect} only the latter follows. Nothing here
 * calls the core while the core calls us.
 */
final class PeerChannel extends ChannelInboundHandlerAdapter {
  private enum State {
    HANDSHAKING,
    OPEN,
    CLOSING,
    CLOSED
  }

  private final NodeLoop loop;
  private final Turns turns;
  private final TransportLimits limits;
  private final SocketChannel channel;
  private final PeerId id;
  private final Direction direction;
  private final NodeAddress remote;
  private final SecureChannel secure;
  private final MessageReader reader;
  private final SendQueue queue;
  private final Deadlines deadlines;
  private final SecureChannel.RecordSink records = this::onRecord;
  private final MessageReader.Sink messages = this::onMessage;

  private State state = State.HANDSHAKING;
  private boolean known;
  private boolean completedMessage;
  private boolean drains;
  private DisconnectReason reason = DisconnectReason.REMOTE_CLOSED;
  private String detail = "";

  /** A connection that has just been made. */
  PeerChannel(
      NodeLoop loop, SocketChannel channel, PeerId id, Direction direction, NodeAddress remote) {
    this.loop = loop;
    this.turns = loop.turns();
    this.limits = loop.limits();
    this.channel = channel;
    this.id = id;
    this.direction = direction;
    this.remote = remote;
    this.secure =
        direction == Direction.OUTBOUND
            ? SecureChannel.initiator(loop.identity())
            : SecureChannel.responder(loop.identity());
    this.reader = new MessageReader(limits.bodyBytesBeforeHelloMax());
    this.queue =
        new SendQueue(
            channel,
            secure,
            limits.recordBytesMax(),
            (frameBytes, socketBytes, failure) ->
                turns.run("write", this, () -> onWritten(frameBytes, socketBytes, failure)));
    this.deadlines = new Deadlines(turns, limits, this, this::onOverdue);
  }

  /** Sends the first bytes of the handshake, if they are ours to send. */
  void start() {
    deadlines.start(Wait.HANDSHAKE);
    queue.writeHandshake(secure.takeOutgoing());
  }

  PeerId id() {
    return id;
  }

  Direction direction() {
    return direction;
  }

  NodeAddress remote() {
    return remote;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether it takes up a place without being open: in its handshake, or closing. */
  boolean isPending() {
    return state == State.HANDSHAKING || state == State.CLOSING;
  }

  long queuedBytes() {
    return queue.bytes();
  }

  // Outputs: called by the core through the loop.

  /**
   * Queues a framed message; the connection is open.
   *
   * @return false when the queue was full, which ends the connection
   */
  boolean send(ByteBuffer frame) {
    if (queue.bytes() + frame.remaining() > limits.queuedBytesMax()) {
      close(DisconnectReason.WRITE_STALL, queue.bytes() + " bytes are queued and not taken");
      return false;
    }
    if (queue.bytes() == 0) {
      deadlines.start(Wait.WRITE);
    }
    queue.add(frame);
    drainLater();
    if (queue.bytes() > limits.readPauseBytes()) {
      // The peer is not to blame for a frame that we do not read on.
      channel.config().setAutoRead(false);
      deadlines.stop(Wait.FRAME);
    }
    return true;
  }

  /**
   * Says why, and ends an open connection once what is queued has gone out; nothing more of it is
   * delivered. A connection in another state is left as it is.
   */
  void disconnect(DisconnectReason why, String found) {
    if (state != State.OPEN) {
      return;
    }
    reason = why;
    detail = found;
    if (why != DisconnectReason.REMOTE_BYE) {
      queue.add(loop.goodbye(id, why));
    }
    state = State.CLOSING;
    deadlines.stopAll();
    deadlines.start(Wait.LINGER);
    channel.config().setAutoRead(true);
    drainLater();
  }

  /** Disconnects, or ends at once what has not become a connection. */
  void end(DisconnectReason why, String found) {
    if (state == State.HANDSHAKING) {
      close(why, found);
    } else {
      disconnect(why, found);
    }
  }

  private void drainLater() {
    if (!drains) {
      drains = true;
      loop.drainAtEndOfTurn(this);
    }
  }

  /** Gives the socket what it has room for; at the end of the loop's turn and when it drained. */
  void drain() {
    drains = false;
    if (state == State.OPEN || state == State.CLOSING) {
      queue.drain();
    }
    if (state == State.CLOSING && queue.bytes() == 0 && !channel.isOutputShutdown()) {
      channel.shutdownOutput();
    }
  }

  /** Ends the connection now; of several reasons the first stands. */
  void close(DisconnectReason why, String found) {
    if (state == State.CLOSED) {
      return;
    }
    if (state != State.CLOSING) {
      reason = why;
      detail = found;
    }
    state = State.CLOSED;
    deadlines.stopAll();
    queue.close();
    secure.close();
    channel.close();
    turns.post("end", this, this::tellEnd);
  }

  private void tellEnd() {
    loop.remove(this);
    long nowNanos = turns.nowNanos();
    if (known) {
      loop.core().onDisconnected(id, reason, detail, nowNanos);
    } else {
      loop.events().onPeerDown(id, null, reason, detail, nowNanos);
      if (direction == Direction.OUTBOUND) {
        loop.core().onDialFailed(remote, nowNanos);
      }
    }
  }

  // Inputs: called by Netty.

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ByteBuf in = (ByteBuf) bytes;
    try {
      turns.run("bytes", this, () -> onBytes(in));
    } finally {
      in.release();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    // Netty calls this in the midst of a write, so the rest waits for its own turn.
    if (channel.isWritable()) {
      turns.post("writability", this, this::drain);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    turns.run("end", this, () -> close(DisconnectReason.REMOTE_CLOSED, "closed by the peer"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      turns.run("failure", this, () -> close(DisconnectReason.IO_ERROR, text(cause)));
    } else {
      turns.fail("failure", this, cause);
    }
  }

  private void onBytes(ByteBuf in) {
    loop.events().onSocketBytes(Direction.INBOUND, in.readableBytes(), turns.nowNanos());
    if (state != State.HANDSHAKING && state != State.OPEN) {
      return;
    }
    completedMessage = false;
    try {
      secure.receive(in.nioBuffer(), records);
    } catch (ChannelException e) {
      // The preamble that may wait here tells the other side what is wrong.
      queue.writeHandshake(secure.takeOutgoing());
      close(reasonOf(e.reason()), text(e));
      return;
    }
    if (state == State.HANDSHAKING) {
      if (secure.isOpen()) {
        open();
      } else {
        queue.writeHandshake(secure.takeOutgoing());
      }
    }
    noteFrame();
  }

  private void onRecord(ByteBuffer plaintext) {
    if (state == State.HANDSHAKING) {
      // The first records may come in one read with the last message of the handshake.
      open();
    }
    if (state != State.OPEN) {
      return;
    }
    try {
      reader.read(plaintext, messages);
    } catch (ProtocolViolation e) {
      loop.core().onViolation(id, e, turns.nowNanos());
      disconnect(DisconnectReason.of(e.reason()), e.detail());
    }
  }

  private boolean onMessage(Message message, int frameBytes) {
    completedMessage = true;
    long nowNanos = turns.nowNanos();
    if (message instanceof Message.Hello) {
      reader.limit(limits.bodyBytesMax());
    }
    if (!(message instanceof Message.Unknown)) {
      loop.events().onMessageReceived(id, message.type(), frameBytes, nowNanos);
    }
    try {
      loop.core().onMessage(id, message, nowNanos);
    } catch (RuntimeException | Error e) {
      turns.fail(message.getClass().getSimpleName(), this, e);
      throw e;
    }
    return state == State.OPEN;
  }

  private void open() {
    queue.writeHandshake(secure.takeOutgoing());
    state = State.OPEN;
    known = true;
    deadlines.stop(Wait.HANDSHAKE);
    loop.core().onConnected(id, secure.remoteIdentity(), direction, remote, turns.nowNanos());
  }

  /** Waits for the rest of what is incomplete. */
  private void noteFrame() {
    if (state != State.OPEN || !channel.config().isAutoRead()) {
      return;
    }
    if (!(reader.isMidMessage() || secure.isMidRecord())) {
      deadlines.stop(Wait.FRAME);
    } else if (completedMessage || !deadlines.isWaiting(Wait.FRAME)) {
      deadlines.start(Wait.FRAME);
    }
  }

  private void onWritten(int frameBytes, int socketBytes, @Nullable Throwable failure) {
    if (failure != null) {
      close(DisconnectReason.IO_ERROR, text(failure));
      return;
    }
    loop.events().onSocketBytes(Direction.OUTBOUND, socketBytes, turns.nowNanos());
    long left = queue.bytes();
    if (state == State.CLOSING && left == 0) {
      turns.post("end", this, this::drain);
    } else if (state == State.OPEN) {
      if (left == 0) {
        deadlines.stop(Wait.WRITE);
      } else {
        deadlines.start(Wait.WRITE);
      }
      if (left < limits.writableBytes() && left + frameBytes >= limits.writableBytes()) {
        channel.config().setAutoRead(true);
        noteFrame();
        turns.post("writability", this, this::tellWritable);
      }
    }
  }

  private void tellWritable() {
    if (state == State.OPEN) {
      loop.core().onWritable(id, turns.nowNanos());
    }
  }

  private void onOverdue() {
    switch (deadlines.overdue()) {
      case HANDSHAKE ->
          close(DisconnectReason.HANDSHAKE_TIMEOUT, "the channel is not open in time");
      case FRAME -> close(DisconnectReason.FRAME_TIMEOUT, "a message is not complete in time");
      case WRITE -> close(DisconnectReason.WRITE_STALL, queue.bytes() + " bytes are not taken");
      case LINGER -> close(reason, detail);
      case null -> throw new IllegalStateException("nothing is overdue");
    }
  }

  private static DisconnectReason reasonOf(ChannelException.Reason reason) {
    return switch (reason) {
      case BAD_MAGIC -> DisconnectReason.BAD_MAGIC;
      case WRONG_NETWORK -> DisconnectReason.WRONG_NETWORK;
      case BAD_CHANNEL_VERSION -> DisconnectReason.BAD_CHANNEL_VERSION;
      case HANDSHAKE_FAILED, BAD_IDENTITY -> DisconnectReason.HANDSHAKE_FAILED;
      case BAD_MAC -> DisconnectReason.BAD_MAC;
    };
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** {@code p7 inbound 192.0.2.1:7700}. */
  @Override
  public String toString() {
    return id + " " + direction.label() + " " + remote;
  }
}
