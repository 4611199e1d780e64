package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.ChannelIdentity;
import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.crypto.Sha256;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.MessageType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A loop that listens on loopback, with a script for a core. */
final class TestNode implements AutoCloseable {
  static final Hash256 NETWORK =
      Sha256.hash("test-network", "grapevine".getBytes(StandardCharsets.US_ASCII));

  /** A connection that ended before the core knew of it. */
  record Down(PeerId peer, DisconnectReason reason) {}

  final ScriptedCore core = new ScriptedCore();
  final BlockingQueue<Down> downs = new LinkedBlockingQueue<>();
  final AtomicLong bytesOut = new AtomicLong();
  final AtomicLong framesOut = new AtomicLong();
  final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
  final VerifyPool pool = new VerifyPool(1);
  final PublicKey key;
  final NodeLoop loop;
  private @Nullable Listener listener;

  TestNode() {
    this(TransportLimits.defaults());
  }

  TestNode(TransportLimits limits) {
    ChannelIdentity identity = identity(NETWORK);
    key = identity.publicKey();
    loop = new NodeLoop(identity, pool, new Events(), limits, System.nanoTime(), fatal::complete);
  }

  static ChannelIdentity identity(Hash256 network) {
    SecureRandom random = new SecureRandom();
    return new ChannelIdentity(KeyPair.generate(random), network, null, random);
  }

  /** The limits of a node, but with these timeouts. */
  static TransportLimits timeouts(long handshakeMillis, long frameMillis, long writeStallMillis) {
    TransportLimits defaults = TransportLimits.defaults();
    return new TransportLimits(
        defaults.connectTimeoutNanos(),
        TimeUnit.MILLISECONDS.toNanos(handshakeMillis),
        TimeUnit.MILLISECONDS.toNanos(frameMillis),
        TimeUnit.MILLISECONDS.toNanos(writeStallMillis),
        defaults.lingerNanos(),
        TimeUnit.MILLISECONDS.toNanos(100),
        4,
        10,
        defaults.bodyBytesBeforeHelloMax(),
        defaults.bodyBytesMax(),
        defaults.recordBytesMax(),
        defaults.queuedBytesMax(),
        defaults.readPauseBytes(),
        defaults.writableBytes());
  }

  /** Starts with a script; what a script needs of the node it takes from it. */
  TestNode start(Consumer<Input> script) throws IOException {
    core.script(script);
    loop.start(core);
    listener = loop.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.accept();
    return this;
  }

  TestNode start() throws IOException {
    return start(input -> {});
  }

  int port() {
    return listener.port();
  }

  NodeAddress address() {
    return NodeAddress.ip(InetAddress.getLoopbackAddress().getAddress(), port());
  }

  /** Runs on the loop's thread as an input of its own. */
  void run(Runnable task) {
    loop.turns().post("test", this, task);
  }

  /** Answers from the loop's thread. */
  <T> T ask(Supplier<T> question) throws Exception {
    return loop.ask(question).get(10, TimeUnit.SECONDS);
  }

  Down awaitDown() throws InterruptedException {
    Down down = downs.poll(10, TimeUnit.SECONDS);
    assertThat(down).as("an end in time").isNotNull();
    return down;
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
    loop.close();
    pool.close();
  }

  private final class Events implements NodeEvents {
    @Override
    public void onPeerDown(
        PeerId peer,
        @Nullable PeerInfo info,
        DisconnectReason reason,
        String detail,
        long nowNanos) {
      downs.add(new Down(peer, reason));
    }

    @Override
    public void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {
      framesOut.addAndGet(bytes);
    }

    @Override
    public void onSocketBytes(Direction direction, long bytes, long nowNanos) {
      if (direction == Direction.OUTBOUND) {
        bytesOut.addAndGet(bytes);
      }
    }
  }
}
