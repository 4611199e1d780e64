package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers do to a node, over real sockets; the cases A01 to A07 of the fault catalogue. */
@Timeout(30)
class HostilePeerTest {
  private static final Hash256 OTHER_NETWORK = Hash256.of(new byte[32]);

  @Test
  void shouldAnswerNothingToBadMagic() throws Exception {
    try (TestNode node = new TestNode().start();
        RawPeer peer = new RawPeer(node.port())) {
      byte[] bytes = new byte[13];
      Arrays.fill(bytes, (byte) 0xFF);
      peer.write(bytes);

      assertThat(node.awaitDown().reason()).isEqualTo(DisconnectReason.BAD_MAGIC);
      assertThat(peer.readToEnd()).isEmpty();
      assertThat(node.core.heard(Input.Connected.class)).isEmpty();
    }
  }

  @Test
  void shouldNameWrongNetworkAndTellItsOwn() throws Exception {
    try (TestNode node = new TestNode().start();
        RawPeer peer = new RawPeer(node.port(), OTHER_NETWORK)) {
      peer.write(new byte[] {'G', 'R', 'V', 1, 0, 0, 0, 0});

      assertThat(node.awaitDown().reason()).isEqualTo(DisconnectReason.WRONG_NETWORK);
      byte[] preamble = {'G', 'R', 'V', 1, 0, 0, 0, 0};
      System.arraycopy(TestNode.NETWORK.toBytes(), 0, preamble, 4, 4);
      assertThat(peer.readToEnd()).isEqualTo(preamble);
    }
  }

  @Test
  void shouldNameUnknownChannelVersion() throws Exception {
    try (TestNode node = new TestNode().start();
        RawPeer peer = new RawPeer(node.port())) {
      peer.write(new byte[] {'G', 'R', 'V', 9, 0, 0, 0, 0});

      assertThat(node.awaitDown().reason()).isEqualTo(DisconnectReason.BAD_CHANNEL_VERSION);
    }
  }

  @Test
  void shouldRefuseHugeLengthAtItsHead() throws Exception {
    try (TestNode node = new TestNode().start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      peer.write(peer.seal(new byte[] {32, -1, -1, -1, -1, 7}));

      assertThat(node.core.await(Input.Violated.class).reason())
          .isEqualTo(ProtocolViolation.Reason.FRAME_TOO_LARGE);
      assertThat(peer.next()).isEqualTo(new Message.Bye("frame-too-large"));
      assertThat(peer.next()).isNull();
      peer.close();
      assertThat(node.core.await(Input.Disconnected.class).reason())
          .isEqualTo(DisconnectReason.FRAME_TOO_LARGE);
    }
  }

  @Test
  void shouldTakeOneKibibyteBeforeHelloAndMoreAfter() throws Exception {
    byte[] head = {32, (byte) 0x81, 8}; // an inv of 1,025 bytes
    try (TestNode node = new TestNode().start();
        RawPeer early = new RawPeer(node.port());
        RawPeer greeted = RawPeer.greeted(node.port())) {
      node.core.await(Input.Received.class);
      greeted.write(greeted.seal(head));
      early.handshake();
      early.write(early.seal(head));

      assertThat(early.next()).isEqualTo(new Message.Bye("frame-too-large"));
      assertThat(early.next()).isNull();
      early.close();
      Input.Disconnected end = node.core.await(Input.Disconnected.class);
      assertThat(end.reason()).isEqualTo(DisconnectReason.FRAME_TOO_LARGE);
      assertThat(node.core.heard(Input.Disconnected.class)).containsExactly(end);
    }
  }

  @Test
  void shouldDropEverythingFromDamagedRecordOn() throws Exception {
    try (TestNode node = new TestNode().start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      byte[] damaged = peer.seal(RawPeer.frames(new Message.Ping(1, 0)));
      damaged[5] ^= 1;
      peer.write(damaged);

      assertThat(node.core.await(Input.Disconnected.class).reason())
          .isEqualTo(DisconnectReason.BAD_MAC);
      assertThat(pings(node)).isEmpty();
    }
  }

  @Test
  void shouldHearTheSameHoweverBytesAreCut() throws Exception {
    try (TestNode node = new TestNode().start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      List<Long> nonces = new ArrayList<>();
      // Byte by byte, over record and frame boundaries.
      for (byte b : peer.seal(RawPeer.frames(ping(nonces), ping(nonces), ping(nonces)))) {
        peer.write(new byte[] {b});
      }
      // Each split point of three frames, as the boundary between two records.
      int frames = RawPeer.frames(ping(new ArrayList<>())).length * 3;
      for (int cut = 1; cut < frames; cut++) {
        byte[] plain = RawPeer.frames(ping(nonces), ping(nonces), ping(nonces));
        peer.write(peer.seal(Arrays.copyOf(plain, cut)));
        peer.write(peer.seal(Arrays.copyOfRange(plain, cut, plain.length)));
      }
      // A thousand in one write.
      Message[] many =
          LongStream.range(0, 1000).mapToObj(i -> ping(nonces)).toArray(Message[]::new);
      peer.send(many);
      peer.send(new Message.Bye("done"));

      while (!(node.core.await(Input.Received.class).message() instanceof Message.Bye)) {
        // The pings before it.
      }
      assertThat(pings(node)).isEqualTo(nonces);
    }
  }

  @Test
  void shouldEndSilentConnectionsInTime() throws Exception {
    List<RawPeer> silent = new ArrayList<>();
    try (TestNode node = new TestNode(TestNode.timeouts(300, 30_000, 60_000)).start()) {
      for (int i = 0; i < 4; i++) {
        silent.add(new RawPeer(node.port()));
      }
      for (RawPeer peer : silent) {
        assertThat(peer.readToEnd()).isEmpty();
        assertThat(node.awaitDown().reason()).isEqualTo(DisconnectReason.HANDSHAKE_TIMEOUT);
      }
      assertThat(node.core.heard(Input.Connected.class)).isEmpty();
    } finally {
      for (RawPeer peer : silent) {
        peer.close();
      }
    }
  }

  @Test
  void shouldLetOldestSilentConnectionGiveWayToNewOnes() throws Exception {
    List<RawPeer> silent = new ArrayList<>();
    try (TestNode node = new TestNode(TestNode.timeouts(20_000, 30_000, 60_000)).start()) {
      for (int i = 0; i < 50; i++) {
        silent.add(new RawPeer(node.port()));
      }
      // Four places are taken all the time, and still an honest peer comes in at once.
      try (RawPeer honest = RawPeer.greeted(node.port())) {
        node.core.await(Input.Received.class);
      }
      for (int i = 0; i < 47; i++) {
        assertThat(silent.get(i).readToEnd()).isEmpty();
        assertThat(node.awaitDown().reason()).isEqualTo(DisconnectReason.EVICTED);
      }
      assertThat(node.downs).isEmpty();
    } finally {
      for (RawPeer peer : silent) {
        peer.close();
      }
    }
  }

  @Test
  void shouldEndStuckFrameEvenIfItDrips() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(20_000, 300, 60_000)).start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      node.core.await(Input.Received.class);
      peer.write(peer.seal(new byte[] {32, -1, -1, 3})); // an inv of 65,535 bytes, in drops
      Thread dripping = Thread.startVirtualThread(() -> drip(peer));

      assertThat(node.core.await(Input.Disconnected.class).reason())
          .isEqualTo(DisconnectReason.FRAME_TIMEOUT);
      dripping.join();
    }
  }

  @Test
  void shouldEndStuckRecord() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(20_000, 300, 60_000)).start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      peer.write(new byte[] {1, 0, 42}); // 253 bytes of the record never come

      assertThat(node.core.await(Input.Disconnected.class).reason())
          .isEqualTo(DisconnectReason.FRAME_TIMEOUT);
    }
  }

  @Test
  void shouldNotEndIdleConnection() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(1000, 100, 100)).start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      node.core.await(Input.Received.class);
      for (int ticks = 0; ticks < 12; ticks++) {
        node.core.await(Input.WallClock.class);
      }
      peer.send(new Message.Ping(1, 0));
      node.core.await(Input.Received.class);
      assertThat(node.core.heard(Input.Disconnected.class)).isEmpty();
    }
  }

  private static void drip(RawPeer peer) {
    try {
      while (true) {
        peer.write(peer.seal(new byte[] {0}));
        // A read with a timeout paces the drops without a sleep; the node says nothing.
        peer.socket.setSoTimeout(20);
        try {
          if (peer.socket.getInputStream().read() < 0) {
            return;
          }
        } catch (SocketTimeoutException e) {
          // Nothing came, as expected.
        }
      }
    } catch (IOException e) {
      // The node has ended it.
    }
  }

  private static Message ping(List<Long> nonces) {
    long nonce = nonces.size();
    nonces.add(nonce);
    return new Message.Ping(nonce, 0);
  }

  private static List<Long> pings(TestNode node) {
    return node.core.heard(Input.Received.class).stream()
        .map(Input.Received::message)
        .filter(Message.Ping.class::isInstance)
        .map(message -> ((Message.Ping) message).nonce())
        .toList();
  }
}
