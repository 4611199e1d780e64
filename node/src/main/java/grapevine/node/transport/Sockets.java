package grapevine.node.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** One of Netty's ways to the system's sockets: epoll where it is available, otherwise NIO. */
record Sockets(
    IoHandlerFactory handlers,
    Class<? extends SocketChannel> client,
    Class<? extends ServerSocketChannel> server) {

  private static final int READ_BYTES_MIN = 512;
  private static final int READ_BYTES_INITIAL = 2048;

  /** A peer's share of one turn of the loop: 64 KiB of small messages are some milliseconds. */
  private static final int READ_BYTES_MAX = 64 << 10;

  private static final int READS_PER_TURN_MAX = 1;

  /** Where options of a connection are set: {@code Bootstrap::option} and its like. */
  interface Options {
    <T> Object set(ChannelOption<T> option, T value);
  }

  static Sockets available() {
    return Epoll.isAvailable()
        ? new Sockets(
            EpollIoHandler.newFactory(), EpollSocketChannel.class, EpollServerSocketChannel.class)
        : new Sockets(
            NioIoHandler.newFactory(), NioSocketChannel.class, NioServerSocketChannel.class);
  }

  /** Sets what all connections have in common, whoever dialled. */
  void configure(Options options) {
    options.set(ChannelOption.TCP_NODELAY, true);
    options.set(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    options.set(
        ChannelOption.RECVBUF_ALLOCATOR,
        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_INITIAL, READ_BYTES_MAX)
            .maxMessagesPerRead(READS_PER_TURN_MAX));
  }
}
