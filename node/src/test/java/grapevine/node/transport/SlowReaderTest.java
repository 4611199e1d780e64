package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that asks and does not read (case A26 of the fault catalogue). */
@Timeout(30)
class SlowReaderTest {
  /** Twice a kilobyte each is more than the socket buffers of both sides can hold. */
  private static final int ASKED = 6000;

  @Test
  void shouldNotReadFromPeerThatTakesNothingAndGoOnWhenItDoes() throws Exception {
    AtomicLong queuedMax = new AtomicLong();
    CompletableFuture<Void> paused = new CompletableFuture<>();
    TransportLimits limits = TransportLimits.defaults();
    try (TestNode node = new TestNode(limits)) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.GetData asked)) {
              node.loop.send(from, new Message.NotFound(asked.ids()));
              node.loop.send(from, new Message.NotFound(asked.ids()));
              long queued = node.loop.queuedBytes(from);
              queuedMax.accumulateAndGet(queued, Math::max);
              if (queued > limits.readPauseBytes()) {
                paused.complete(null);
              }
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        // Sealing and opening share nothing, so that two threads may do one each.
        Thread asking = Thread.startVirtualThread(() -> flood(peer));
        paused.get(20, TimeUnit.SECONDS);

        // Now it reads: everything comes, in order.
        for (int i = 0; i < 2 * ASKED; i++) {
          assertThat(peer.next()).isEqualTo(new Message.NotFound(ids(i / 2)));
        }
        asking.join();
        assertThat(node.core.heard(Input.Disconnected.class)).isEmpty();
        assertThat(node.core.heard(Input.Writable.class)).isNotEmpty();
        // The read in which the pause began was of at most 64 KiB, and is answered twice.
        assertThat(queuedMax.get()).isLessThan(limits.readPauseBytes() + 3 * (64 << 10));
      }
    }
  }

  @Test
  void shouldEndPeerThatTakesNothing() throws Exception {
    try (TestNode node = new TestNode(TestNode.timeouts(5000, 30_000, 300))) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Hello hello)) {
              node.loop.send(from, chunk());
            } else if (input instanceof Input.Writable(PeerId peer)) {
              node.loop.send(peer, chunk());
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        assertThat(node.core.await(Input.Disconnected.class).reason())
            .isEqualTo(DisconnectReason.WRITE_STALL);
      }
    }
  }

  @Test
  void shouldEndPeerRatherThanQueueWithoutBound() throws Exception {
    AtomicLong queuedMax = new AtomicLong();
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Hello hello)) {
              for (int i = 0; i < 100; i++) {
                node.loop.send(from, chunk());
                queuedMax.accumulateAndGet(node.loop.queuedBytes(from), Math::max);
              }
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        assertThat(node.core.await(Input.Disconnected.class).reason())
            .isEqualTo(DisconnectReason.WRITE_STALL);
        assertThat(queuedMax.get())
            .isBetween(2L << 20, TransportLimits.defaults().queuedBytesMax());
      }
    }
  }

  @Test
  void shouldCountExactlyWhatIsNotTaken() throws Exception {
    CompletableFuture<Long> queued = new CompletableFuture<>();
    try (TestNode node = new TestNode()) {
      node.start(
          input -> {
            if (input instanceof Input.Received(PeerId from, Message.Hello hello)) {
              node.loop.send(from, chunk());
              node.loop.send(from, new Message.Ping(1, 0));
              queued.complete(node.loop.queuedBytes(from));
            }
          });
      try (RawPeer peer = RawPeer.greeted(node.port())) {
        PeerId id = node.core.await(Input.Received.class).from();
        assertThat(queued.get(10, TimeUnit.SECONDS))
            .isEqualTo(RawPeer.frames(chunk(), new Message.Ping(1, 0)).length);
        assertThat(peer.next()).isInstanceOf(Message.BlockChunk.class);
        assertThat(peer.next()).isEqualTo(new Message.Ping(1, 0));
        assertThat(node.core.await(Input.Writable.class).peer()).isEqualTo(id);
        assertThat(node.ask(() -> node.loop.queuedBytes(id))).isZero();
      }
    }
  }

  private static Message chunk() {
    ByteBuffer bytes = ByteBuffer.allocate(Message.BlockChunk.CHUNK_BYTES_MAX);
    return new Message.BlockChunk(Hash256.of(new byte[32]), 0, 1 << 20, 0, bytes);
  }

  private static void flood(RawPeer peer) {
    try {
      for (int i = 0; i < ASKED; i++) {
        peer.send(new Message.GetData(ids(i)));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A kilobyte of ids. */
  private static List<ItemId> ids(int number) {
    byte[] hash = ByteBuffer.allocate(Hash256.BYTES).putInt(number).array();
    return Collections.nCopies(31, ItemId.transaction(Hash256.of(hash)));
  }
}
