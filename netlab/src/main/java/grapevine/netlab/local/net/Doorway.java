package grapevine.netlab.local.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;

/**
 * A port of this machine's loopback address that leads to one of a namespace's. Any thread; a
 * virtual thread accepts, and two for each connection carry its bytes.
 *
 * <p>So a node's API stays on its own loopback address, where nobody else on the emulated network
 * reaches it, and the lab's questions neither wait behind the node's traffic nor cost a second
 * device: a socket belongs for good to the namespace in which it was opened, whoever uses it.
 */
final class Doorway implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 10;

  /** Opens something inside the namespace. */
  interface Inside {
    SocketChannel open(Callable<SocketChannel> task) throws IOException, InterruptedException;
  }

  private final Inside inside;
  private final int port;
  private final ServerSocketChannel listener;

  /**
   * @param port of the namespace's loopback address
   */
  Doorway(Inside inside, int port) throws IOException {
    this.inside = inside;
    this.port = port;
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().name("doorway").start(this::accept);
  }

  /** What to connect to. */
  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listener.getLocalAddress();
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel near = listener.accept();
        Thread.ofVirtual().name("doorway in").start(() -> connect(near));
      } catch (IOException e) {
        // Closed, or a connection that went away before it was accepted.
      }
    }
  }

  private void connect(SocketChannel near) {
    try (near;
        SocketChannel far = inside.open(this::openFar)) {
      Thread back = Thread.ofVirtual().name("doorway out").start(() -> carry(far, near));
      carry(near, far);
      back.join();
    } catch (IOException e) {
      // Nobody listens there any more; whoever came in finds the connection closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SocketChannel openFar() throws IOException {
    return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Until the end of what comes, which is told onward. */
  private static void carry(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One end broke; the other must not wait for it.
      try {
        from.close();
        to.close();
      } catch (IOException alsoBroken) {
        // Then it is closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
