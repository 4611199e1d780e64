package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.KeyPair;
import grapevine.crypto.SecureChannel;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver with scripts for cores, over real sockets. */
@Timeout(30)
class NodeLoopTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void shouldTellBothSidesWhomTheyAreConnectedTo() throws Exception {
    try (TestNode alice = new TestNode().start();
        TestNode bob = new TestNode().start()) {
      alice.run(() -> alice.loop.dial(bob.address()));

      Input.Connected dialled = alice.core.await(Input.Connected.class);
      assertThat(dialled.key()).isEqualTo(bob.key);
      assertThat(dialled.direction()).isEqualTo(Direction.OUTBOUND);
      assertThat(dialled.remote()).isEqualTo(bob.address());
      Input.Connected accepted = bob.core.await(Input.Connected.class);
      assertThat(accepted.key()).isEqualTo(alice.key);
      assertThat(accepted.direction()).isEqualTo(Direction.INBOUND);
      assertThat(accepted.remote().host()).isEqualTo(LOOPBACK.getAddress());
    }
  }

  @Test
  void shouldCarryMessagesBothWaysInOrder() throws Exception {
    try (TestNode alice = new TestNode();
        TestNode bob = new TestNode()) {
      alice.start(
          input -> {
            if (input instanceof Input.Connected connected) {
              alice.loop.send(connected.peer(), RawPeer.hello());
              for (int i = 0; i < 100; i++) {
                alice.loop.send(connected.peer(), new Message.Ping(i, 0));
              }
            }
          });
      bob.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Ping ping)) {
              bob.loop.send(from, new Message.Pong(ping.nonce(), 0, 0, 0, 0, 0));
            }
          });
      alice.run(() -> alice.loop.dial(bob.address()));

      for (int i = 0; i < 100; i++) {
        Message answer = alice.core.await(Input.Received.class).message();
        assertThat(((Message.Pong) answer).nonce()).isEqualTo(i);
      }
    }
  }

  @Test
  void shouldSealMessagesOfOneTurnTogether() throws Exception {
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Hello hello)) {
              for (int i = 0; i < 100; i++) {
                node.loop.send(from, new Message.Ping(i, 0));
              }
            }
          });
      try (RawPeer peer = new RawPeer(node.port())) {
        peer.handshake();
        long handshakeBytes = node.ask(node.bytesOut::get);
        peer.send(RawPeer.hello());
        for (int i = 0; i < 100; i++) {
          assertThat(peer.next()).isEqualTo(new Message.Ping(i, 0));
        }
        assertThat(node.ask(node.bytesOut::get) - handshakeBytes)
            .isEqualTo(node.framesOut.get() + SecureChannel.OVERHEAD_BYTES);
      }
    }
  }

  @Test
  void shouldSayGoodbyeBeforeClosingAndHearNothingMore() throws Exception {
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Ping ping)) {
              node.loop.disconnect(from, DisconnectReason.OPERATOR, "a test");
              node.loop.send(from, new Message.Ping(99, 0));
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        peer.send(new Message.Ping(1, 0), new Message.Ping(2, 0));
        peer.send(new Message.Ping(3, 0));

        assertThat(peer.next()).isEqualTo(new Message.Bye("operator"));
        assertThat(peer.next()).isNull();
        peer.close();
        assertThat(node.core.await(Input.Disconnected.class).reason())
            .isEqualTo(DisconnectReason.OPERATOR);
        List<Message> heard =
            node.core.heard(Input.Received.class).stream().map(Input.Received::message).toList();
        assertThat(heard).hasSize(2).endsWith(new Message.Ping(1, 0));
      }
    }
  }

  @Test
  void shouldNotAnswerAGoodbyeWithAnother() throws Exception {
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Bye bye)) {
              node.loop.disconnect(from, DisconnectReason.REMOTE_BYE, "a test");
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        peer.send(new Message.Bye("shutdown"));

        assertThat(peer.next()).isNull();
      }
    }
  }

  @Test
  void shouldEndLingeringConnectionWithinItsTime() throws Exception {
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Connected(PeerId peer, var key, var direction, var remote)) {
              node.loop.disconnect(peer, DisconnectReason.BANNED, "a test");
            }
          });
      try (RawPeer peer = new RawPeer(node.port())) {
        peer.handshake(); // and it never closes its side
        assertThat(peer.next()).isEqualTo(new Message.Bye("banned"));
        assertThat(node.core.await(Input.Disconnected.class).reason())
            .isEqualTo(DisconnectReason.BANNED);
      }
    }
  }

  @Test
  void shouldTellOnceWhenPeerCloses() throws Exception {
    try (TestNode node = new TestNode().start()) {
      RawPeer.greeted(node.port()).close();

      PeerId peer = node.core.await(Input.Connected.class).peer();
      assertThat(node.core.await(Input.Disconnected.class))
          .isEqualTo(new Input.Disconnected(peer, DisconnectReason.REMOTE_CLOSED));
      assertThat(node.ask(() -> node.core.heard(Input.Disconnected.class))).hasSize(1);
    }
  }

  @Test
  void shouldTellWhenDialFails() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      closedPort = socket.getLocalPort();
    }
    NodeAddress nobody = NodeAddress.ip(LOOPBACK.getAddress(), closedPort);
    try (TestNode node = new TestNode().start()) {
      node.run(() -> node.loop.dial(nobody));
      assertThat(node.core.await(Input.DialFailed.class).address()).isEqualTo(nobody);
    }
  }

  @Test
  void shouldTellDialFailedWhenNobodyShakesHands() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, LOOPBACK);
        TestNode node = new TestNode(TestNode.timeouts(200, 30_000, 60_000)).start()) {
      NodeAddress address = NodeAddress.ip(LOOPBACK.getAddress(), silent.getLocalPort());
      node.run(() -> node.loop.dial(address));

      assertThat(node.core.await(Input.DialFailed.class).address()).isEqualTo(address);
      assertThat(node.awaitDown().reason()).isEqualTo(DisconnectReason.HANDSHAKE_TIMEOUT);
    }
  }

  @Test
  void shouldFireTimerAtDeadlineThatMoves() throws Exception {
    long[] deadline = new long[1];
    try (TestNode node = new TestNode().start()) {
      node.run(() -> node.core.deadlineNanos(node.loop.nowNanos() + TimeUnit.HOURS.toNanos(1)));
      node.run(
          () -> node.core.deadlineNanos(node.loop.nowNanos() + TimeUnit.MILLISECONDS.toNanos(20)));
      node.run(
          () -> {
            deadline[0] = node.loop.nowNanos() + TimeUnit.MILLISECONDS.toNanos(50);
            node.core.deadlineNanos(deadline[0]);
          });

      assertThat(node.core.await(Input.Timer.class).nowNanos()).isGreaterThanOrEqualTo(deadline[0]);
      assertThat(node.core.heard(Input.Timer.class)).hasSize(1);
    }
  }

  @Test
  void shouldRestWhileNothingHappens() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(5000, 30_000, 60_000)).start();
        RawPeer peer = RawPeer.greeted(node.port())) {
      node.core.await(Input.Received.class);
      node.core.await(Input.WallClock.class);
      int before = node.ask(node.core::deadlineQuestions);
      for (int ticks = 0; ticks < 3; ticks++) {
        node.core.await(Input.WallClock.class);
      }
      // A turn for each tick and for the question before; the timer itself never fires.
      assertThat(node.ask(node.core::deadlineQuestions) - before).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void shouldTellWallClockAndMeasureLag() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(5000, 30_000, 60_000))) {
      CountDownLatch stuck = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      long before = System.currentTimeMillis();
      node.start();
      assertThat(node.core.await(Input.WallClock.class).wallMillis())
          .isBetween(before, System.currentTimeMillis());

      node.run(
          () -> {
            stuck.countDown();
            awaitQuietly(go);
          });
      stuck.await();
      // The next tick is due within 100 ms, and nobody runs it.
      Awaitility.await().until(() -> node.loop.lagNanos() > TimeUnit.MILLISECONDS.toNanos(200));
      go.countDown();
      node.core.await(Input.WallClock.class);
      assertThat(node.loop.lagNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  @Test
  void shouldGiveVerdictsWithTheirTickets() throws Exception {
    KeyPair signer = KeyPair.generate(new SplittableRandom(1));
    byte[] message = {1};
    SignatureCheck bad = new SignatureCheck(signer.publicKey(), message, signer.sign("other"));
    try (TestNode node = new TestNode().start()) {
      node.run(() -> node.loop.verify(new Ticket(7), List.of(bad)));
      assertThat(node.core.await(Input.Verified.class))
          .isEqualTo(new Input.Verified(new Ticket(7), 0));
    }
  }

  @Test
  void shouldRefuseCallsWhenTooManyWait() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(5000, 30_000, 60_000)).start()) {
      CountDownLatch stuck = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      node.run(
          () -> {
            stuck.countDown();
            awaitQuietly(go);
          });
      stuck.await();
      for (int i = 0; i < 10; i++) {
        node.loop.ask(node.loop::nowNanos);
      }
      assertThatThrownBy(() -> node.loop.ask(node.loop::nowNanos))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessage("10 calls wait already");
      go.countDown();
    }
  }

  @Test
  void shouldGiveCallerItsAnswerOrTheMistakeThatEndsTheNode() throws Exception {
    try (TestNode node = new TestNode().start()) {
      assertThat(node.loop.ask(() -> 42).get(10, TimeUnit.SECONDS)).isEqualTo(42);

      IllegalStateException mistake = new IllegalStateException("a test's mistake");
      CompletableFuture<Integer> wrong =
          node.loop.ask(
              () -> {
                throw mistake;
              });
      assertThatThrownBy(() -> wrong.get(10, TimeUnit.SECONDS)).hasCause(mistake);
      assertThat(node.fatal.get(10, TimeUnit.SECONDS)).isSameAs(mistake);
    }
  }

  @Test
  void shouldEndNodeAtMistakeOfCore() throws Exception {
    try (TestNode node = new TestNode()) {
      IllegalStateException mistake = new IllegalStateException("a test's mistake");
      node.start(
          input -> {
            if (input instanceof Input.Received) {
              throw mistake;
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        assertThat(node.fatal.get(10, TimeUnit.SECONDS)).isSameAs(mistake);
        assertThat(peer.readToEnd()).isEmpty();
      }
      CompletableFuture<Long> late = node.loop.ask(node.loop::nowNanos);
      assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("the node has ended");
      assertThat(node.core.heard(Input.Disconnected.class)).isEmpty();
    }
  }

  @Test
  void shouldLetCoreSayGoodbyeAtClose() throws Exception {
    TestNode node = new TestNode();
    node.start(
        input -> {
          if (input instanceof Input.Shutdown) {
            PeerId peer = node.core.heard(Input.Connected.class).getFirst().peer();
            node.loop.disconnect(peer, DisconnectReason.SHUTDOWN, "a test");
          }
        });
    try (RawPeer peer = RawPeer.greeted(node.port());
        Socket silent = new Socket(LOOPBACK, node.port())) {
      node.core.await(Input.Received.class);
      Thread closing = Thread.startVirtualThread(node::close);
      assertThat(peer.next()).isEqualTo(new Message.Bye("shutdown"));
      assertThat(peer.next()).isNull();
      peer.close();
      closing.join();
      assertThat(node.core.heard(Input.Disconnected.class)).hasSize(1);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldFreeItsPortAlsoWhenItNeverStarted() throws Exception {
    int port = 0; // any, and then the same again
    for (int i = 0; i < 200; i++) {
      try (TestNode node = new TestNode()) {
        port = node.loop.bind(new InetSocketAddress(LOOPBACK, port)).port();
      }
    }
  }

  @Test
  void shouldRefuseTakenPort() throws Exception {
    try (TestNode node = new TestNode().start();
        TestNode other = new TestNode().start()) {
      assertThatThrownBy(() -> other.loop.bind(new InetSocketAddress(LOOPBACK, node.port())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on");
    }
  }

  @Test
  void shouldReleaseEveryBuffer() throws Exception {
    long before = activeBuffers();
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Ping ping)) {
              for (int i = 0; i < 1000; i++) {
                node.loop.send(from, new Message.Pong(i, 0, 0, 0, 0, 0));
              }
            }
          });
      for (int i = 0; i < 5; i++) {
        RawPeer peer = RawPeer.greeted(node.port());
        peer.send(new Message.Ping(i, 0));
        node.core.await(Input.Received.class);
        peer.close(); // in the midst of what we send
        node.core.await(Input.Disconnected.class);
      }
    }
    assertThat(activeBuffers()).isEqualTo(before);
  }

  /** Buffers that nobody has released; the caches of threads that have ended count no more. */
  private static long activeBuffers() {
    PooledByteBufAllocatorMetric metric = PooledByteBufAllocator.DEFAULT.metric();
    return Stream.concat(metric.heapArenas().stream(), metric.directArenas().stream())
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
