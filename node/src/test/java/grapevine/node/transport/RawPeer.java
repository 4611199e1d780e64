package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.ChannelException;
import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.crypto.SecureChannel;
import grapevine.node.model.NodeRecord;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import grapevine.node.wire.MessageReader;
import grapevine.node.wire.ProtocolViolation;
import grapevine.node.wire.WireWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** A peer on a plain blocking socket, that can say anything: right, wrong, or nothing. */
final class RawPeer implements AutoCloseable {
  private static final int WAIT_MILLIS = 10_000;

  /** Small, so that a peer that does not read is soon noticed. */
  private static final int RECEIVE_BUFFER_BYTES = 128 << 10;

  final Socket socket;
  private final SecureChannel secure;
  private final MessageReader reader = new MessageReader(MessageCodec.BODY_BYTES_MAX);
  private final Deque<Message> received = new ArrayDeque<>();

  RawPeer(int port) throws IOException {
    this(port, TestNode.NETWORK);
  }

  RawPeer(int port, Hash256 network) throws IOException {
    secure = SecureChannel.initiator(TestNode.identity(network));
    socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(WAIT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAIT_MILLIS);
  }

  /** A peer whose channel is open and whose hello is out. */
  static RawPeer greeted(int port) throws Exception {
    RawPeer peer = new RawPeer(port);
    peer.handshake();
    peer.send(hello());
    return peer;
  }

  static Message.Hello hello() {
    NodeRecord record =
        NodeRecord.sign(KeyPair.generate(new SplittableRandom(1)), 1, 1, List.of(), 0);
    return new Message.Hello(1, 1, 0, 0, TestNode.NETWORK, 0, 0, record, "raw", List.of());
  }

  /** Sends bytes as they are. */
  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  PublicKey handshake() throws IOException, ChannelException {
    write(bytes(secure.takeOutgoing()));
    while (!secure.isOpen()) {
      receive();
      write(bytes(secure.takeOutgoing()));
    }
    return secure.remoteIdentity();
  }

  /** The frames of the messages, one after the other. */
  static byte[] frames(Message... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WireWriter scratch = new WireWriter();
    for (Message message : messages) {
      out.writeBytes(bytes(MessageCodec.encode(message, scratch)));
    }
    return out.toByteArray();
  }

  /** One record that holds these bytes. */
  byte[] seal(byte[] plain) {
    ByteBuffer out = ByteBuffer.allocate(plain.length + SecureChannel.OVERHEAD_BYTES);
    secure.seal(ByteBuffer.wrap(plain), out);
    return out.array();
  }

  void send(Message... messages) throws IOException {
    write(seal(frames(messages)));
  }

  /** The next message, null at the end of the stream. */
  Message next() throws IOException, ChannelException {
    while (received.isEmpty()) {
      if (!receive()) {
        return null;
      }
    }
    return received.poll();
  }

  /** Bytes up to the end of the stream, or its reset. */
  byte[] readToEnd() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[4096];
    try {
      for (int n = socket.getInputStream().read(part); n >= 0; ) {
        out.write(part, 0, n);
        n = socket.getInputStream().read(part);
      }
    } catch (SocketException e) {
      // A reset ends it as well.
    }
    return out.toByteArray();
  }

  private boolean receive() throws IOException, ChannelException {
    byte[] part = new byte[64 << 10];
    int count = socket.getInputStream().read(part);
    if (count < 0) {
      assertThat(secure.isOpen()).as("closed in the handshake").isTrue();
      return false;
    }
    secure.receive(
        ByteBuffer.wrap(Arrays.copyOf(part, count)),
        plain -> {
          try {
            reader.read(plain, (message, frameBytes) -> received.add(message));
          } catch (ProtocolViolation e) {
            throw new AssertionError(e.detail(), e);
          }
        });
    return true;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
