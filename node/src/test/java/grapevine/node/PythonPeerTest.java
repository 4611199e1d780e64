package grapevine.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import grapevine.crypto.ChannelException;
import grapevine.crypto.ChannelIdentity;
import grapevine.crypto.Ed25519;
import grapevine.crypto.SecureChannel;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import grapevine.node.wire.MessageReader;
import grapevine.node.wire.ProtocolViolation;
import grapevine.node.wire.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Channel and wire against a second implementation: peer.py was written from docs/protocol.md, and
 * talks here to the least that can answer it, without the protocol's core and its driver.
 */
@Timeout(60)
class PythonPeerTest {
  private final Map<ItemId, Transaction> items = new LinkedHashMap<>();
  private final List<Connection> connections = new ArrayList<>();
  private final ChannelIdentity identity =
      new ChannelIdentity(Samples.NODE, Samples.NETWORK.id(), null, new SplittableRandom(1));
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws Exception {
    assumeTrue(
        new ProcessBuilder("sh", "-c", "python3 -c 'import cryptography'").start().waitFor() == 0,
        "python3 with the package cryptography is needed");
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void shouldGiveATransactionToAPeerInPython() throws Exception {
    Transaction tx = Samples.transaction(0);
    items.put(tx.id(), tx);
    assertThat(peer("fetch")).startsWith("fetched " + tx.hash() + ": 150 bytes of ");
  }

  @Test
  void shouldRelayATransactionOfAPeerInPython() throws Exception {
    assertThat(peer("submit", "--sender-seed", "01".repeat(32))).startsWith("submitted ");
    assertThat(items).hasSize(1);
    Transaction tx = items.values().iterator().next();
    assertThat(Samples.VALIDITY.transaction(tx)).isEmpty();
    assertThat(Ed25519.verify(tx.sender(), tx.signedMessage(), tx.signature())).isTrue();
    assertThat(tx.payload()).isEqualTo("from Python".getBytes(UTF_8));
  }

  private String peer(String... command) throws Exception {
    List<String> line = new ArrayList<>(List.of("python3", "-B", "src/test/python/peer.py"));
    line.addAll(List.of("--connect", "127.0.0.1:" + server.socket().getLocalPort()));
    line.addAll(List.of("--network-id", Samples.NETWORK.id().toHex()));
    line.addAll(List.of(command));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private void accept() {
    try {
      while (true) {
        Connection connection = new Connection(server.accept());
        Thread.ofVirtual().start(connection::read);
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  /** Announces what the test has, asks for what it has not; all of it under the test's lock. */
  private final class Connection {
    private final SocketChannel socket;
    private final SecureChannel channel;
    private final MessageReader reader = new MessageReader(Message.Hello.BYTES_MAX);
    private final WireWriter scratch = new WireWriter();

    Connection(SocketChannel socket) {
      this.socket = socket;
      synchronized (PythonPeerTest.this) {
        channel = SecureChannel.responder(identity);
        connections.add(this);
      }
    }

    void read() {
      ByteBuffer bytes = ByteBuffer.allocate(100);
      ByteBuffer plain = ByteBuffer.allocate(1 << 16);
      try (socket) {
        while (socket.read(bytes.clear()) >= 0) {
          synchronized (PythonPeerTest.this) {
            channel.receive(bytes.flip(), plain.clear()::put);
            write(channel.takeOutgoing());
            reader.read(plain.flip(), (message, length) -> onMessage(message));
          }
        }
      } catch (IOException | ChannelException | ProtocolViolation e) {
        // The Python side says what it missed.
      }
    }

    private boolean onMessage(Message message) {
      switch (message) {
        case Message.Hello m -> onHello();
        case Message.Ping m -> send(new Message.Pong(m.nonce(), m.t1Micros(), 0, 0, 0, 0));
        case Message.Inv m ->
            send(new Message.GetData(m.entries().stream().map(Message.Inv.Entry::id).toList()));
        case Message.Tx m -> {
          items.put(m.transaction().id(), m.transaction());
          connections.forEach(each -> each.announce(m.transaction()));
        }
        case Message.GetData m -> m.ids().forEach(id -> send(new Message.Tx(0, items.get(id))));
        default -> {}
      }
      return true;
    }

    private void onHello() {
      reader.limit(MessageCodec.BODY_BYTES_MAX);
      send(
          new Message.Hello(
              1, 1, 0, 0, Samples.NETWORK.id(), 0, 0, Samples.NODE_RECORD, "test", List.of()));
      send(new Message.Ping(3, 4));
      items.values().forEach(this::announce);
    }

    private void announce(Transaction tx) {
      send(new Message.Inv(List.of(new Message.Inv.Entry(tx.id(), tx.sizeBytes(), 0))));
    }

    /** In records of 50 bytes, so that messages span them. */
    private void send(Message message) {
      ByteBuffer frame = MessageCodec.encode(message, scratch);
      while (frame.hasRemaining()) {
        ByteBuffer plain = frame.slice(frame.position(), Math.min(50, frame.remaining()));
        frame.position(frame.position() + plain.remaining());
        ByteBuffer sealed = ByteBuffer.allocate(plain.remaining() + SecureChannel.OVERHEAD_BYTES);
        channel.seal(plain, sealed);
        write(sealed.flip());
      }
    }

    private void write(ByteBuffer bytes) {
      try {
        socket.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
