package grapevine.node.transport;

import grapevine.node.protocol.port.Direction;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Accepts connections on one address. Made and closed by any thread but the loop's; what it accepts
 * belongs to the loop.
 *
 * <p>When the process has no file descriptor left, Netty stops accepting for a second and tries
 * again; connections then wait in the system's queue.
 */
public final class Listener implements AutoCloseable {
  private final Channel channel;

  Listener(NodeLoop loop, EventLoopGroup group, Sockets sockets, InetSocketAddress address)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(sockets.server())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel accepted) {
                    loop.turns().run("accept", accepted, () -> onAccepted(loop, accepted));
                  }
                });
    sockets.configure(bootstrap::childOption);
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + address, bound.cause());
    }
    channel = bound.channel();
  }

  private static void onAccepted(NodeLoop loop, SocketChannel accepted) {
    InetSocketAddress remote = accepted.remoteAddress();
    if (remote == null) {
      accepted.close(); // reset before we looked at it
    } else {
      loop.begin(accepted, Direction.INBOUND, Addresses.of(remote));
    }
  }

  /** The port that it listens on, also when the system chose it. */
  public int port() {
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    return Objects.requireNonNull(local, "a bound channel has an address").getPort();
  }

  /** Lets connections in; after the loop has started. Those that came before have waited. */
  public void accept() {
    channel.config().setAutoRead(true);
  }

  /** Accepts nothing more; connections that stand go on. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }
}
